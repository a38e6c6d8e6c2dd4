package folder

import (
	"os"

	"golang.org/x/sys/unix"
)

// writeBehind has the system begin to bring size bytes of a file, from an offset
// on, to the disk, and does not wait for them. It is a courtesy: Sync is what
// counts.
func writeBehind(file *os.File, offset, size int64) {
	_ = unix.SyncFileRange(int(file.Fd()), offset, size, unix.SYNC_FILE_RANGE_WRITE)
}
