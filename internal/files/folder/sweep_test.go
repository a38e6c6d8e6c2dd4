package folder

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenableio/internal/files"
)

// FAULTS row 106: what a killed run left goes after a day, and nothing else.
func TestOpenSweepsWhatIsStale(t *testing.T) {
	path := t.TempDir()
	old := time.Now().Add(-25 * time.Hour)
	for _, name := range []string{".tenableio-A.part", ".tenableio-B.part", ".other.part", "report.pdf"} {
		file := filepath.Join(path, name)
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(name, "B") {
			if err := os.Chtimes(file, old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	openFolder(t, path)
	if names := left(t, path); !slices.Equal(names, []string{".other.part", ".tenableio-B.part", "report.pdf"}) {
		t.Errorf("the folder holds %v", names)
	}
}

// A run may wait for an export for days, and what it holds is old by then.
func TestOpenSweepsNothingInUse(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	temp, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	defer temp.Drop()
	var all []*files.Parts
	for range 2 { // the second one is private
		parts, err := folder.Parts(t.Context(), "report")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parts)
	}
	old := time.Now().Add(-6 * 24 * time.Hour)
	for _, name := range left(t, path) {
		if err := os.Chtimes(filepath.Join(path, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	if openFolder(t, path); len(left(t, path)) != 3 {
		t.Errorf("of the three that are in use, the folder holds %v", left(t, path))
	}
	for _, parts := range all {
		parts.Remove()
	}
	temp.Drop()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the run left %v", names)
	}
}
