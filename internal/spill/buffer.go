package spill

import (
	"bytes"
	"io"
	"os"
)

// Buffer holds many blocks of text, each read by itself: the first ones in memory, and
// those of a long list in a file. It never fails: where there can be no such file, or
// its disk is full, blocks stay in memory. The zero Buffer is empty.
type Buffer struct {
	file   *os.File
	noFile bool
	size   int64 // bytes in the file
	memory int   // bytes in memory, before the file was begun
}

// Block is a piece of text, in memory or in the file of a buffer. The zero Block is empty.
type Block struct {
	text   []byte
	file   *os.File // nil: it is text
	offset int64
	size   int
}

// InMemory is a block that is in no buffer.
func InMemory(text []byte) Block { return Block{text: text} }

// Put adds a block, a copy of text.
func (b *Buffer) Put(text []byte) Block {
	if b.file == nil && !b.noFile && b.memory+len(text) > maxInMemory {
		file, err := createUnnamed()
		b.file, b.noFile = file, err != nil
	}
	if b.file == nil {
		b.memory += len(text)
		return InMemory(bytes.Clone(text))
	}
	if _, err := b.file.WriteAt(text, b.size); err != nil {
		return InMemory(bytes.Clone(text))
	}
	block := Block{file: b.file, offset: b.size, size: len(text)}
	b.size += int64(len(text))
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
