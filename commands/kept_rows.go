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
	shelf *files.Shelf // nil: one of their own
	full  result.Raw
	last  []byte
}

// add keeps a copy of an element.
func (k *keptRows) add(text json.RawMessage) {
	const blockSize = 256 << 10 // bytes
	if k.shelf == nil {
		k.shelf = new(files.Shelf)
	}
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

// blocks are the elements, several in each block, without the commas between blocks.
func (k *keptRows) blocks() result.Raw {
	if k.count == 0 {
		return nil
	}
	return append(k.full[:len(k.full):len(k.full)], k.shelf.Put(k.last))
}

// list is a JSON array of the elements between head and tail.
func (k *keptRows) list(head, tail string) result.Raw { return rawList(head, k.blocks(), tail) }
