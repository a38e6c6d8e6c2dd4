// Package files is what commands make files with: whole or not at all, hashed on the
// way, under names that are safe. Where they go is a Destination: the output folder
// (internal/files/folder) or the result envelope (internal/spill). It knows nothing of
// Tenable.
package files

import (
	"context"
	"io"
)

// Destination is where the files of a command go.
type Destination interface {
	// Create begins a file, empty and without a name.
	Create() (Draft, error)
	// Parts opens the parts of the report called key, which must be fit for a file name.
	Parts(ctx context.Context, key string) (*Parts, error)
	// Close lets the destination go. What was kept stays.
	Close() error
}

// Draft is a file that is being written. It ends with Drop, after Keep or without.
type Draft interface {
	io.Writer
	// Expect is a failure where a file of so many bytes cannot be kept.
	Expect(size int64) error
	// Reset empties the file.
	Reset() error
	// Keep completes the file and gives it a name.
	Keep(ctx context.Context, name string) (Kept, error)
	// Drop removes the file unless it was kept.
	Drop()
}

// Kept is a file that is complete: at a path, or content that is still to be read.
type Kept struct {
	Name    string // the name that it got, which may differ from the one that was asked for
	Path    string // "" where it is Content
	Content io.Reader
}
