// Package filestest holds every destination of files to the same promises. Tests alone
// import it.
package filestest

import (
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"tenableio/internal/files"
)

// KeepPart writes a part, with an attempt before it that was given up.
func KeepPart(t *testing.T, parts *files.Parts, number int, content string) {
	t.Helper()
	w, err := parts.Begin()
	check(t, err)
	defer w.Drop()
	write(t, w, "what a broken attempt wrote")
	check(t, w.Reset())
	write(t, w, content)
	check(t, w.Keep(t.Context(), number, len(content), true))
}

// ReadPart reads a part.
func ReadPart(t *testing.T, parts *files.Parts, number int) string {
	t.Helper()
	file, err := parts.Open(number)
	check(t, err)
	defer file.Close()
	content, err := io.ReadAll(file)
	check(t, err)
	return string(content)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, w io.Writer, text string) {
	t.Helper()
	_, err := io.WriteString(w, text)
	check(t, err)
}

// Numbers are the numbers of the parts that are there, in order.
func Numbers(parts *files.Parts) []int { return slices.Sorted(maps.Keys(parts.Kept())) }

// Run holds a destination to the promises of its interface. read reads a file that was
// kept.
func Run(t *testing.T, destination files.Destination, read func(files.Kept) ([]byte, error)) {
	t.Run("a file holds what was written since Reset", func(t *testing.T) {
		draft, err := destination.Create()
		check(t, err)
		content := strings.Repeat("0123456789", 300_000) // more than stays in memory
		for _, text := range []string{"a broken attempt", content} {
			check(t, draft.Reset())
			write(t, draft, text)
		}
		kept, err := draft.Keep(t.Context(), "report.csv")
		check(t, err)
		draft.Drop() // as every draft ends, and what was kept stays
		if got, err := read(kept); err != nil || string(got) != content {
			t.Errorf("%d bytes in, %d out (%v)", len(content), len(got), err)
		}
		if kept.Name != "report.csv" || (kept.Path == "") == (kept.Content == nil) {
			t.Errorf("the file is %q at %q with content %v, want one place", kept.Name, kept.Path, kept.Content)
		}
	})
	t.Run("parts are read by their numbers", func(t *testing.T) {
		parts, err := destination.Parts(t.Context(), "export")
		check(t, err)
		defer parts.Remove()
		KeepPart(t, parts, 7, "seven")
		KeepPart(t, parts, 3, "")
		if got := Numbers(parts); !slices.Equal(got, []int{3, 7}) || parts.Len() != 2 {
			t.Errorf("the parts are %v, want 3 and 7", got)
		}
		if got := ReadPart(t, parts, 7) + ReadPart(t, parts, 3); got != "seven" {
			t.Errorf("the parts hold %q", got)
		}
		if part := parts.Part(7); part.Records != 5 || part.Size != 5 || len(part.SHA256) != 64 {
			t.Errorf("part 7 is %+v", part)
		}
	})
}
