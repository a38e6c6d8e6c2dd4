//go:build unix

package folder

import (
	"os"
	"syscall"
	"time"
)

// staleAfter is when the leftovers of a killed run are removed: Tenable keeps chunks for
// 24 hours, so nothing can resume from them any more. A run that is alive holds a lock
// on its files.
const staleAfter = 24 * time.Hour

// lock takes a file for this process alone, until it is closed or the process ends. It
// is false where another process has it.
func lock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// inUse tells whether another process holds a file. Where none does, it is ours.
func inUse(file *os.File) bool { return !lock(file) }
