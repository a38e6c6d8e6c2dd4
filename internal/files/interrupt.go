package files

import (
	"context"
	"io"
	"os"

	"tenableio/internal/fault"
)

// A run answers a signal, and its time limit, within a second, and a large file
// takes longer than that to copy, to hash or to bring to the disk. So each of
// these ends with the context of the run.

// until is a reader that ends with a context.
type until struct {
	ctx  context.Context //nolint:containedctx // a reader has no other way to know of it
	from io.Reader
}

// Until returns a reader of r that fails when ctx ends.
func Until(ctx context.Context, r io.Reader) io.Reader { return until{ctx, r} }

func (u until) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, fault.Stopped(u.ctx, "working on a file")
	}
	return u.from.Read(p)
}

// synced makes a file whole on the disk. No system can break that off, so where
// ctx ends first it goes on without anybody who waits for it.
func synced(ctx context.Context, file *os.File) error {
	if ctx.Err() != nil {
		return fault.Stopped(ctx, "writing a file")
	}
	done := make(chan error, 1)
	go func() { done <- file.Sync() }()
	select {
	case err := <-done:
		if err != nil {
			return diskFault(err)
		}
		return nil
	case <-ctx.Done():
		return fault.Stopped(ctx, "writing a file")
	}
}
