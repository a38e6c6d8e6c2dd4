// Package folder keeps files in the folder that options.output_dir names: whole or not
// at all, readable by the owner alone, and never over a file that is there.
package folder

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"tenableio/internal/fault"
)

const (
	hiddenPrefix     = ".tenableio-" // of everything that is not a finished file
	unfinishedSuffix = ".part"       // of what is of no use to a later run
)

// Folder is an output folder. It is opened once, and everything in it is reached through
// that descriptor: whoever swaps the path for a link changes nothing. No symbolic link
// out of it is followed.
type Folder struct {
	root    *os.Root
	self    *os.File // the folder itself
	path    string
	sweeper *sweeper
}

// Open opens a folder that exists, and begins to remove from it what killed runs left.
// A path that is no such folder is a fault.
func Open(path string) (*Folder, error) {
	path = filepath.Clean(path) // a slash at its end would follow a link
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, fault.New(http.StatusBadRequest, "The folder that options.output_dir names does not exist.").
			WithHint(chooseFolder).WithCause(err)
	case err != nil:
		return nil, unusable("cannot be opened", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, unusable("is a symbolic link, which is not followed", nil)
	case !info.IsDir():
		return nil, fault.Defect("What options.output_dir names is not a folder.").WithHint(chooseFolder)
	}
	root, err := openDir(path, os.OpenRoot, os.Lstat)
	if err != nil {
		return nil, unusable("cannot be opened", err)
	}
	self, err := root.Open(".")
	if err != nil {
		_ = root.Close()
		return nil, unusable("cannot be opened", err)
	}
	sweeper := &sweeper{root: root, done: make(chan struct{})}
	go sweeper.sweep()
	return &Folder{root: root, self: self, path: path, sweeper: sweeper}, nil
}

// errSwapped is a name that meant two things while it was opened.
var errSwapped = errors.New("the folder was replaced while it was opened")

// openDir opens a folder, and then makes sure that the folder itself stands under the
// name, and not a link to it. The dot refuses a pipe, which would block, at once.
func openDir(
	name string, open func(string) (*os.Root, error), lstat func(string) (fs.FileInfo, error),
) (*os.Root, error) {
	root, err := open(name + "/.")
	if err != nil {
		return nil, err
	}
	if !stands(root, name, lstat) {
		_ = root.Close()
		return nil, errSwapped
	}
	return root, nil
}

// stands tells whether an open folder is what stands under a name.
func stands(root *os.Root, name string, lstat func(string) (fs.FileInfo, error)) bool {
	opened, err := root.Stat(".")
	if err != nil {
		return false
	}
	named, err := lstat(name)
	return err == nil && os.SameFile(opened, named)
}

// Close closes the folder. What is still being removed gets a moment more.
func (f *Folder) Close() error {
	f.sweeper.stop(20 * time.Millisecond)
	_ = f.self.Close()
	return f.root.Close()
}

// where is the path of the folder. It is the one that was asked for, unless the folder
// was moved in the meantime.
func (f *Folder) where() (string, error) {
	if stands(f.root, f.path, os.Lstat) {
		return f.path, nil
	}
	if path, err := pathOf(f.self); err == nil && stands(f.root, path, os.Lstat) {
		return path, nil
	}
	return "", fault.Defect("The folder that options.output_dir names was moved or removed while the command ran.").
		WithHint("Leave the folder in its place while a command runs, then run the command again.")
}

// unusable is an output folder that exists and cannot be used.
func unusable(what string, err error) *fault.Error {
	const message = "The folder that options.output_dir names %s%s."
	return fault.Defect(message, what, reason(err)).WithHint(chooseFolder).WithCause(err)
}

// reason is why a folder cannot be used, where the system says so.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return ": the plugin's user lacks the permission"
	case errors.Is(err, syscall.EROFS):
		return ": its disk is read-only"
	case errors.Is(err, errSwapped):
		return ": it was replaced in that moment"
	}
	return ""
}

const chooseFolder = "Give an existing folder that the plugin's user may write to, or leave options.output_dir out " +
	"to get files in the envelope."
