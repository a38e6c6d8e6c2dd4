package exports

import (
	"iter"
	"slices"

	"tenableio/internal/wire"
)

// chunkSet is a set of chunks: their numbers in order, each once. It is never changed, so
// that sets of a million chunks can share their numbers.
type chunkSet []int

func chunkSetOf(numbers iter.Seq[int]) chunkSet {
	return normalised(slices.AppendSeq(chunkSet{}, numbers))
}

// chunksOf returns the chunks that Tenable lists.
func chunksOf(lists ...[]wire.Int) chunkSet {
	length := 0
	for _, list := range lists {
		length += len(list)
	}
	s := make(chunkSet, 0, length) // there may be a million
	for _, list := range lists {
		for _, n := range list {
			s = append(s, int(n.Value))
		}
	}
	return normalised(s)
}

// normalised puts the numbers in order, each once.
func normalised(s chunkSet) chunkSet {
	slices.Sort(s)
	return slices.Compact(s)
}

func (s chunkSet) has(n int) bool {
	_, found := slices.BinarySearch(s, n)
	return found
}

// with returns the chunks of both sets.
func (s chunkSet) with(other chunkSet) chunkSet {
	switch {
	case len(other) == 0:
		return s
	case len(s) == 0:
		return other
	}
	both := make(chunkSet, 0, len(s)+len(other))
	return normalised(append(append(both, s...), other...))
}

// without returns the chunks of s that are not in other.
func (s chunkSet) without(other chunkSet) chunkSet {
	if len(other) == 0 {
		return s
	}
	return slices.DeleteFunc(slices.Clone(s), other.has)
}
