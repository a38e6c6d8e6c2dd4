//go:build unix

package folder

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lock takes a file for this run, until the file is closed or the process ends.
func lock(file *os.File) lockState {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return locked
		case errors.Is(err, syscall.EWOULDBLOCK):
			return busy
		case !errors.Is(err, syscall.EINTR):
			return noLocks
		}
	}
}

// private tells whether a file or folder belongs to the plugin's user and nobody else
// may write to it.
func private(info fs.FileInfo) bool {
	const othersMayWrite = 0o022
	owner, ok := info.Sys().(*syscall.Stat_t)
	return ok && int64(owner.Uid) == int64(os.Geteuid()) && info.Mode()&othersMayWrite == 0
}

// noBlock has the system open a pipe or a device without waiting for its other end.
const noBlock = syscall.O_NONBLOCK
