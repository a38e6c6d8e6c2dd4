package files

import (
	"io"
	"strings"
	"testing"
)

func TestDigest(t *testing.T) {
	h := NewHasher(io.Discard)
	for _, size := range []int{5, 100 << 10} {
		if _, err := h.Write([]byte(strings.Repeat("a", size))); err != nil {
			t.Fatal(err)
		}
	}
	want := Digest{
		Size:   102405,
		SHA256: "0954d6acc6b9f8d1253658dbbf637b96ddb307a095b56dce404213938ea55fef",
	}
	if got := h.Digest(); got != want {
		t.Errorf("Digest() = %+v, want %+v", got, want)
	}
}
