//go:build unix

package files

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// staleAfter is when what a killed run left is removed: Tenable keeps chunks for 24
// hours, so nothing can go on from it any more. What a run that is alive holds, it
// has locked.
const staleAfter = 24 * time.Hour

// isFull tells a full disk or quota from other errors.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// lock takes a file for this process alone, until it is closed or the process
// ends; it is false where another process has it.
func lock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// inUse tells whether another process holds a file. Where none does, it is ours.
func inUse(file *os.File) bool { return !lock(file) }
