//go:build !linux

package folder

import (
	"errors"
	"os"
)

// renameNoReplace is not known here.
func renameNoReplace(*os.File, string, string) error { return errors.ErrUnsupported }
