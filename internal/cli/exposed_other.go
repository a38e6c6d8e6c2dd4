//go:build !windows

package cli

import "io/fs"

// readByOthers tells whether other users may read a file of keys.
func readByOthers(info fs.FileInfo) bool {
	return info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0
}
