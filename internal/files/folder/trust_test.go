//go:build unix

package folder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/files/filestest"
)

// FAULTS row 131: what others may have written is never joined into a report.
func TestPartsOfOthersAreNotTrusted(t *testing.T) {
	for name, change := range map[string]func(hidden, part string) error{
		"others may write to the folder": func(hidden, _ string) error { return os.Chmod(hidden, 0o777) },
		"the group may":                  func(hidden, _ string) error { return os.Chmod(hidden, 0o770) },
		"others may write to the part":   func(_, part string) error { return os.Chmod(part, 0o602) },
		"the folder is another's":        func(hidden, _ string) error { return os.Chown(hidden, 65534, 65534) },
		"the part is another's":          func(_, part string) error { return os.Chown(part, 65534, 65534) },
	} {
		t.Run(name, func(t *testing.T) {
			if os.Geteuid() != 0 && strings.Contains(name, "another's") {
				t.Skip("not run: only root gives files away")
			}
			path := t.TempDir()
			first := partsOf(t, path, "export")
			filestest.KeepPart(t, first, 1, "forged")
			first.Leave()
			hidden := filepath.Join(path, ".tenableio-export")
			if err := change(hidden, filepath.Join(hidden, first.Part(1).FileName())); err != nil {
				t.Fatal(err)
			}
			again := partsOf(t, path, "export")
			defer again.Remove()
			if got := filestest.Numbers(again); len(got) > 0 {
				t.Errorf("the parts %v are trusted", got)
			}
			if doubt := again.Doubt(); strings.Contains(name, "folder") && doubt != files.NotTrusted {
				t.Errorf("the doubt is %v, want NotTrusted", doubt)
			}
			filestest.KeepPart(t, again, 1, "fetched")
			if got := filestest.ReadPart(t, again, 1); got != "fetched" {
				t.Errorf("the run reads %q", got)
			}
		})
	}
}

// FAULTS row 128: nothing but a folder and a file of the plugin's own is opened.
func TestSomethingElseInThePlaceOfParts(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"a pipe":             func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a file":             func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a link to a folder": func(path string) error { return errors.Join(os.Mkdir(path+"x", 0o700), os.Symlink("x", path)) },
		"a pipe for the lock": func(path string) error {
			return errors.Join(os.Mkdir(path, 0o700), syscall.Mkfifo(filepath.Join(path, "lock"), 0o600))
		},
		"a folder for the lock": func(path string) error { return os.MkdirAll(filepath.Join(path, "lock"), 0o700) },
		"a link for the lock": func(path string) error {
			return errors.Join(os.Mkdir(path, 0o700), os.Symlink("x", filepath.Join(path, "lock")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir()
			if err := put(filepath.Join(path, ".tenableio-export")); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			_, err := openFolder(t, path).Parts(t.Context(), "export")
			f := fault.From(err)
			if f == nil || f.Status != 500 || !strings.Contains(f.Message, "options.output_dir") || f.Hint == "" {
				t.Errorf("%v, want a fault 500 that names the setting", err)
			}
			if spent := time.Since(start); spent > time.Second {
				t.Errorf("it took %v", spent)
			}
		})
	}
}

// FAULTS row 144: the rights do not depend on the umask.
func TestRightsUnderAnyUmask(t *testing.T) {
	for _, umask := range []int{0o777, 0o300, 0} {
		path := t.TempDir()
		before := syscall.Umask(umask)
		parts := partsOf(t, path, "export")
		filestest.KeepPart(t, parts, 1, "one")
		kept := write(t, openFolder(t, path), "report.csv", "content")
		syscall.Umask(before)
		hidden := filepath.Join(path, ".tenableio-export")
		for name, want := range map[string]os.FileMode{kept: 0o600, hidden: 0o700, filepath.Join(hidden, "lock"): 0o600, filepath.Join(hidden, parts.Part(1).FileName()): 0o600} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
				t.Errorf("umask %#o: %s has %v (%v), want %v", umask, filepath.Base(name), info.Mode(), err, want)
			}
		}
		parts.Remove()
	}
}

// FAULTS row 127: runs of one export overlap, and each has all of its parts.
func TestOverlappingRunsOfOneExport(t *testing.T) {
	path := t.TempDir()
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 50 {
				folder, err := Open(path)
				if err != nil {
					t.Error(err)
					return
				}
				parts, err := folder.Parts(t.Context(), "export")
				if err != nil {
					t.Errorf("opening: %v: %v", err, errors.Unwrap(err))
					return
				}
				filestest.KeepPart(t, parts, 1, "content")
				if got := filestest.ReadPart(t, parts, 1); got != "content" {
					t.Errorf("read %q", got)
				}
				parts.Remove()
				_ = folder.Close()
			}
		})
	}
	group.Wait()
	sweep(t, path)
	if names := left(t, path); len(names) > 0 {
		t.Errorf("the folder holds %v", names)
	}
}

// FAULTS row 126: where no call gives a file a name only if it is free, the name is
// reserved.
func TestNamesAreReservedOnEveryDisk(t *testing.T) {
	path := t.TempDir()
	folder := openFolder(t, path)
	const runs = 8
	var group sync.WaitGroup
	var got [runs]bool
	for n := range runs {
		group.Go(func() {
			temp, err := createTemp(folder.root)
			if err != nil {
				t.Error(err)
				return
			}
			taken, err := folder.reserve(temp.name, "report.csv")
			if err != nil {
				t.Error(err)
			}
			got[n] = !taken
		})
	}
	group.Wait()
	winners := 0
	for _, won := range got {
		if won {
			winners++
		}
	}
	if winners != 1 {
		t.Errorf("%d runs have the one name", winners)
	}
}
