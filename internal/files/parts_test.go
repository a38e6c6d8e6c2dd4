package files

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tenableio/internal/fault"
)

func keepPart(t *testing.T, parts *Parts, number int, content string) {
	t.Helper()
	w, err := parts.Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Drop()
	if _, err := io.WriteString(w, "what a broken attempt wrote"); err != nil {
		t.Fatal(err)
	}
	if err := w.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, content); err != nil {
		t.Fatal(err)
	}
	if err := w.Keep(t.Context(), number, len(content)); err != nil {
		t.Fatal(err)
	}
}

func readPart(t *testing.T, parts *Parts, number int) string {
	t.Helper()
	file, err := parts.Open(number)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func openParts(t *testing.T, path, key string) *Parts {
	t.Helper()
	parts, err := openFolder(t, path).Parts(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func numbers(parts *Parts) []int { return slices.Sorted(maps.Keys(parts.Kept())) }

func TestPartsAreFoundAgain(t *testing.T) {
	path := t.TempDir()
	first := openParts(t, path, "export")
	keepPart(t, first, 3, "three")
	keepPart(t, first, 1, "one")
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

	other := openParts(t, path, "another")
	if got := numbers(other); len(got) > 0 {
		t.Errorf("another report has the parts %v", got)
	}
	other.Leave()

	again := openParts(t, path, "export")
	if got := numbers(again); !slices.Equal(got, []int{1, 3}) {
		t.Fatalf("a repeat finds the parts %v, want 1 and 3", got)
	}
	if got := readPart(t, again, 3); got != "three" || again.Kept()[3].Records != 5 {
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
	first := openParts(t, path, "export")
	for n, content := range []string{"zero", "one", "two", "three", "four"} {
		keepPart(t, first, n, content)
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
	again := openParts(t, path, "export")
	defer again.Remove()
	if got := numbers(again); !slices.Equal(got, []int{0}) {
		t.Errorf("a repeat trusts the parts %v, want 0 alone", got)
	}
}

// FAULTS row 107: a second run of the same report works on parts of its own.
func TestPartsOfARunningReportArePrivate(t *testing.T) {
	path := t.TempDir()
	first, second := openParts(t, path, "export"), openParts(t, path, "export")
	keepPart(t, first, 1, "first")
	keepPart(t, second, 1, "second")
	first.Remove()
	if got := readPart(t, second, 1); got != "second" {
		t.Errorf("the second run reads %q", got)
	}
	second.Leave()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

func TestSpoolPartsKeepTheLimitOfAll(t *testing.T) {
	parts := SpoolParts(8)
	defer parts.Remove()
	keepPartOf := func(number int, content string) error {
		w, err := parts.Begin()
		if err != nil {
			return err
		}
		defer w.Drop()
		if _, err := io.WriteString(w, content); err != nil {
			return err
		}
		return w.Keep(t.Context(), number, 1)
	}
	if err := keepPartOf(2, "12345"); err != nil {
		t.Fatal(err)
	}
	if got := readPart(t, parts, 2); got != "12345" {
		t.Errorf("part 2 is %q", got)
	}
	if err := keepPartOf(1, "6789"); fault.From(err) == nil || fault.From(err).Status != 413 {
		t.Errorf("9 bytes of 8: %v, want a fault 413", err)
	}
}

// An export of many small chunks: what one of them costs must not grow with
// their number.
func TestOpeningAPartCostsTheSameWhateverTheirNumber(t *testing.T) {
	parts := SpoolParts(1 << 20)
	defer parts.Remove()
	for n := range 5000 {
		keepPart(t, parts, n, "x")
	}
	allocations := testing.AllocsPerRun(10, func() {
		part, err := parts.Open(1)
		if err != nil {
			t.Fatal(err)
		}
		_ = part.Close()
	})
	if allocations > 10 {
		t.Errorf("one of 5,000 parts opens with %v allocations, want a few", allocations)
	}
}

// The envelope's parts together hold no more in memory than one spool does.
func TestSpoolPartsTakeTheMemoryOfOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	parts := SpoolParts(64 << 20)
	defer parts.Remove()
	const size = maxInMemory - 1
	for n := range 8 {
		keepPart(t, parts, n, strings.Repeat(string(rune('a'+n)), size))
	}
	held := parts.spool.memory.Cap()
	if held > maxInMemory || parts.spool.file == nil {
		t.Errorf("8 parts of nearly 1 MiB hold %d bytes in memory", held)
	}
	for n := range 8 {
		if got := readPart(t, parts, n); got != strings.Repeat(string(rune('a'+n)), size) {
			t.Errorf("part %d holds %d bytes of another", n, len(got))
		}
	}
}
