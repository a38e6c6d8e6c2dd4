// Package files writes what commands make: whole or not at all, readable by the
// owner alone, never over a file that is there, and hashed on the way. It knows
// nothing of Tenable and the envelope.
package files

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
	"time"

	"tenableio/internal/fault"
)

const (
	hiddenPrefix = ".tenableio-" // of everything that is not a finished file
	tempSuffix   = ".part"
	maxNamesakes = 10000
)

// Folder is the folder that options.output_dir names. Nothing outside it is
// read or written, and no symbolic link out of it is followed.
type Folder struct {
	root *os.Root
	path string
}

// OpenFolder opens a folder that is there already, and removes from it what killed
// runs left a day ago. A path that is no such folder is a fault.
func OpenFolder(path string) (*Folder, error) {
	path = filepath.Clean(path) // a slash at its end would follow a link
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, unusable("does not exist", err)
	case err != nil:
		return nil, unusable("cannot be opened", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, unusable("is a symbolic link, which is not followed", nil)
	case !info.IsDir():
		return nil, unusable("is not a folder", nil)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, unusable("cannot be opened", err)
	}
	f := &Folder{root: root, path: path}
	f.sweep()
	return f, nil
}

func unusable(what string, err error) error {
	return fault.Defect("The folder that options.output_dir names %s.", what).
		WithHint("Give an existing folder that the plugin's user may write to, or leave options.output_dir out to get files in the envelope.").
		WithCause(err)
}

// Close lets the folder go.
func (f *Folder) Close() error { return f.root.Close() }

// sweep removes what killed runs left a day ago. It is a courtesy: what cannot
// be removed stays.
func (f *Folder) sweep() {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err == nil && strings.HasPrefix(entry.Name(), hiddenPrefix) && time.Since(info.ModTime()) > staleAfter {
			f.removeUnused(entry.Name(), info)
		}
	}
}

// removeUnused removes a temporary file, or a folder of parts, unless a run that is
// alive holds its lock: it may wait for an export for days.
func (f *Folder) removeUnused(name string, info fs.FileInfo) {
	held := name
	if info.IsDir() {
		held = filepath.Join(name, lockName)
	}
	if info, err := f.root.Lstat(held); err == nil && info.Mode().IsRegular() {
		file, err := f.root.OpenFile(held, os.O_RDWR, 0)
		if err != nil {
			return // another user's
		}
		defer file.Close()
		if inUse(file) {
			return
		}
	}
	_ = f.root.RemoveAll(name)
}

// Temp is a file that is being written under a temporary name.
type Temp struct {
	folder *Folder
	name   string
	file   *os.File
	size   int64 // bytes written
	behind int64 // bytes of these that are on their way to the disk
}

// Create begins a file under a temporary name. It ends with Keep or Drop.
func (f *Folder) Create() (*Temp, error) {
	name := hiddenPrefix + rand.Text() + tempSuffix
	file, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, unusable("cannot be written to", err)
	}
	lock(file)            // tells a sweep that it is in use
	_ = file.Chmod(0o600) // back what a narrow umask took, where the system lets it
	return &Temp{folder: f, name: name, file: file}, nil
}

// Write adds to the file. A large one goes to the disk while the rest of it still
// comes, so that the sync at its end has little left to wait for: 0.1 s of 0.5 s
// was measured for 200 MB, and it is more on a slow disk.
func (t *Temp) Write(p []byte) (int, error) {
	const worthTheCall = 16 << 20 // bytes
	n, err := t.file.Write(p)
	if err != nil {
		return n, diskFault(err)
	}
	t.size += int64(n)
	if ahead := t.size - t.behind; ahead >= worthTheCall {
		writeBehind(t.file, t.behind, ahead)
		t.behind = t.size
	}
	return n, nil
}

// Reset empties the file.
func (t *Temp) Reset() error {
	_, err := t.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, t.file.Truncate(0)); err != nil {
		return diskFault(err)
	}
	t.size, t.behind = 0, 0
	return nil
}

// Keep makes the file whole on the disk and gives it its name, or the next free
// one (report-2.pdf) where that is taken. It returns the file's path.
func (t *Temp) Keep(ctx context.Context, name string) (string, error) {
	if err := synced(ctx, t.file); err != nil {
		return "", err
	}
	if err := t.file.Close(); err != nil {
		return "", diskFault(err)
	}
	kept, err := t.settle(name)
	if err != nil {
		return "", diskFault(err)
	}
	t.file = nil
	if folder, err := t.folder.root.Open("."); err == nil {
		_ = folder.Sync() // the file is whole; its name may need the next sync of the system
		_ = folder.Close()
	}
	return filepath.Join(t.folder.path, kept), nil
}

// settle moves the file from its temporary name to the first one that is free.
// A link fails where a file is, at once and for good, which a rename does not.
func (t *Temp) settle(name string) (string, error) {
	extension := filepath.Ext(name)
	stem := strings.TrimSuffix(name, extension)
	for n := 1; n <= maxNamesakes; n++ {
		if n > 1 {
			name = stem + "-" + strconv.Itoa(n) + extension
		}
		err := t.folder.root.Link(t.name, name)
		if err == nil {
			_ = t.folder.root.Remove(t.name) // the file has its name; a later run sweeps what stays here
			return name, nil
		}
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if _, taken := t.folder.root.Lstat(name); taken == nil {
			continue
		}
		return name, t.folder.root.Rename(t.name, name) // a file system without links
	}
	return "", fmt.Errorf("%d files of the name are there already", maxNamesakes)
}

// Drop removes the file unless it was kept.
func (t *Temp) Drop() {
	if t.file == nil {
		return
	}
	_ = t.file.Close()
	_ = t.folder.root.Remove(t.name)
	t.file = nil
}

// diskFault words an error of the disk.
func diskFault(err error) error {
	reason := "the disk refused it"
	switch {
	case isFull(err):
		reason = "the disk is full"
	case errors.Is(err, fs.ErrPermission):
		reason = "permission was denied"
	}
	return fault.Defect("A file could not be written: %s.", reason).
		WithHint("Make room in the folder that options.output_dir names (or the temporary folder), then run the command again.").
		WithCause(err)
}
