//go:build !unix

package folder

import (
	"os"
	"time"
)

// staleAfter is when the leftovers of a killed run are removed: later than the longest
// run ends, since no lock tells here which runs are alive.
const staleAfter = 8 * 24 * time.Hour

// lock is not known here: every run keeps its parts for itself.
func lock(*os.File) bool { return false }

// inUse cannot be told here; see staleAfter.
func inUse(*os.File) bool { return false }
