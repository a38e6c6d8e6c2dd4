package exports

import (
	"iter"
	"math"
	"slices"

	"tenableio/internal/wire"
)

// chunkSet is a set of chunks: their numbers in order, each once. It is never changed, so
// that sets of a million chunks can share their numbers.
type chunkSet []int

func chunkSetOf(numbers iter.Seq[int]) chunkSet {
	return normalised(slices.AppendSeq(chunkSet{}, numbers))
}

// listedChunk is the number of a chunk in a list of Tenable's.
type listedChunk struct {
	number int // unreadable: it has another form
	listed bool
}

const unreadable = -1

// UnmarshalJSON reads a number, or null for none. Whatever else stands there is a chunk too: one that cannot be
// fetched.
func (c *listedChunk) UnmarshalJSON(data []byte) error {
	var n wire.Int
	*c = listedChunk{unreadable, true}
	switch err := n.UnmarshalJSON(data); {
	case err != nil:
	case !n.Known:
		*c = listedChunk{}
	case n.Value >= 0 && n.Value <= math.MaxInt32:
		c.number = int(n.Value)
	}
	return nil
}

// chunksOf returns the chunks that Tenable lists.
func chunksOf(lists ...[]listedChunk) chunkSet {
	length := 0
	for _, list := range lists {
		length += len(list)
	}
	s := make(chunkSet, 0, length) // there may be a million
	for _, list := range lists {
		for _, chunk := range list {
			if chunk.number != unreadable {
				s = append(s, chunk.number)
			}
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
	return normalised(slices.Concat(s, other))
}

// without returns the chunks of s that are not in other.
func (s chunkSet) without(other chunkSet) chunkSet {
	if len(other) == 0 {
		return s
	}
	return slices.DeleteFunc(slices.Clone(s), other.has)
}
