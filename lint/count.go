package lint

import (
	"fmt"
	"strings"
)

// count says how many there are of something: "1 pod", "3 pods".
func count(n int, what string) string {
	return fmt.Sprintf("%d %s", n, plural(n, what))
}

// start says how many pods start: "one pod starts".
func start(n int) string {
	if n == 1 {
		return "one pod starts"
	}
	return fmt.Sprintf("%d pods start", n)
}

// waiting says what becomes of the pods that no node takes.
func waiting(n int) string {
	if n == 1 {
		return "the other one stays Pending"
	}
	return fmt.Sprintf("the other %d stay Pending", n)
}

// mostNamed is how many names a message lists.
const mostNamed = 5

// some lists names, and folds a long list.
func some(names []string) string {
	if len(names) <= mostNamed+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:mostNamed], ", "), len(names)-mostNamed)
}
