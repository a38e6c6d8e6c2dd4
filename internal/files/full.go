//go:build unix

package files

import (
	"errors"
	"syscall"
)

// isFull tells a full disk or quota from other errors.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
