package files

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

// ended is the context of a run that a signal ended.
func ended(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fault.New(fault.StatusCancelled, "The command was cancelled by a signal (terminated)."))
	return ctx
}

func wantCancelled(t *testing.T, what string, err error) {
	t.Helper()
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Status != fault.StatusCancelled || !strings.Contains(f.Message, "(while ") {
		t.Errorf("%s: %v, want a fault 499 that says what was under way", what, err)
	}
}

// A large file takes longer to read than a signal may wait.
func TestReadingEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	file := Until(ctx, strings.NewReader("content"))
	if _, err := io.ReadFull(file, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	cancel(fault.New(fault.StatusCancelled, "cancelled"))
	_, err := io.ReadAll(file)
	wantCancelled(t, "reading on", err)
}

func TestKeepingEndsWithTheRun(t *testing.T) {
	path := t.TempDir()
	temp, err := openFolder(t, path).Create()
	if err != nil {
		t.Fatal(err)
	}
	_, err = temp.Keep(ended(t), "report.json")
	wantCancelled(t, "keeping a file", err)
	temp.Drop()

	parts := openParts(t, path, "export")
	w, err := parts.Begin()
	if err != nil {
		t.Fatal(err)
	}
	wantCancelled(t, "keeping a part", w.Keep(ended(t), 1, 1))
	w.Drop()
	parts.Leave()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

// Parts that there was no time to verify are not the worse for it.
func TestVerifyingEndsWithTheRun(t *testing.T) {
	path := t.TempDir()
	first := openParts(t, path, "export")
	keepPart(t, first, 1, "one")
	first.Leave()

	_, err := openFolder(t, path).Parts(ended(t), "export")
	wantCancelled(t, "opening the parts", err)

	again := openParts(t, path, "export")
	defer again.Remove()
	if got := numbers(again); !slices.Equal(got, []int{1}) {
		t.Errorf("the next run finds the parts %v, want 1", got)
	}
}

// The run before removes its folder while this one is about to claim it.
func TestPartsOfAFolderThatIsGoneArePrivate(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	p := &Parts{parent: folder, name: hiddenPrefix + "export", kept: map[int]Part{}}
	if err := p.open(); err != nil {
		t.Fatal(err)
	}
	lockFile, err := p.root.OpenFile("lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer lockFile.Close()
	if err := os.Rename(filepath.Join(path, p.name), filepath.Join(path, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if p.claim() {
		t.Error("a folder that is not there any more was claimed")
	}
	p.close()
}
