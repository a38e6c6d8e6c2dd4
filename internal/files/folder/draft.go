package folder

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tenableio/internal/fault"
	"tenableio/internal/files"
)

// temp is a file that is being written under a temporary name in a folder. Its lock
// tells other runs that it is in use.
type temp struct {
	root   *os.Root // the folder
	name   string
	file   *os.File // nil: it was kept or dropped
	size   int64    // bytes written
	behind int64    // bytes of these that are on their way to the disk
}

// createTemp begins a file.
func createTemp(root *os.Root) (*temp, error) {
	for range maxAttempts {
		name := hiddenPrefix + rand.Text() + unfinishedSuffix
		file, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, err
		}
		_ = file.Chmod(0o600) // gives back what a narrow umask took, where the system lets it
		t := &temp{root: root, name: name, file: file}
		state := lock(file)
		if _, err := root.Lstat(name); err == nil && state != busy {
			return t, nil
		}
		t.Drop() // another run took it for a leftover before it was locked
	}
	return nil, errBusy
}

// maxAttempts is how often something is begun anew that another run removes at the same
// moment.
const maxAttempts = 100

var errBusy = errors.New("other runs removed it each time")

// inPlace tells whether the file stands under its name.
func (t *temp) inPlace() bool {
	opened, err := t.file.Stat()
	if err != nil {
		return false
	}
	named, err := t.root.Lstat(t.name)
	return err == nil && os.SameFile(opened, named)
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
	_ = t.root.Remove(t.name)
	_ = t.file.Close()
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

// kept closes the file, which has its name, and with it gives up the lock.
func (t *temp) kept() {
	_ = t.file.Close() // it was synced
	t.file = nil
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
		return nil, unusable("cannot be written to", err)
	}
	return &draft{temp: t, folder: f}, nil
}

// Keep brings the file to the disk and gives it its name, or the next free one
// (report-2.pdf) where that is taken.
func (d *draft) Keep(ctx context.Context, name string) (files.Kept, error) {
	if err := d.sync(ctx); err != nil {
		return files.Kept{}, err
	}
	name, err := d.folder.settle(d.name, name)
	if errors.Is(err, fs.ErrNotExist) {
		return files.Kept{}, gone("The file that was being written is gone from the output folder.", err)
	}
	if err != nil {
		return files.Kept{}, files.DiskFault(err)
	}
	if d.name = name; !d.inPlace() {
		d.kept() // what has the name now is not ours to remove
		return files.Kept{}, gone("The file that was written is gone from the output folder.", nil)
	}
	path, err := d.folder.where()
	if err != nil {
		return files.Kept{}, err // and Drop removes the file, which nobody could find
	}
	d.kept()
	_ = d.folder.self.Sync() // the file is whole; its name may need the next sync of the system
	return files.Kept{Name: name, Path: filepath.Join(path, name)}, nil
}

// gone is the failure of a run whose files another process took away.
func gone(what string, err error) error {
	f := fault.Defect("%s", what).WithCause(err).
		WithHint("Run the command again with the same options.output_dir.")
	f.Retryable = true
	return f
}
