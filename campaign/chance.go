package main

import (
	"cmp"
	"hash/fnv"
	"slices"
)

// chance is a number for some words, always the same: choices look random and
// are repeatable.
func chance(words ...string) uint32 {
	sum := fnv.New32a()
	for _, word := range words {
		sum.Write([]byte(word + "\x00"))
	}
	n := sum.Sum32() // its low bits change little from name to name
	n ^= n >> 16
	n *= 0x85ebca6b
	return n ^ n>>13
}

// chance of a check differs from chart to chart.
func (k *check) chance(words ...string) uint32 {
	return chance(append([]string{k.chart.id()}, words...)...)
}

func (k *check) byChance(a, b string) int {
	return cmp.Or(cmp.Compare(k.chance(a), k.chance(b)), cmp.Compare(a, b))
}

// byChance shuffles charts, so that a campaign that is ended early has seen
// some of every repository.
func byChance(charts []chart) []chart {
	slices.SortFunc(charts, func(a, b chart) int {
		return cmp.Or(cmp.Compare(chance(a.id()), chance(b.id())), cmp.Compare(a.id(), b.id()))
	})
	return charts
}
