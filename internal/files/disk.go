package files

import (
	"errors"
	"io/fs"
	"syscall"

	"tenableio/internal/fault"
)

// DiskFault words an error of the disk.
func DiskFault(err error) error {
	reason := "the disk refused it"
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		reason = "the disk is full"
	case errors.Is(err, fs.ErrPermission):
		reason = "permission was denied"
	}
	return fault.Defect("A file could not be written: %s.", reason).
		WithHint("Make room in the folder that options.output_dir names (or the temporary folder), then run the command " +
			"again.").
		WithCause(err)
}
