package report

import (
	"fmt"
	"strconv"
	"strings"
)

// ranges writes names in short: those that count up are joined (n1..n6), and
// of many only the first are shown.
func ranges(names []string, most int) string {
	var parts []string
	sizes := []int{}
	for i := 0; i < len(names); {
		stem, number, ok := numbered(names[i])
		j := i + 1
		for ok && j < len(names) {
			other, next, ok := numbered(names[j])
			if !ok || other != stem || next != number+(j-i) {
				break
			}
			j++
		}
		switch {
		case j-i >= 3:
			parts, sizes = append(parts, names[i]+".."+names[j-1]), append(sizes, j-i)
		default:
			for _, name := range names[i:j] {
				parts, sizes = append(parts, name), append(sizes, 1)
			}
		}
		i = j
	}
	if len(parts) > most+1 {
		rest := 0
		for _, n := range sizes[most:] {
			rest += n
		}
		parts = append(parts[:most], fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(parts, ", ")
}

// numbered splits a name that ends in a number without leading zeros.
func numbered(name string) (stem string, number int, ok bool) {
	stem = strings.TrimRight(name, "0123456789")
	digits := name[len(stem):]
	number, err := strconv.Atoi(digits)
	return stem, number, err == nil && (digits == "0" || digits[0] != '0')
}
