package result

import (
	"bytes"
	"encoding/json"

	"tenableio/internal/spill"
)

// blockSize is the size, in bytes, from which on a block of a list is full.
const blockSize = 256 << 10

// List collects the elements of a JSON array, each as its own text. Those of a long list
// are in a spill buffer, in blocks. The zero List is empty.
type List struct {
	buffer *spill.Buffer // nil: one of its own, once it is needed
	blocks []spill.Block
	last   bytes.Buffer // the block that is not in the buffer yet
	n      int
}

// ListIn is an empty list in a buffer that it shares with others.
func ListIn(buffer *spill.Buffer) List { return List{buffer: buffer} }

// Add adds a copy of an element's JSON text, a large one in a block of its own.
func (l *List) Add(text []byte) {
	l.n++
	if l.last.Len()+len(text) >= blockSize {
		l.flush()
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
func (l *List) Blocks() []spill.Block {
	l.flush()
	return l.blocks
}

// flush puts the last block into the buffer, if there is anything in it.
func (l *List) flush() {
	if l.last.Len() > 0 {
		l.put(l.last.Bytes())
		l.last.Reset()
	}
}

func (l *List) put(block []byte) {
	if l.buffer == nil {
		l.buffer = new(spill.Buffer)
	}
	l.blocks = append(l.blocks, l.buffer.Put(block))
}

// Array is the JSON array of some elements, or of blocks of them, between head and
// tail.
func Array(head string, elements []spill.Block, tail string) Raw {
	open, comma, end := spill.InMemory([]byte(head+"[")), spill.InMemory([]byte(",")), spill.InMemory([]byte("]"+tail))
	array := append(make(Raw, 0, 2*len(elements)+2), open)
	for i, element := range elements {
		if i > 0 {
			array = append(array, comma)
		}
		array = append(array, element)
	}
	return append(array, end)
}

// encoder hands over the JSON text of one value after the other, without escaping what
// only HTML needs escaped. It keeps no copy: a text may have the size of an answer.
type encoder struct {
	json *json.Encoder
	take func(text []byte)
}

// encode calls take with the text, which is good until take returns.
func (e *encoder) encode(v any, take func(text []byte)) error {
	if e.json == nil {
		e.json = json.NewEncoder(e)
		e.json.SetEscapeHTML(false)
	}
	e.take = take
	return e.json.Encode(v)
}

// Write is what the JSON encoder calls once for each value.
func (e *encoder) Write(text []byte) (int, error) {
	e.take(bytes.TrimSuffix(text, []byte("\n")))
	return len(text), nil
}
