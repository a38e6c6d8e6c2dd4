package folder

import (
	"fmt"
	"os"
)

// pathOf asks the system where an open folder is now.
func pathOf(folder *os.File) (string, error) {
	return os.Readlink(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()))
}
