package files

import (
	"os"
	"syscall"
)

// writeBehind has the system begin to bring size bytes of a file, from an offset
// on, to the disk, and does not wait for them. It is a courtesy: Sync is what
// counts.
func writeBehind(file *os.File, offset, size int64) {
	const syncFileRangeWrite = 2
	_ = syscall.SyncFileRange(int(file.Fd()), offset, size, syncFileRangeWrite)
}
