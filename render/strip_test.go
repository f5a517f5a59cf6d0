package render

import (
	"reflect"
	"strings"
	"testing"
)

func mark(kind string) string { return markOpen + kind + markClose }

func TestStrip(t *testing.T) {
	for _, c := range []struct {
		name, marked, text string
		ranges             []printedRange
		texts              []textMark
	}{
		{"nothing", "a: b\n", "a: b\n", nil, nil},
		{"an action", "a: " + mark("A0") + "b" + mark("Z0") + "\n", "a: b\n", []printedRange{{frame: 0, start: 3, end: 4, depth: 1}}, nil},
		{"texts", mark("T5") + "a: 1\n" + mark("T6") + "b: 2", "a: 1\nb: 2", nil, []textMark{{0, 5}, {5, 6}}},
		{"nested", mark("A1") + "x" + mark("A2") + "y" + mark("Z2") + mark("Z1"), "xy",
			[]printedRange{{frame: 1, start: 0, end: 2, depth: 1}, {frame: 2, start: 1, end: 2, depth: 2}}, nil},
		{"never closed", mark("A1") + "x", "x", []printedRange{{frame: 1, start: 0, end: 1, depth: 1}}, nil},
		{"closed only", "x" + mark("Z7"), "x", nil, nil},
		{"cut off", "x" + markOpen + "A1", "x" + markOpen + "A1", nil, nil},
		{"no number", "x" + mark("Ax") + "y", "x" + mark("Ax") + "y", nil, nil},
		{"empty mark", mark("") + "y", mark("") + "y", nil, nil},
		{"of the chart itself", "x\uE0F0 y \uE0F1", "x\uE0F0 y \uE0F1", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, ranges, texts := strip(c.marked)
			if text != c.text || !reflect.DeepEqual(ranges, c.ranges) || !reflect.DeepEqual(texts, c.texts) {
				t.Errorf("got %q %v %v, want %q %v %v", text, ranges, texts, c.text, c.ranges, c.texts)
			}
		})
	}
}

// TestInstrumented: what an instrumented template prints is, its marks
// stripped, what the template prints.
func TestInstrumented(t *testing.T) {
	for _, name := range []string{"causes/default", "quirks/default", "quirks/no-zones", "functions/default", "functions/upgrade",
		"dependencies/tags", "dependencies/values", "objects/default", "hooks/default", "flags/all"} {
		t.Run(name, func(t *testing.T) {
			dir, variant, _ := strings.Cut(name, "/")
			r := renderCase(t, "testdata/"+dir, variant)
			r.Focus(r.Workloads)
			for _, w := range r.Workloads {
				d := r.traced(w)
				if d == nil {
					t.Errorf("%s has no trace", w.ID())
				} else if got, want := string(d.file.Src), w.doc.text; got != want && !strings.Contains(want, "checksum") {
					t.Errorf("%s: got\n%s\nwant\n%s", w.ID(), got, want)
				}
			}
		})
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"blank", " \n\n", nil},
		{"one", "a: 1\n", []string{"a: 1"}},
		{"two", "a: 1\n---\nb: 2\n", []string{"a: 1", "b: 2"}},
		{"separator first", "---\na: 1", []string{"a: 1"}},
		{"blank lines before the separator", "\n  \n---\na: 1", []string{"a: 1"}},
		{"indented first separator", "  ---\na: 1", []string{"a: 1"}},
		{"several in a row", "a: 1\n---\n---\n\n---\nb: 2", []string{"a: 1", "b: 2"}},
		{"on the separator's line", "a: 1\n--- # b\nb: 2", []string{"a: 1", "# b\nb: 2"}},
		{"no separator", "a: |\n  x\n  ---\n  y", []string{"a: |\n  x\n  ---\n  y"}},
		{"within a line", "a: x---y", []string{"a: x---y"}},
		{"more dashes", "a: 1\n-----\nb: 2", []string{"a: 1", "--\nb: 2"}},
		{"CRLF", "a: 1\r\n---\r\nb: 2\r\n", []string{"a: 1", "b: 2"}},
		{"at the end", "a: 1\n---", []string{"a: 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, d := range split("n", "s", c.text) {
				got = append(got, d.text)
				if c.text[d.start:d.end] != d.text {
					t.Errorf("%q does not stand at %d", d.text, d.start)
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestHooks(t *testing.T) {
	for _, c := range []struct {
		annotations   string
		hook          string
		skipped, test bool
	}{
		{`{}`, "", false, false},
		{`{a: b}`, "", false, false},
		{`{helm.sh/hook: pre-install}`, "pre-install", false, false},
		{`{helm.sh/hook: "Test , post-install"}`, "Test , post-install", false, true},
		{`{helm.sh/hook: test-success}`, "test-success", false, true},
		{`{helm.sh/hook: test-failure}`, "test-failure", true, false},
		{`{helm.sh/hook: ""}`, "", true, false},
		{`{helm.sh/hook: "test,unknown"}`, "test,unknown", true, false},
		{`{helm.sh/hook: true}`, "true", true, false},
	} {
		t.Run(c.annotations, func(t *testing.T) {
			docs := split("n", "s", "kind: Pod\nmetadata: {name: a, annotations: "+c.annotations+"}")
			if _, err := decode(docs, nil); err != nil {
				t.Fatal(err)
			}
			if d := docs[0]; d.hook != c.hook || d.skipped != c.skipped || isTest(d.hook) != c.test {
				t.Errorf("got %q, skipped %v, test %v", d.hook, d.skipped, isTest(d.hook))
			}
		})
	}
	for _, head := range []string{"metadata: [a]", "metadata: text", "kind: {a: b}", "metadata: {name: [a]}", "metadata: {annotations: [a]}", "metadata: {annotations: {a: {b: c}}}"} {
		if _, err := decode(split("n", "s", head), nil); err == nil {
			t.Errorf("%s is no head that Helm reads", head)
		}
	}
}
