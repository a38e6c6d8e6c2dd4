package commands

import (
	"encoding/json"

	"tenableio/internal/files"
	"tenableio/result"
)

// keptRows are elements of lists, each with the API's own bytes. Those of a long list
// are on a shelf, in blocks.
type keptRows struct {
	count int
	shelf files.Shelf
	full  result.Raw
	last  []byte
}

// add keeps a copy of an element.
func (k *keptRows) add(text json.RawMessage) {
	const blockSize = 256 << 10 // bytes
	if len(k.last) >= blockSize {
		k.full = append(k.full, k.shelf.Put(k.last))
		k.last = nil
	}
	if len(k.last) > 0 {
		k.last = append(k.last, ',')
	}
	k.last = append(k.last, text...)
	k.count++
}

// list is a JSON array of the elements between head and tail.
func (k *keptRows) list(head, tail string) result.Raw {
	if k.count == 0 {
		return rawList(head, nil, tail)
	}
	return rawList(head, append(k.full, files.InMemory(k.last)), tail)
}
