package main

import (
	"cmp"
	"hash/fnv"
)

// chance is a number for some words, always the same for the same chart: the
// choice of trials looks random and is repeatable.
func (k *check) chance(words ...string) uint32 {
	sum := fnv.New32a()
	for _, word := range append([]string{k.chart.id()}, words...) {
		sum.Write([]byte(word + "\x00"))
	}
	return sum.Sum32()
}

func (k *check) byChance(a, b string) int {
	return cmp.Or(cmp.Compare(k.chance(a), k.chance(b)), cmp.Compare(a, b))
}
