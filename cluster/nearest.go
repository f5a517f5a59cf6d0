package cluster

import (
	"fmt"
	"slices"
	"strings"
)

// nearest reports whether one of the words is the wanted one but for two letters added, left out or changed.
func nearest(words []string, wanted string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return edits(strings.ToLower(word), strings.ToLower(wanted)) <= min(2, len(wanted)/2)
	})
}

// edits is how many letters have to be added, left out or changed to turn a into b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// join lists names; of many, the first ones.
func join(names []string) string {
	const most = 12
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
