package folder

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenableio/internal/files"
	"tenableio/internal/files/filestest"
)

func partsOf(t *testing.T, path, key string) *files.Parts {
	t.Helper()
	folder := openFolder(t, path)
	<-folder.sweeper.done // it would meet what the test does next
	parts, err := folder.Parts(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func TestPartsAreFoundAgain(t *testing.T) {
	path := t.TempDir()
	first := partsOf(t, path, "export")
	filestest.KeepPart(t, first, 3, "three")
	filestest.KeepPart(t, first, 1, "one")
	unfinished, err := first.Begin()
	if err != nil {
		t.Fatal(err)
	}
	unfinished.Drop()
	first.Leave()
	for _, name := range left(t, filepath.Join(path, left(t, path)[0])) {
		if info, err := os.Stat(filepath.Join(path, ".tenableio-export", name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want 0600 (%v)", name, info.Mode(), err)
		}
	}

	other := partsOf(t, path, "another")
	if got := filestest.Numbers(other); len(got) > 0 {
		t.Errorf("another report has the parts %v", got)
	}
	other.Leave()

	again := partsOf(t, path, "export")
	if got := filestest.Numbers(again); !slices.Equal(got, []int{1, 3}) {
		t.Fatalf("a repeat finds the parts %v, want 1 and 3", got)
	}
	if got := filestest.ReadPart(t, again, 3); got != "three" || again.Kept()[3].Records != 5 {
		t.Errorf("part 3 is %q with %d records", got, again.Kept()[3].Records)
	}
	again.Remove()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v when all is done", names)
	}
}

// A part that was changed, cut or made up is not gone on from.
func TestPartsAreVerified(t *testing.T) {
	path := t.TempDir()
	first := partsOf(t, path, "export")
	for n, content := range []string{"zero", "one", "two", "three", "four"} {
		filestest.KeepPart(t, first, n, content)
	}
	first.Leave()
	folder := filepath.Join(path, ".tenableio-export")
	for _, name := range left(t, folder) {
		var err error
		switch file := filepath.Join(folder, name); name[:2] {
		case "1-":
			err = os.WriteFile(file, []byte("ONE"), 0o600)
		case "2-":
			err = os.Truncate(file, 1)
		case "4-": // a link, or a pipe, which would be read for ever
			err = errors.Join(os.Rename(file, filepath.Join(folder, "elsewhere")), os.Symlink("elsewhere", file))
		case "3-":
			err = os.Rename(file, strings.Replace(file, "3-", "33-", 1)+"x")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	again := partsOf(t, path, "export")
	defer again.Remove()
	if got := filestest.Numbers(again); !slices.Equal(got, []int{0}) {
		t.Errorf("a repeat trusts the parts %v, want 0 alone", got)
	}
}

// FAULTS row 107: a second run of the same report works on parts of its own.
func TestPartsOfARunningReportArePrivate(t *testing.T) {
	path := t.TempDir()
	first, second := partsOf(t, path, "export"), partsOf(t, path, "export")
	filestest.KeepPart(t, first, 1, "first")
	filestest.KeepPart(t, second, 1, "second")
	first.Remove()
	if got := filestest.ReadPart(t, second, 1); got != "second" {
		t.Errorf("the second run reads %q", got)
	}
	second.Leave()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

// A note lies beside the parts, and the next run reads the last one.
func TestNote(t *testing.T) {
	path := t.TempDir()
	first := partsOf(t, path, "export")
	filestest.KeepPart(t, first, 1, "one")
	for _, text := range []string{"an earlier note", "the note"} {
		if err := first.SetNote(t.Context(), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	private := partsOf(t, path, "export")
	if err := private.SetNote(t.Context(), []byte("of another run")); err != nil || private.Note() != nil {
		t.Errorf("private parts have the note %q (%v)", private.Note(), err)
	}
	private.Leave()
	first.Leave()
	again := partsOf(t, path, "export")
	if got := string(again.Note()); got != "the note" || again.Len() != 1 {
		t.Errorf("the note is %q beside %d parts, want the last one beside 1", got, again.Len())
	}
	again.Remove()
}
