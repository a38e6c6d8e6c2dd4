package files

import (
	"context"
	"io"

	"tenableio/internal/fault"
)

// until is a reader that ends with a context. A run answers a signal, and its time
// limit, within a second, and a large file takes longer than that to read.
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
