package folder

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tenableio/internal/files"
	"tenableio/internal/files/filestest"
)

// sweep opens a folder, waits until it is swept, and closes it.
func sweep(t *testing.T, path string) {
	t.Helper()
	folder := openFolder(t, path)
	<-folder.sweeper.done
	_ = folder.Close()
}

func makeFile(t *testing.T, name string, age time.Duration) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-age)
	if err := os.Chtimes(name, then, then); err != nil {
		t.Fatal(err)
	}
}

// FAULTS rows 106 and 136: what a killed run left goes with the next run, and nothing
// else does.
func TestOpenRemovesLeftovers(t *testing.T) {
	path := t.TempDir()
	for _, name := range []string{".tenableio-A.part", ".other.part", "report.pdf", ".tenableio-key-R.part/1-2-3-x.part", ".tenableio-empty/lock"} {
		makeFile(t, filepath.Join(path, name), 0)
	}
	sweep(t, path)
	if names := left(t, path); !slices.Equal(names, []string{".other.part", "report.pdf"}) {
		t.Errorf("the folder holds %v", names)
	}
}

// FAULTS row 136: a run that is over at once leaves no leftover either.
func TestCloseEndsTheSweepOfASmallFolder(t *testing.T) {
	path := t.TempDir()
	const many = 60 // which take longer than a run has patience
	for i := range many {
		makeFile(t, filepath.Join(path, fmt.Sprintf(".tenableio-key-%d.part/1-2-3-x.part", i)), 0)
	}
	_ = openFolder(t, path).Close()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("%d leftovers stay", len(names))
	}
}

// FAULTS row 136: verified parts stay for 24 hours, and only they.
func TestPartsStayForADay(t *testing.T) {
	path := t.TempDir()
	parts := partsOf(t, path, "export")
	filestest.KeepPart(t, parts, 1, "one")
	parts.Leave()
	hidden := filepath.Join(path, ".tenableio-export")
	makeFile(t, filepath.Join(hidden, ".tenableio-B.part"), 0)
	sweep(t, path)
	if names := left(t, hidden); len(names) != 2 || slices.Contains(names, ".tenableio-B.part") {
		t.Errorf("the folder of parts holds %v, want a part and the lock", names)
	}
	old := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(hidden, old, old); err != nil {
		t.Fatal(err)
	}
	sweep(t, path)
	if names := left(t, path); len(names) > 0 {
		t.Errorf("after a day the folder holds %v", names)
	}
}

// A run may wait for an export for days, and what it holds is old by then.
func TestOpenRemovesNothingInUse(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	temp, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	var all []*files.Parts
	for range 2 { // the second one is private
		parts, err := folder.Parts(t.Context(), "report")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parts)
	}
	unfinished, err := all[0].Begin()
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-6 * 24 * time.Hour)
	for _, name := range left(t, path) {
		if err := os.Chtimes(filepath.Join(path, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	sweep(t, path)
	if names := left(t, path); len(names) != 3 {
		t.Errorf("of the three that are in use, the folder holds %v", names)
	}
	if err := unfinished.Keep(t.Context(), 1, 1, true); err != nil {
		t.Errorf("a part that was being written: %v", err)
	}
	for _, parts := range all {
		parts.Remove()
	}
	temp.Drop()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the run left %v", names)
	}
}

// FAULTS row 139: other files are passed over, and namesakes do not stop a file.
func TestAFullFolderIsNoHindrance(t *testing.T) {
	path := t.TempDir()
	for n := 1; n <= 300; n++ {
		name := fmt.Sprintf("report-%d.csv", n)
		if n == 1 {
			name = "report.csv"
		}
		if err := os.WriteFile(filepath.Join(path, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	makeFile(t, filepath.Join(path, ".tenableio-A.part"), 0)
	start := time.Now()
	kept := write(t, openFolder(t, path), "report.csv", "content")
	if spent := time.Since(start); spent > 2*time.Second {
		t.Errorf("the file took %v", spent)
	}
	if content, err := os.ReadFile(kept); err != nil || string(content) != "content" {
		t.Errorf("%s holds %q (%v)", kept, content, err)
	}
	if matched, _ := filepath.Match("report-??????????.csv", filepath.Base(kept)); !matched {
		t.Errorf("the 301st namesake is %s, want one with a random text", filepath.Base(kept))
	}
}
