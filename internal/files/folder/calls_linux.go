package folder

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// pathOf asks the system where an open folder is now.
func pathOf(folder *os.File) (string, error) {
	return os.Readlink(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()))
}

// renameNoReplace renames a file within a folder, and fails where the new name is taken.
func renameNoReplace(folder *os.File, from, to string) error {
	fd := int(folder.Fd())
	return unix.Renameat2(fd, from, fd, to, unix.RENAME_NOREPLACE)
}

// writeBehind has the system begin to bring size bytes of a file, from an offset
// on, to the disk, and does not wait for them. It is a courtesy: Sync is what
// counts.
func writeBehind(file *os.File, offset, size int64) {
	_ = unix.SyncFileRange(int(file.Fd()), offset, size, unix.SYNC_FILE_RANGE_WRITE)
}
