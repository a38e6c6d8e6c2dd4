//go:build unix

package files

import (
	"errors"
	"os"
	"syscall"
)

// isFull tells a full disk or quota from other errors.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// lock takes a file for this process alone, until it is closed or the process
// ends; it is false where another process has it.
func lock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
