package folder

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FAULTS row 132: the folder is swapped for a link while runs open it and write to it.
func TestNothingIsWrittenElsewhere(t *testing.T) {
	base := t.TempDir()
	path, elsewhere, aside := filepath.Join(base, "out"), filepath.Join(base, "elsewhere"), filepath.Join(base, "aside")
	for _, name := range []string{path, elsewhere} {
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			_ = os.Rename(path, aside)
			_ = os.Symlink(elsewhere, path)
			time.Sleep(50 * time.Microsecond)
			_ = os.Remove(path)
			_ = os.Rename(aside, path)
			time.Sleep(50 * time.Microsecond)
		}
	}()
	done := 0
	for start := time.Now(); done < 100 && time.Since(start) < 10*time.Second; {
		folder, err := Open(path)
		if err != nil {
			continue
		}
		if temp, err := folder.Create(); err == nil {
			if kept, err := temp.Keep(t.Context(), "report.csv"); err == nil {
				done++
				if strings.HasPrefix(kept.Path, elsewhere) {
					t.Errorf("a file is at %s", kept.Path)
				}
			}
			temp.Drop()
		}
		_ = folder.Close()
	}
	close(stop)
	<-stopped
	if names := left(t, elsewhere); len(names) > 0 {
		t.Errorf("the other folder holds %v", names)
	}
	if names := left(t, path); len(names) != done || done == 0 {
		t.Errorf("%d files were kept, and the folder holds %d", done, len(names))
	}
}

// FAULTS row 132: the path in the result is where the file is, or there is none.
func TestAFolderThatMoves(t *testing.T) {
	base := t.TempDir()
	path, moved := filepath.Join(base, "out"), filepath.Join(base, "moved")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	folder := openFolder(t, path)
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	kept := write(t, folder, "report.csv", "content")
	if content, err := os.ReadFile(kept); err != nil || string(content) != "content" || filepath.Dir(kept) != moved {
		t.Errorf("the file is said to be at %s: %q (%v)", kept, content, err)
	}
}
