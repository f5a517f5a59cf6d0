package schema

import (
	"strconv"

	"github.com/spreadlint/spreadlint/values"
)

// locate turns the location that a validator reports, a list of names where list indexes are decimal strings, into a
// path of the tree, and gives the value there. A token is an index only where the tree has a list: keys may be digits.
func locate(tree any, tokens []string) (path values.Path, value any) {
	value = tree
	for _, token := range tokens {
		if list, ok := value.([]any); ok {
			i, err := strconv.Atoi(token)
			if err == nil && i >= 0 && i < len(list) {
				path, value = path.Item(i), list[i]
				continue
			}
		}
		path = path.Key(token)
		m, _ := value.(map[string]any)
		value = m[token]
	}
	return path, value
}
