package render

import (
	"fmt"
	"regexp"
	"strings"

	"helm.sh/helm/v3/pkg/strvals"

	"github.com/spreadlint/spreadlint/values"
)

// SetArgument is one --set style argument.
type SetArgument struct{ Flag, Text string }

// UserValues is what the user gave on the command line, already read.
type UserValues struct {
	Files []*values.File
	Sets  []SetArgument // in any order; Helm's order of flags is applied
	// ReadFile reads the file of a --set-file argument.
	ReadFile func(name string) ([]byte, error)
}

// setOrder is the order in which Helm applies the flags, whatever the order
// on the command line:
// https://github.com/helm/helm/blob/v3.22.0/pkg/cli/values/options.go
var setOrder = []string{"--set-json", "--set", "--set-string", "--set-file", "--set-literal"}

// merge builds the user's values exactly as Helm does, and the layers behind
// them.
func (u UserValues) merge() (map[string]any, Layers, error) {
	base := map[string]any{}
	var layers Layers
	for _, file := range u.Files {
		tree := file.Tree()
		copied, _ := deepCopy(tree).(map[string]any) // --set writes into what was merged
		base = mergeMaps(base, copied)
		layers = append(layers, &Layer{Kind: LayerFile, File: file, tree: tree})
	}
	for _, flag := range setOrder {
		for _, set := range u.Sets {
			if set.Flag != flag {
				continue
			}
			if err := u.parseSet(set, base); err != nil {
				return nil, nil, setFailure(set, err)
			}
			alone := map[string]any{}
			if err := u.parseSet(set, alone); err != nil {
				// An argument such as a[0].b=c may need what the files gave it.
				alone = map[string]any{}
			}
			layers = append(layers, &Layer{Kind: LayerSet, Flag: flag, File: values.Text(flag, []byte(set.Text)), tree: alone})
		}
	}
	return base, layers, nil
}

func (u UserValues) parseSet(set SetArgument, into map[string]any) error {
	switch set.Flag {
	case "--set-json":
		return strvals.ParseJSON(set.Text, into)
	case "--set":
		return strvals.ParseInto(set.Text, into)
	case "--set-string":
		return strvals.ParseIntoString(set.Text, into)
	case "--set-literal":
		return strvals.ParseLiteralInto(set.Text, into)
	case "--set-file":
		return strvals.ParseIntoFile(set.Text, into, func(name []rune) (any, error) {
			data, err := u.ReadFile(string(name))
			return string(data), err
		})
	}
	return fmt.Errorf("unknown flag %s", set.Flag)
}

// foreignWord is what strvals quotes in its errors: part of an argument.
var foreignWord = regexp.MustCompile(`"[^"]*"`)

// WithoutValues is the argument to show, but for the value of one key: the
// others may be secret, and what follows a comma without being an assignment is
// most likely the rest of one.
func (set SetArgument) WithoutValues(but string) string {
	if set.Flag == "--set-file" {
		return set.Text // names of files
	}
	parts := []string{set.Text}
	if set.Flag == "--set" || set.Flag == "--set-string" {
		parts = strings.Split(strings.ReplaceAll(set.Text, `\,`, "…"), ",")
	}
	for i, part := range parts {
		if key, _, assigned := strings.Cut(part, "="); assigned && key != but {
			parts[i] = key + "=…"
		} else if i > 0 && !assigned {
			parts[i] = "…"
		}
	}
	return strings.Join(parts, ",")
}

func setFailure(set SetArgument, err error) error {
	shown := set.WithoutValues("")
	reason := foreignWord.ReplaceAllStringFunc(err.Error(), func(word string) string {
		if strings.Contains(shown, strings.Trim(word, `"`)) {
			return word
		}
		return `"…"`
	})
	failure := &Failure{File: set.Flag, Message: fmt.Sprintf("cannot parse %q: %s", shown, reason)}
	switch set.Flag {
	case "--set-json":
		failure.Hints = []string{`write key=JSON, for example --set-json 'broker.tolerations=[]'`}
	case "--set-file":
		failure.Hints = []string{"write key=path of a readable file"}
	default:
		failure.Hints = []string{"write " + set.Flag + ` key.subkey=value; a dot inside a key is written as \., a comma inside a value as \,`}
	}
	return failure
}

// mergeMaps is Helm's merge of two values files: maps deeply, the rest
// replaced.
func mergeMaps(a, b map[string]any) map[string]any {
	out := make(map[string]any, len(a))
	for k, v := range a {
		out[k] = v
	}
	for k, v := range b {
		if v, ok := v.(map[string]any); ok {
			if old, ok := out[k].(map[string]any); ok {
				out[k] = mergeMaps(old, v)
				continue
			}
		}
		out[k] = v
	}
	return out
}
