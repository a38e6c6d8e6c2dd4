// Package folder keeps files in the folder that options.output_dir names: whole or not
// at all, readable by the owner alone, and never over a file that is there.
package folder

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tenableio/internal/fault"
)

// hiddenPrefix begins the name of everything that is not a finished file.
const hiddenPrefix = ".tenableio-"

// Folder is an output folder. Nothing outside it is read or written, and no symbolic
// link out of it is followed.
type Folder struct {
	root *os.Root
	path string
}

// Open opens a folder that exists, and removes from it what killed runs left a day ago.
// A path that is no such folder is a fault.
func Open(path string) (*Folder, error) {
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

// Close closes the folder.
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
