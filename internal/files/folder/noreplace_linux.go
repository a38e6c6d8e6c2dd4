package folder

import (
	"os"

	"golang.org/x/sys/unix"
)

// renameNoReplace renames a file within a folder, and fails where the new name is taken.
func renameNoReplace(folder *os.File, from, to string) error {
	fd := int(folder.Fd())
	return unix.Renameat2(fd, from, fd, to, unix.RENAME_NOREPLACE)
}
