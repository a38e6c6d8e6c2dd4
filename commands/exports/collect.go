package exports

import (
	"context"
	"maps"
	"net/http"
	"strings"

	"tenableio/internal/fault"
)

// collected is what is known of an export, and what came of its chunks beside those
// that are parts of the report.
type collected struct {
	status  exportStatus         // the last one that was read
	known   chunkSet             // chunks that an earlier run kept, or that any status named
	failed  map[int]*fault.Error // chunks that cannot be had
	repairs int                  // findings with bytes that are not UTF-8
	leftOut map[int]leftOut      // findings that are not in the report, by chunk
}

// expected is how many chunks the export has, as far as it is known.
func (c collected) expected() int { return c.status.expected(c.known) }

// pending returns those of the chunks that are neither kept nor failed.
func (c collected) pending(chunks, kept chunkSet) chunkSet {
	return chunks.without(kept).without(chunkSetOf(maps.Keys(c.failed)))
}

// collect fetches every chunk that can be had. If it returns no error, each chunk that
// any status named as available is kept or failed. It also returns how far it came.
func (r exportReport) collect(ctx context.Context) (collected, error) {
	c := collected{known: r.kept(), failed: map[int]*fault.Error{}, leftOut: map[int]leftOut{}}
	progress := func() { r.env.Progress(int64(r.parts.Len()), int64(c.expected()), "chunks") }
	poll := r.env.Tenable.Poll("the export", exportPauses)
	for {
		status, err := readExportStatus(ctx, r.env, r.uuid)
		if err != nil {
			if c.status.Status != "" && status.Status != "" { // for the message
				c.status.Status = status.Status
			}
			return c, err
		}
		c.status = status
		c.known = c.known.with(status.named())
		progress()
		if !status.finished() && !r.env.Wait {
			return c, status.notReady(http.StatusAccepted, "")
		}
		missing := c.pending(status.available(), r.kept())
		fetched := r.fetch(ctx, missing, progress)
		maps.Copy(c.failed, fetched.failed)
		c.repairs += fetched.repairs
		maps.Copy(c.leftOut, fetched.leftOut)
		if fetched.end != nil {
			return c, fetched.end
		}
		left := c.pending(missing, r.kept())
		switch {
		case fetched.refused != nil, status.finished() && len(left) == 0:
			c.failUnnamed(r.kept())
			return c, nil
		case !r.env.Wait:
			return c, status.notReady(http.StatusAccepted, "")
		case len(left) < len(missing):
			poll.Restart()
		}
		unfinished := status.notReady(http.StatusGatewayTimeout, ", and the time limit does not allow to wait longer")
		if err := poll.Wait(ctx, unfinished); err != nil {
			return c, err
		}
	}
}

// failUnnamed fails the chunks that are not here, and that an earlier status named but
// the last one does not.
func (c collected) failUnnamed(kept chunkSet) {
	const message = "Chunk %d is not here, and Tenable does not name it any more."
	for _, n := range c.pending(c.known, kept).without(c.status.named()) {
		c.failed[n] = fault.New(http.StatusBadGateway, message, n)
	}
}

// withProgress adds to a failure how far the report is.
func (r exportReport) withProgress(c collected, err error) error {
	f := fault.From(err)
	if c.status.Status == "" || f.Category == fault.Internal {
		return f
	}
	return f.WithMessage("%s: export %s is %s, %d of %d chunks are here.",
		strings.TrimSuffix(f.Message, "."), r.uuid, c.status.Status, r.parts.Len(), c.expected())
}
