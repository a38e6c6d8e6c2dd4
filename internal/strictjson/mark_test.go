package strictjson

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWithoutMark(t *testing.T) {
	for text, want := range map[string]string{
		"\uFEFF[1]": "[1]", "[1]": "[1]", "\uFEFF": "", "": "", "[": "[", "\uFEFF\uFEFF1": "\uFEFF1", "\xef\xbb1": "\xef\xbb1",
	} {
		stream, err := io.ReadAll(StreamWithoutMark(iotest.OneByteReader(strings.NewReader(text))))
		if got := string(WithoutMark([]byte(text))); got != want || string(stream) != want || err != nil {
			t.Errorf("%q: %q and %q, %v, want %q", text, got, stream, err, want)
		}
	}
}
