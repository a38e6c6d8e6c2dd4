//go:build !unix

package folder

import (
	"io/fs"
	"os"
)

// lock is not known here.
func lock(*os.File) lockState { return noLocks }

// private cannot be told here: the folder's own rights decide who may write to it.
func private(fs.FileInfo) bool { return true }

// noBlock is not needed here: no pipe has a name in a folder.
const noBlock = 0
