//go:build !linux

package folder

import (
	"errors"
	"os"
)

// pathOf cannot be told here.
func pathOf(*os.File) (string, error) { return "", errors.ErrUnsupported }
