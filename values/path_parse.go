package values

import (
	"fmt"
	"strconv"
	"strings"
)

// ParsePath reads what Path.String writes: ParsePath(p.String()) is p. The
// empty string is the root. A key that needs quotes must have them, so that a
// path has one meaning; quotes that are not needed are accepted.
func ParsePath(s string) (Path, error) {
	var p Path
	for rest := s; rest != ""; {
		var k Key
		var n int
		var err error
		switch {
		case rest[0] == '[':
			k, n, err = parseIndex(rest)
		case len(p) == 0:
			k, n, err = parseName(rest)
		case rest[0] == '.':
			k, n, err = parseName(rest[1:])
			n++
		default:
			err = fmt.Errorf("expected '.' or '[' before %q", rest)
		}
		if err != nil {
			return nil, fmt.Errorf("path %q: %w", s, err)
		}
		p = append(p, k)
		rest = rest[n:]
	}
	return p, nil
}

// parseIndex reads "[12]" at the start of s and says how long it is.
func parseIndex(s string) (Key, int, error) {
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return Key{}, 0, fmt.Errorf("no ']' after %q", s)
	}
	digits := s[1:end]
	i, err := strconv.Atoi(digits)
	if err != nil || i < 0 || strconv.Itoa(i) != digits {
		return Key{}, 0, fmt.Errorf("%q is no list index; write [0], [1], ...", digits)
	}
	return Index(i), end + 1, nil
}

// parseName reads a bare or quoted key at the start of s and says how long it
// is there.
func parseName(s string) (Key, int, error) {
	if strings.HasPrefix(s, `"`) {
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil {
			return Key{}, 0, fmt.Errorf("the quoted key %s is not closed or has an unknown escape", s)
		}
		name, err := strconv.Unquote(quoted)
		if err != nil {
			return Key{}, 0, fmt.Errorf("the quoted key %s: %w", quoted, err)
		}
		return Name(name), len(quoted), nil
	}
	n := bareLength(s)
	if n == 0 && (s == "" || s[0] == '.' || s[0] == '[') {
		return Key{}, 0, fmt.Errorf("a key is missing before %q", s)
	}
	if n < len(s) && s[n] != '.' && s[n] != '[' {
		return Key{}, 0, fmt.Errorf("a key with %q needs double quotes", []rune(s[n:])[0])
	}
	return Name(s[:n]), n, nil
}
