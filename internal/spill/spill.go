// Package spill holds content for the result envelope until it is written: what is
// small in memory, and what is large in a file without a name, so that a killed process
// leaves nothing. Spool holds one stream, Buffer many blocks, and Inline is the
// destination of files that go into the envelope.
package spill

import (
	"crypto/rand"
	"os"
	"path/filepath"
)

// maxInMemory is how many bytes a spool or a buffer holds in memory before it goes on
// in a file of the system's temporary folder.
const maxInMemory = 1 << 20

// createUnnamed creates a file in the system's temporary folder that is removed when it
// is closed, or when the process ends.
func createUnnamed() (*os.File, error) {
	name := filepath.Join(os.TempDir(), ".tenableio-"+rand.Text()+".part")
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|deleteOnClose, 0o600)
	if err == nil {
		_ = os.Remove(name) // Windows refuses this, and has deleteOnClose
	}
	return file, err
}
