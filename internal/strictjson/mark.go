package strictjson

import (
	"bytes"
	"io"
)

// mark is the byte order mark of UTF-8. Some programs write it before JSON, and RFC 8259,
// 8.1, lets a reader ignore it.
const mark = "\uFEFF"

// WithoutMark is data without a byte order mark at its beginning.
func WithoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte(mark)) }

// StreamWithoutMark is r without a byte order mark at its beginning.
func StreamWithoutMark(r io.Reader) io.Reader {
	first := make([]byte, len(mark))
	n, _ := io.ReadFull(r, first) // an error stays, and the next read meets it
	return io.MultiReader(bytes.NewReader(WithoutMark(first[:n])), r)
}
