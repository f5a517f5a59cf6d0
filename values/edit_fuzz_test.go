package values

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// seedTexts are the YAML files of this repository, and those of other tests.
func seedTexts(t testing.TB) []string {
	var texts []string
	for _, tt := range editTests {
		texts = append(texts, tt.src, tt.want)
	}
	for _, tt := range refusalTests {
		texts = append(texts, tt.src)
	}
	for _, tt := range placeTests {
		texts = append(texts, tt.src)
	}
	for _, folder := range []string{"../charts", "../examples", "../testdata", "../lint/testdata", "../render/testdata"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			src, err := os.ReadFile(path)
			texts = append(texts, string(src))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// skipsEdits reports texts the laws say nothing about: what Helm takes at
// random, and where the library for positions reads other than Helm's.
func skipsEdits(src []byte) bool {
	return len(src) > 4096 || loneTag.Match(src) || bytes.Contains(src, []byte("!!binary"))
}

func TestEditLaws(t *testing.T) {
	count := outcomes{}
	for i, text := range seedTexts(t) {
		variants := []string{text, strings.ReplaceAll(text, "\n", "\r\n"), strings.TrimSuffix(text, "\n"), "\ufeff" + text}
		if len(text) > 1000 {
			variants = variants[i%4 : i%4+1]
		}
		for _, variant := range variants {
			if loneTag.MatchString(variant) {
				continue
			}
			for reason, n := range hold(t, []byte(variant), uint64(i), 1) {
				count[reason] += n
			}
		}
	}
	for reason, n := range count {
		t.Logf("%7d %s", n, reason)
	}
}

// FuzzEdit: no text and no change of it ends the program or makes anything
// but the wish come true.
func FuzzEdit(f *testing.F) {
	for i, text := range seedTexts(f) {
		if !skipsEdits([]byte(text)) {
			f.Add([]byte(text), uint64(i))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, seed uint64) {
		if skipsEdits(src) {
			t.Skip()
		}
		hold(t, src, seed, 3)
	})
}
