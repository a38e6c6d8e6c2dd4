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

	parts := partsOf(t, path, "export")
	w, err := parts.Begin()
	if err != nil {
		t.Fatal(err)
	}
	wantCancelled(t, "keeping a part", w.Keep(ended(t), 1, 1, true))
	w.Drop()
	parts.Leave()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

// Parts that there was no time to verify are not the worse for it.
func TestVerifyingEndsWithTheRun(t *testing.T) {
	path := t.TempDir()
	first := partsOf(t, path, "export")
	filestest.KeepPart(t, first, 1, "one")
	first.Leave()

	_, err := openFolder(t, path).Parts(ended(t), "export")
	wantCancelled(t, "opening the parts", err)

	again := partsOf(t, path, "export")
	defer again.Remove()
	if got := filestest.Numbers(again); !slices.Equal(got, []int{1}) {
		t.Errorf("the next run finds the parts %v, want 1", got)
	}
}

// The run before removes its folder while this one is about to lock it.
func TestPartsOfAFolderThatIsGoneBeginAnew(t *testing.T) {
	path := t.TempDir()
	p, err := openParts(openFolder(t, path).root, hiddenPrefix+"export", false)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := os.Rename(filepath.Join(path, p.name), filepath.Join(path, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	held := p.held
	_ = held.Close()
	if err := p.claim(); !errors.Is(err, errSwapped) {
		t.Errorf("a folder that is not there any more was claimed: %v", err)
	}
}
