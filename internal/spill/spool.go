package spill

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"

	"tenableio/internal/fault"
	"tenableio/internal/files"
)

// Spool holds one stream of content, up to a limit. Where the temporary folder cannot
// be written to, as in a container with a read-only root, the content stays in memory. A
// disk that fills up later is a failure.
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
		return 0, tooLarge(s.limit)
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
		err = files.DiskFault(err)
	}
	return n, err
}

// Expect is a failure where the limit is less than size.
func (s *Spool) Expect(size int64) error {
	if size > s.limit {
		return tooLarge(s.limit)
	}
	return nil
}

// tooLarge is the failure of content that does not fit in the envelope.
func tooLarge(limit int64) error {
	return fault.New(http.StatusRequestEntityTooLarge, "The file is larger than the %d bytes that the result may hold "+
		"(options.max_inline_bytes).", limit).
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

// Reset empties the spool.
func (s *Spool) Reset() error {
	s.size = 0
	s.memory.Reset()
	if s.file == nil {
		return nil
	}
	_, err := s.file.Seek(0, io.SeekStart)
	if err = errors.Join(err, s.file.Truncate(0)); err != nil {
		return files.DiskFault(err)
	}
	return nil
}

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
