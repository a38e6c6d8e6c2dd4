package files

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"tenableio/internal/fault"
)

// maxInMemory is how many bytes a spool or a shelf holds in memory before it goes on
// in a file of the system's temporary folder.
const maxInMemory = 1 << 20

// Spool holds one stream of content, up to a limit, for the envelope until it is
// written; for many blocks without a limit there is Shelf. Large content is in a
// file without a name, where the system knows such, so that nothing is left even
// when the process is killed. Where no temporary folder can be written, as in a
// container with a read-only root, it stays in memory; a disk that fills up later is
// a failure.
type Spool struct {
	memory bytes.Buffer
	file   *os.File
	noFile bool
	size   int64 // bytes
	limit  int64 // bytes
}

// NewSpool returns a spool that takes up to limit bytes.
func NewSpool(limit int64) *Spool { return &Spool{limit: limit} }

// Write adds to the spool. Beyond the limit it is a failure of status 413.
func (s *Spool) Write(p []byte) (int, error) {
	if s.size+int64(len(p)) > s.limit {
		return 0, TooLarge(s.limit)
	}
	if s.file == nil && !s.noFile && s.memory.Len()+len(p) > maxInMemory {
		s.spill()
	}
	s.size += int64(len(p))
	if s.file == nil {
		return s.memory.Write(p)
	}
	n, err := s.file.Write(p)
	if err != nil {
		err = diskFault(err)
	}
	return n, err
}

// TooLarge is the failure of content that does not fit in the envelope.
func TooLarge(limit int64) error {
	return fault.New(http.StatusRequestEntityTooLarge, "The file is larger than the %d bytes that the result may hold (options.max_inline_bytes).", limit).
		WithHint("Set options.output_dir to have the file written there, or raise options.max_inline_bytes.")
}

// spill moves what is in memory to a file.
func (s *Spool) spill() {
	file, err := createUnnamed()
	if err != nil {
		s.noFile = true
		return
	}
	if _, err := file.Write(s.memory.Bytes()); err != nil {
		_ = file.Close()
		s.noFile = true
		return
	}
	s.file, s.memory = file, bytes.Buffer{}
}

// createUnnamed creates a file in the system's temporary folder that is gone
// when it is closed, or the process is.
func createUnnamed() (*os.File, error) {
	name := filepath.Join(os.TempDir(), hiddenPrefix+rand.Text()+tempSuffix)
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|deleteOnClose, 0o600)
	if err == nil {
		_ = os.Remove(name) // Windows refuses this, and has deleteOnClose
	}
	return file, err
}

// Reset empties the spool.
func (s *Spool) Reset() error {
	s.size = 0
	s.memory.Reset()
	if s.file == nil {
		return nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, s.file.Truncate(0)); err != nil {
		return diskFault(err)
	}
	return nil
}

// Size is how many bytes the spool holds.
func (s *Spool) Size() int64 { return s.size }

// Reader reads the spool from its beginning.
func (s *Spool) Reader() io.Reader { return s.section(0, s.size) }

// section reads so many bytes of the spool from an offset.
func (s *Spool) section(offset, size int64) io.Reader {
	if s.file == nil {
		return bytes.NewReader(s.memory.Bytes()[offset : offset+size])
	}
	return io.NewSectionReader(s.file, offset, size)
}

// Close gives the memory and the file back.
func (s *Spool) Close() {
	s.memory = bytes.Buffer{}
	if s.file != nil {
		_ = s.file.Close()
		s.file = nil
	}
}
