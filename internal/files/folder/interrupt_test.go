package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenableio/internal/fault"
	"tenableio/internal/files/filestest"
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
	filestest.KeepPart(t, first, 1, "one")
	first.Leave()

	_, err := openFolder(t, path).Parts(ended(t), "export")
	wantCancelled(t, "opening the parts", err)

	again := openParts(t, path, "export")
	defer again.Remove()
	if got := filestest.Numbers(again); !slices.Equal(got, []int{1}) {
		t.Errorf("the next run finds the parts %v, want 1", got)
	}
}

// The run before removes its folder while this one is about to claim it.
func TestPartsOfAFolderThatIsGoneArePrivate(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	p := &partFolder{parent: folder.root, name: hiddenPrefix + "export"}
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
	p.Close()
}
