package folder

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/files"
)

const (
	tempSuffix   = ".part"
	maxNamesakes = 10000
)

// temp is a file that is being written under a temporary name in a folder.
type temp struct {
	root   *os.Root // the folder
	name   string
	file   *os.File // nil: it was kept or dropped
	size   int64    // bytes written
	behind int64    // bytes of these that are on their way to the disk
}

// createTemp begins a file.
func createTemp(root *os.Root) (*temp, error) {
	name := hiddenPrefix + rand.Text() + tempSuffix
	file, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, unusable("cannot be written to", err)
	}
	lock(file)            // tells a sweep that it is in use
	_ = file.Chmod(0o600) // back what a narrow umask took, where the system lets it
	return &temp{root: root, name: name, file: file}, nil
}

// Write adds to the file. A large one goes to the disk while the rest of it still
// comes, so that the sync at its end has little left to wait for: 0.1 s of 0.5 s
// was measured for 200 MB, and it is more on a slow disk.
func (t *temp) Write(p []byte) (int, error) {
	const worthTheCall = 16 << 20 // bytes
	n, err := t.file.Write(p)
	if err != nil {
		return n, files.DiskFault(err)
	}
	t.size += int64(n)
	if ahead := t.size - t.behind; ahead >= worthTheCall {
		writeBehind(t.file, t.behind, ahead)
		t.behind = t.size
	}
	return n, nil
}

// Expect is nil: only the disk limits a file.
func (t *temp) Expect(int64) error { return nil }

// Reset empties the file.
func (t *temp) Reset() error {
	_, err := t.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, t.file.Truncate(0)); err != nil {
		return files.DiskFault(err)
	}
	t.size, t.behind = 0, 0
	return nil
}

// Drop removes the file unless it was kept.
func (t *temp) Drop() {
	if t.file == nil {
		return
	}
	_ = t.file.Close()
	_ = t.root.Remove(t.name)
	t.file = nil
}

// sync brings the file to the disk. No system can interrupt that, so when ctx ends
// first, it goes on and nobody waits for it.
func (t *temp) sync(ctx context.Context) error {
	if ctx.Err() != nil {
		return fault.Stopped(ctx, "writing a file")
	}
	file := t.file
	done := make(chan error, 1)
	go func() { done <- file.Sync() }()
	select {
	case err := <-done:
		if err != nil {
			return files.DiskFault(err)
		}
		return nil
	case <-ctx.Done():
		return fault.Stopped(ctx, "writing a file")
	}
}

// draft is a file of the output folder that is being written.
type draft struct {
	*temp
	folder *Folder
}

// Create begins a file under a temporary name.
func (f *Folder) Create() (files.Draft, error) {
	t, err := createTemp(f.root)
	if err != nil {
		return nil, err
	}
	return &draft{temp: t, folder: f}, nil
}

// Keep brings the file to the disk and gives it its name, or the next free one
// (report-2.pdf) where that is taken.
func (d *draft) Keep(ctx context.Context, name string) (files.Kept, error) {
	if err := d.sync(ctx); err != nil {
		return files.Kept{}, err
	}
	if err := d.file.Close(); err != nil {
		return files.Kept{}, files.DiskFault(err)
	}
	kept, err := d.settle(name)
	if err != nil {
		return files.Kept{}, files.DiskFault(err)
	}
	d.file = nil
	if folder, err := d.root.Open("."); err == nil {
		_ = folder.Sync() // the file is whole; its name may need the next sync of the system
		_ = folder.Close()
	}
	return files.Kept{Name: kept, Path: filepath.Join(d.folder.path, kept)}, nil
}

// settle moves the file from its temporary name to the first one that is free. A link
// fails where a file exists, in one step, which a rename does not.
func (t *temp) settle(name string) (string, error) {
	extension := filepath.Ext(name)
	stem := strings.TrimSuffix(name, extension)
	for n := 1; n <= maxNamesakes; n++ {
		if n > 1 {
			name = stem + "-" + strconv.Itoa(n) + extension
		}
		err := t.root.Link(t.name, name)
		if err == nil {
			_ = t.root.Remove(t.name) // the file has its name; a later run removes what stays here
			return name, nil
		}
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if _, taken := t.root.Lstat(name); taken == nil {
			continue
		}
		return name, t.root.Rename(t.name, name) // a file system without links
	}
	return "", fmt.Errorf("%d files of the name are there already", maxNamesakes)
}
