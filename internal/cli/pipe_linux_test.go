package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A value may come from a named pipe: as soon as somebody writes into it, and not for ever if nobody does.
func TestShellValueFromAPipe(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		time.Sleep(50 * time.Millisecond)
		_ = os.WriteFile(name, []byte("32"), 0o600)
	}()
	if held, err := readFile(t.Context(), name); err != nil || string(held) != "32" {
		t.Errorf("%q, %v", held, err)
	}
	held, err := readPipe(t.Context(), name, 100*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "nobody writes") {
		t.Errorf("nobody writes: %q, %v", held, err)
	}
	if _, err := readPipe(t.Context(), name+"-gone", time.Second); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a pipe that is gone: %v", err)
	}
}
