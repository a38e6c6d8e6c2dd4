package result

import (
	"bytes"
	"encoding/json"

	"tenableio/internal/files"
)

// blockSize is where a new block of a list begins.
const blockSize = 256 << 10 // bytes

// list is the inside of a JSON array in the making. The blocks that are full are
// on a shelf.
type list struct {
	full []files.Block
	last bytes.Buffer
	n    int
}

// add adds the JSON text of an element.
func (l *list) add(text []byte, shelf *files.Shelf) {
	if l.last.Len() >= blockSize {
		l.full = append(l.full, shelf.Put(bytes.Clone(l.last.Bytes())))
		l.last.Reset()
	}
	if l.n > 0 {
		l.last.WriteByte(',')
	}
	l.last.Write(text)
	l.n++
}

// blocks are all blocks, one after the other.
func (l *list) blocks() []files.Block {
	return append(l.full[:len(l.full):len(l.full)], files.InMemory(l.last.Bytes()))
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
