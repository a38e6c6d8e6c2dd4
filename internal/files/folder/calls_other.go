//go:build !linux

package folder

import (
	"errors"
	"os"
)

// pathOf cannot be told here.
func pathOf(*os.File) (string, error) { return "", errors.ErrUnsupported }

// renameNoReplace is not known here.
func renameNoReplace(*os.File, string, string) error { return errors.ErrUnsupported }

// writeBehind leaves all of the work to Sync where the system has no such call.
func writeBehind(*os.File, int64, int64) {}
