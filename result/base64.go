package result

import (
	"encoding/base64"
	"errors"
	"io"
)

// copyBase64 streams content to w as base64. It reads and encodes one block while it writes
// another: the two take about the same time. The encoder of the standard library, which is a
// Writer, would encode 768 bytes at a time.
func copyBase64(w io.Writer, content io.Reader) error {
	const triples = 128 << 10 // of bytes, in a block
	blocks := make(chan encoded, 1)
	spare := make(chan []byte, 2)
	spare <- make([]byte, 0, 4*triples)
	spare <- make([]byte, 0, 4*triples)
	go func() {
		defer close(blocks)
		read := make([]byte, 3*triples)
		for text := range spare {
			n, err := io.ReadFull(content, read)
			last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
			if last {
				err = nil
			}
			blocks <- encoded{base64.StdEncoding.AppendEncode(text[:0], read[:n]), err}
			if last || err != nil {
				return
			}
		}
	}()
	var failed error
	for block := range blocks {
		if failed == nil {
			failed = block.err
		}
		if failed == nil {
			_, failed = w.Write(block.text)
		}
		if failed != nil {
			break
		}
		spare <- block.text
	}
	close(spare)
	return failed
}

// encoded is a block as base64, or why there is none.
type encoded struct {
	text []byte
	err  error
}
