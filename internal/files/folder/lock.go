package folder

import (
	"errors"
	"io/fs"
	"os"
)

// lockState is what came of an attempt to lock a file.
type lockState int

const (
	locked  lockState = iota
	busy              // another run has it
	noLocks           // this disk or system has no locks
)

// lockName is the file in a folder of parts that a run locks while the folder is its own.
const lockName = "lock"

// errForeign is something else where a file of the plugin belongs.
var errForeign = errors.New("it is not a regular file of the plugin's user")

// openRegular opens a regular file. A pipe or a device is neither opened nor waited for.
func openRegular(root *os.Root, name string, flag int) (*os.File, fs.FileInfo, error) {
	if named, err := root.Lstat(name); err == nil && !named.Mode().IsRegular() {
		return nil, nil, errForeign
	}
	file, err := root.OpenFile(name, flag|noBlock, 0o600)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = file.Close()
		return nil, nil, errForeign
	}
	return file, info, nil
}
