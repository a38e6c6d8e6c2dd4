package cli

import (
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
	start := time.Now()
	held, err := readFile(t.Context(), name)
	if err == nil || !strings.Contains(err.Error(), "nobody writes") || time.Since(start) > 12*time.Second {
		t.Errorf("nobody writes: %q, %v, after %v", held, err, time.Since(start))
	}
}
