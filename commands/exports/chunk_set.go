package exports

import (
	"iter"
	"slices"

	"tenableio/internal/wire"
)

// chunkSet is a set of chunks: their numbers in order, each once.
type chunkSet []int

func chunkSetOf[N ~int | ~int64](numbers iter.Seq[N]) chunkSet {
	s := chunkSet{}
	for n := range numbers {
		s = append(s, int(n))
	}
	slices.Sort(s)
	return slices.Compact(s)
}

// chunksOf returns the chunks that Tenable lists.
func chunksOf(list []wire.Int) chunkSet {
	numbers := make([]int64, len(list))
	for i, n := range list {
		numbers[i] = n.Value
	}
	return chunkSetOf(slices.Values(numbers))
}

func (s chunkSet) has(n int) bool {
	_, found := slices.BinarySearch(s, n)
	return found
}

// with returns the chunks of both sets.
func (s chunkSet) with(other chunkSet) chunkSet {
	return chunkSetOf(slices.Values(slices.Concat(s, other)))
}

// without returns the chunks of s that are not in other.
func (s chunkSet) without(other chunkSet) chunkSet {
	return slices.DeleteFunc(slices.Clone(s), other.has)
}
