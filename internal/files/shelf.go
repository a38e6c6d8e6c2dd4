package files

import (
	"bytes"
	"io"
	"os"
)

// Shelf holds many blocks of text, each read by itself, for the envelope until it is
// written: the first in memory, and those of a long list in a file without a name.
// It never fails: where there can be no such file, or its disk is full, blocks stay
// in memory. For one stream with a limit, or one that begins anew, there is Spool.
// The zero Shelf is empty. Its file goes with the process.
type Shelf struct {
	file   *os.File
	noFile bool
	size   int64 // bytes in the file
	memory int   // bytes in memory, before the file was begun
}

// Block is a piece of text, in memory or on a shelf. The zero Block is empty.
type Block struct {
	text   []byte
	file   *os.File // nil: it is text
	offset int64
	size   int
}

// InMemory is a block that is on no shelf.
func InMemory(text []byte) Block { return Block{text: text} }

// Put adds a block, a copy of text.
func (s *Shelf) Put(text []byte) Block {
	if s.file == nil && !s.noFile && s.memory+len(text) > maxInMemory {
		file, err := createUnnamed()
		s.file, s.noFile = file, err != nil
	}
	if s.file == nil {
		s.memory += len(text)
		return InMemory(bytes.Clone(text))
	}
	if _, err := s.file.WriteAt(text, s.size); err != nil {
		return InMemory(bytes.Clone(text))
	}
	block := Block{file: s.file, offset: s.size, size: len(text)}
	s.size += int64(len(text))
	return block
}

// Empty tells whether the block holds nothing.
func (b Block) Empty() bool { return len(b.text)+b.size == 0 }

// Bytes reads the block.
func (b Block) Bytes() ([]byte, error) {
	if b.file == nil {
		return b.text, nil
	}
	text := make([]byte, b.size)
	_, err := io.ReadFull(io.NewSectionReader(b.file, b.offset, int64(b.size)), text)
	return text, err
}
