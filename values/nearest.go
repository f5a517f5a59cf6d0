package values

import (
	"cmp"
	"slices"
)

// Distance is the number of edits between two words (Damerau-Levenshtein,
// optimal string alignment): insert, delete, replace, swap of neighbours.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	rows := make([][]int, len(x)+1)
	for i := range rows {
		rows[i] = make([]int, len(y)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(x)][len(y)]
}

// Nearest returns up to most of the known words that are within a few edits
// of a word, the closest first: what was probably meant.
func Nearest(word string, known []string, most int) []string {
	type candidate struct {
		word string
		far  int
	}
	var found []candidate
	limit := min(max(2, len(word)/5), max(1, len(word)-2)) // nothing is near a word of three letters
	for _, k := range known {
		if d := Distance(word, k); d <= limit {
			found = append(found, candidate{k, d})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(a.word, b.word))
	})
	var out []string
	for _, c := range found {
		if len(out) < most && !slices.Contains(out, c.word) {
			out = append(out, c.word)
		}
	}
	return out
}
