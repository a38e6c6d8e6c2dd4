package folder

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/files/filestest"
)

func openFolder(t *testing.T, path string) *Folder {
	t.Helper()
	folder, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	return folder
}

func write(t *testing.T, folder *Folder, name, content string) string {
	t.Helper()
	temp, err := folder.Create()
	if err != nil {
		t.Fatal(err)
	}
	defer temp.Drop()
	if _, err := io.WriteString(temp, content); err != nil {
		t.Fatal(err)
	}
	kept, err := temp.Keep(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return kept.Path
}

// left are the names in a folder, hidden ones too.
func left(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestFolderIsADestination(t *testing.T) {
	filestest.Run(t, openFolder(t, t.TempDir()), func(kept files.Kept) ([]byte, error) { return os.ReadFile(kept.Path) })
}

// FAULTS row 109, and the rule that no file is overwritten.
func TestKeepTakesTheNextFreeName(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	for i, want := range []string{"report.pdf", "report-2.pdf", "report-3.pdf"} {
		if got := write(t, folder, "report.pdf", fmt.Sprint(i)); got != filepath.Join(path, want) {
			t.Errorf("file %d is %s, want %s", i, got, want)
		}
		content, err := os.ReadFile(filepath.Join(path, want))
		if err != nil || string(content) != fmt.Sprint(i) {
			t.Errorf("%s holds %q (%v)", want, content, err)
		}
		if info, err := os.Stat(filepath.Join(path, want)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v), want 0600", want, info.Mode(), err)
		}
	}
	if names := left(t, path); len(names) != 3 {
		t.Errorf("the folder holds %v", names)
	}
}

// FAULTS row 103: what stands under the name is never followed or replaced.
func TestKeepFollowsNothing(t *testing.T) {
	path, outside := t.TempDir(), filepath.Join(t.TempDir(), "outside")
	if err := os.Symlink(outside, filepath.Join(path, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(path, "folder.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	folder := openFolder(t, path)
	for name, want := range map[string]string{"link.csv": "link-2.csv", "folder.csv": "folder-2.csv"} {
		if got := filepath.Base(write(t, folder, name, "x")); got != want {
			t.Errorf("%s is taken; the file became %s, want %s", name, got, want)
		}
	}
	if _, err := os.Lstat(outside); err == nil {
		t.Error("the link was followed")
	}
}

func TestDropLeavesNothing(t *testing.T) {
	path := t.TempDir()
	temp, err := openFolder(t, path).Create()
	if err != nil {
		t.Fatal(err)
	}
	temp.Drop()
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

// FAULTS row 103.
func TestOpenNamesTheSetting(t *testing.T) {
	path := t.TempDir()
	file, link := filepath.Join(path, "file"), filepath.Join(path, "link")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		file: "is not a folder", link: "symbolic link", link + "/": "symbolic link",
	} {
		_, err := Open(name)
		f := fault.From(err)
		if f == nil || f.Status != 500 || !strings.Contains(f.Message, want) || !strings.Contains(f.Message, "options.output_dir") {
			t.Errorf("Open(%s) = %v, want a fault 500 that says %q", filepath.Base(name), err, want)
		}
		if strings.Contains(f.Message+f.Hint, path) {
			t.Errorf("%q holds a path", f.Message)
		}
	}
}

// A folder that does not exist is the user's to mend.
func TestC12FolderThatDoesNotExist(t *testing.T) {
	path := t.TempDir()
	file := filepath.Join(path, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(path, "none"), filepath.Join(path, "no", "such"), filepath.Join(file, "below")} {
		_, err := Open(name)
		f := fault.From(err)
		if f == nil || f.Status != 400 || f.Category != fault.Input || !strings.Contains(f.Message, "does not exist") {
			t.Errorf("Open(%s) = %v, want a fault 400 of category input", filepath.Base(name), err)
		}
		if strings.Contains(f.Message+f.Hint, path) {
			t.Errorf("%q holds a path", f.Message)
		}
	}
}

// FAULTS row 107: many runs, one name: each file whole, none lost.
func TestParallelRunsMixNothing(t *testing.T) {
	path := t.TempDir()
	const runs = 20
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() {
			folder, err := Open(path)
			if err != nil {
				t.Error(err)
				return
			}
			defer folder.Close()
			write(t, folder, "report.csv", strings.Repeat(string(rune('a'+i)), 10000))
		})
	}
	group.Wait()
	names := left(t, path)
	if len(names) != runs {
		t.Errorf("%d files, want %d: %v", len(names), runs, names)
	}
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(path, name))
		if err != nil || len(content) != 10000 || strings.Trim(string(content), string(content[:1])) != "" {
			t.Errorf("%s is mixed or cut: %d bytes (%v)", name, len(content), err)
		}
	}
}
