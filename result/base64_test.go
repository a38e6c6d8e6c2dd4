package result

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func TestCopyBase64(t *testing.T) {
	const block = 3 * 128 << 10
	for _, size := range []int{0, 1, 2, 3, 4, block - 1, block, block + 1, 5*block + 7} {
		content := bytes.Repeat([]byte("0123456789abcde"), size/15+1)[:size]
		var out bytes.Buffer
		if err := copyBase64(&out, iotest.HalfReader(bytes.NewReader(content))); err != nil {
			t.Fatal(err)
		}
		if got, err := base64.StdEncoding.DecodeString(out.String()); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes in, %d out (%v)", size, len(got), err)
		}
	}
}

func TestCopyBase64Fails(t *testing.T) {
	broken := errors.New("broken")
	content := bytes.NewReader(make([]byte, 10<<20))
	if err := copyBase64(io.Discard, io.MultiReader(content, iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("reading: %v", err)
	}
	content.Reset(make([]byte, 10<<20))
	reader, writer := io.Pipe()
	_ = reader.CloseWithError(broken)
	if err := copyBase64(writer, content); !errors.Is(err, broken) {
		t.Errorf("writing: %v", err)
	}
}
