package spill

import (
	"io"
	"strings"
	"testing"

	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/files/filestest"
)

// inlineParts are the parts of a report for the envelope, and the spool that holds them.
func inlineParts(t *testing.T, limit int64) (*files.Parts, *Spool) {
	t.Helper()
	store := &partSpool{all: NewSpool(limit), sections: map[string]section{}}
	t.Cleanup(store.Remove)
	return files.NewParts(store, map[int]files.Part{}, true, files.NoDoubt), store.all
}

func TestInlineIsADestination(t *testing.T) {
	filestest.Run(t, Inline{Limit: 4 << 20}, func(kept files.Kept) ([]byte, error) { return io.ReadAll(kept.Content) })
}

func TestInlinePartsKeepTheLimitOfAll(t *testing.T) {
	parts, _ := inlineParts(t, 8)
	keepPartOf := func(number int, content string) error {
		w, err := parts.Begin()
		if err != nil {
			return err
		}
		defer w.Drop()
		if _, err := io.WriteString(w, content); err != nil {
			return err
		}
		return w.Keep(t.Context(), number, 1, true)
	}
	if err := keepPartOf(2, "12345"); err != nil {
		t.Fatal(err)
	}
	if got := filestest.ReadPart(t, parts, 2); got != "12345" {
		t.Errorf("part 2 is %q", got)
	}
	if err := keepPartOf(1, "6789"); fault.From(err) == nil || fault.From(err).Status != 413 {
		t.Errorf("9 bytes of 8: %v, want a fault 413", err)
	}
}

// An export of many small chunks: what one of them costs must not grow with
// their number.
func TestOpeningAPartCostsTheSameWhateverTheirNumber(t *testing.T) {
	parts, _ := inlineParts(t, 1<<20)
	for n := range 5000 {
		filestest.KeepPart(t, parts, n, "x")
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
func TestInlinePartsTakeTheMemoryOfOne(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	parts, all := inlineParts(t, 64<<20)
	const size = maxInMemory - 1
	for n := range 8 {
		filestest.KeepPart(t, parts, n, strings.Repeat(string(rune('a'+n)), size))
	}
	held := all.memory.Cap()
	if held > maxInMemory || all.file == nil {
		t.Errorf("8 parts of nearly 1 MiB hold %d bytes in memory", held)
	}
	for n := range 8 {
		if got := filestest.ReadPart(t, parts, n); got != strings.Repeat(string(rune('a'+n)), size) {
			t.Errorf("part %d holds %d bytes of another", n, len(got))
		}
	}
}

// What the answer says of its length is enough to refuse it.
func TestInlineExpectsNoMoreThanItsLimit(t *testing.T) {
	draft, err := Inline{Limit: 8}.Create()
	if err != nil {
		t.Fatal(err)
	}
	defer draft.Drop()
	if err := draft.Expect(8); err != nil {
		t.Errorf("8 bytes of 8: %v", err)
	}
	if f := fault.From(draft.Expect(9)); f == nil || f.Status != 413 {
		t.Errorf("9 bytes of 8: %v, want a fault 413", f)
	}
}
