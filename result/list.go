package result

import (
	"bytes"
	"encoding/json"

	"tenableio/internal/files"
)

// blockSize is the size, in bytes, from which on a block of a list is full.
const blockSize = 256 << 10

// List is the elements of a JSON array in the making, each as its own text. Those of
// a long list are on a shelf, in blocks. The zero List is empty.
type List struct {
	shelf  *files.Shelf // nil: one of its own, once it is needed
	blocks []files.Block
	last   bytes.Buffer // the block that is not on the shelf yet
	n      int
}

// ListOn is an empty list on a shelf that it shares with others.
func ListOn(shelf *files.Shelf) List { return List{shelf: shelf} }

// Add adds a copy of an element's JSON text, a large one in a block of its own.
func (l *List) Add(text []byte) {
	l.n++
	if l.last.Len()+len(text) >= blockSize {
		l.shelve()
	}
	if len(text) >= blockSize {
		l.put(text)
		return
	}
	if l.last.Len() > 0 {
		l.last.WriteByte(',')
	}
	l.last.Write(text)
}

// Len is how many elements there are.
func (l *List) Len() int { return l.n }

// Blocks are the elements, several in each block: with commas between the elements
// of a block, and none between the blocks.
func (l *List) Blocks() []files.Block {
	l.shelve()
	return l.blocks
}

// shelve puts the last block on the shelf, if there is anything in it.
func (l *List) shelve() {
	if l.last.Len() > 0 {
		l.put(l.last.Bytes())
		l.last.Reset()
	}
}

func (l *List) put(block []byte) {
	if l.shelf == nil {
		l.shelf = new(files.Shelf)
	}
	l.blocks = append(l.blocks, l.shelf.Put(block))
}

// Array is the JSON array of some elements, or of blocks of them, between head and
// tail.
func Array(head string, elements []files.Block, tail string) Raw {
	open, comma, end := files.InMemory([]byte(head+"[")), files.InMemory([]byte(",")), files.InMemory([]byte("]"+tail))
	array := append(make(Raw, 0, 2*len(elements)+2), open)
	for i, element := range elements {
		if i > 0 {
			array = append(array, comma)
		}
		array = append(array, element)
	}
	return append(array, end)
}

// encoder makes the JSON text of one value after the other, without escaping what
// only HTML needs escaped.
type encoder struct {
	text bytes.Buffer
	json *json.Encoder
}

// encode returns a text that is good until the next call.
func (e *encoder) encode(v any) ([]byte, error) {
	if e.json == nil {
		e.json = json.NewEncoder(&e.text)
		e.json.SetEscapeHTML(false)
	}
	e.text.Reset()
	err := e.json.Encode(v)
	return bytes.TrimSuffix(e.text.Bytes(), []byte("\n")), err
}

// drop lets the room of a large text go, which is no longer in use.
func (e *encoder) drop() {
	if e.text.Cap() > blockSize {
		e.text = bytes.Buffer{}
	}
}
