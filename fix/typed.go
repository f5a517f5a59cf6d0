package fix

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/values"
)

// lines is the YAML that a person would type for a set; "" for none. A list
// item has no name: then its path stands above what to type in it.
func lines(set lint.Set) string {
	if set.Remove || set.Move != nil || set.Erase > 0 {
		return ""
	}
	head, path := "", set.Path
	for i, key := range set.Path {
		if key.IsIndex() && i < len(set.Path)-1 {
			head, path = "in "+set.Path[:i+1].String()+":\n", set.Path[i+1:]
		}
	}
	if len(path) == 0 || path[0].IsIndex() {
		return ""
	}
	file, err := values.Parse("values.yaml", nil)
	if err != nil {
		return ""
	}
	after, _, err := file.Apply(values.Change{Path: path, Value: set.Value})
	if err != nil {
		return ""
	}
	return head + string(after.Src)
}

// argument is what a person would type on the command line for a set.
func argument(flag string, set lint.Set) string {
	if set.Remove || set.Move != nil {
		return ""
	}
	var key strings.Builder
	for i, k := range set.Path {
		switch {
		case k.IsIndex():
			fmt.Fprintf(&key, "[%d]", k.Index())
		case i > 0:
			key.WriteString(".")
			fallthrough
		default:
			key.WriteString(strings.NewReplacer(".", `\.`, ",", `\,`, "=", `\=`, "[", `\[`).Replace(k.Name()))
		}
	}
	switch v := set.Value.(type) {
	case string:
		return fmt.Sprintf("%s '%s=%s'", flag, &key, strings.ReplaceAll(v, ",", `\,`))
	case map[string]any, []any:
		return fmt.Sprintf("--set-json '%s=%s'", &key, compact(v))
	}
	return fmt.Sprintf("%s '%s=%v'", flag, &key, set.Value)
}

func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
