package files

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

// A large file takes longer to read than a signal may wait.
func TestReadingEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	file := Until(ctx, strings.NewReader("content"))
	if _, err := io.ReadFull(file, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	cancel(fault.New(fault.StatusCancelled, "cancelled"))
	_, err := io.ReadAll(file)
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Message != "cancelled (while working on a file)" {
		t.Errorf("reading on: %v, want the cause, and what was going on", err)
	}
}
