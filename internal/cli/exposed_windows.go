package cli

import "io/fs"

// readByOthers is false: the mode of a file says nothing here about who may read it.
func readByOthers(fs.FileInfo) bool { return false }
