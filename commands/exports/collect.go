package exports

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// collected is what is known of an export, and what came of its chunks beside those
// that are parts of the report.
type collected struct {
	fetched               // of all rounds
	status   exportStatus // the last one that was read
	known    chunkSet     // chunks that an earlier run knew, or that any status named
	ended    *fault.Error // why the export ended before it was finished; nil: it did not
	finished bool         // no more chunks will come
	expired  bool         // Tenable does not know the export any more
}

// expected is how many chunks the export has, as far as it is known.
func (c collected) expected() int { return c.status.expected(c.known) }

// failedChunks returns the chunks that failed here.
func (c collected) failedChunks() chunkSet { return chunkSetOf(maps.Keys(c.failed)) }

// pending returns those of the chunks that are neither kept nor failed.
func (c collected) pending(chunks, kept chunkSet) chunkSet {
	return chunks.without(kept).without(c.failedChunks())
}

// collect fetches every chunk that can be had. If it returns no error, each chunk that
// any status named as available is kept or failed. It also returns how far it came.
func (r exportReport) collect(ctx context.Context) (collected, error) {
	c := r.resume()
	progress := func() { r.env.Progress(int64(r.parts.Len()), int64(c.expected()), "chunks") }
	poll := r.env.Tenable.Poll("the export", exportPauses)
	for {
		status, err := readExportStatus(ctx, r.env, r.uuid)
		if gone := fault.From(err); gone.Absent() && r.parts.Len() > 0 {
			c.expire(gone, r.kept())
			return c, nil
		}
		if broken := status.broken(); broken != nil && len(status.Available) == 0 && r.parts.Len() == 0 {
			err = broken
		}
		if err != nil {
			if c.status.Status != "" && status.Status != "" { // for the message
				c.status.Status = status.Status
			}
			return c, err
		}
		if err := r.take(ctx, &c, status); err != nil {
			return c, err
		}
		progress()
		over := status.finished() || c.ended != nil
		if !over && !r.env.Wait {
			return c, status.notReady(http.StatusAccepted, "")
		}
		missing := c.pending(chunksOf(status.Available), r.kept())
		c.add(r.fetch(ctx, missing, progress))
		if c.fatal != nil {
			return c, c.fatal
		}
		left := c.pending(missing, r.kept())
		switch {
		case c.ended != nil, c.refused != nil, over && len(left) == 0:
			c.failMissing(left, r.kept())
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

// take makes status the last one, and notes for a later run what is new in it.
func (r exportReport) take(ctx context.Context, c *collected, status exportStatus) error {
	before := c.note()
	c.status = status
	c.known = c.known.with(status.named())
	c.ended = status.broken()
	c.finished = status.finished()
	const most = 100_000 // chunks; a later run reads a megabyte at most
	after := c.note()
	if len(after.Chunks) > most || reflect.DeepEqual(before, after) {
		return nil
	}
	text, _ := json.Marshal(after) // nothing in it can fail
	return r.parts.SetNote(ctx, text)
}

// failMissing fails the chunks that will not come any more: those that were left when the export had ended, those that
// an earlier status named and the last one does not, and those of a broken export that no status named.
func (c collected) failMissing(left, kept chunkSet) {
	fail := func(chunks chunkSet, message string) {
		for _, n := range chunks {
			c.failed[n] = fault.New(http.StatusBadGateway, message, n)
		}
	}
	fail(left, "Chunk %d is not ready and will not be.")
	unnamed := c.pending(c.known, kept).without(c.status.named())
	fail(unnamed, "Chunk %d is not here, and Tenable does not name it any more.")
	if c.ended != nil {
		fail(c.neverNamed(), "Chunk %d was never ready.")
	}
}

// neverNamed returns the chunks that are expected and that no status named: Tenable counts
// them from 1. If a number beyond that was named, nothing is known of the others.
func (c collected) neverNamed() chunkSet {
	const most = 100_000 // more are counted and not named
	expected := c.expected()
	if expected > most || len(c.known) > 0 && c.known[len(c.known)-1] > expected {
		return nil
	}
	all := make(chunkSet, expected)
	for i := range all {
		all[i] = i + 1
	}
	return all.without(c.known)
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

// exportNote is what a run leaves for the next one beside the chunks that it kept. With it
// the chunks that are not here can be named when Tenable has forgotten the export.
type exportNote struct {
	Chunks   chunkSet `json:"chunks"`   // that any status named
	Expected int      `json:"expected"` // how many chunks the export has
	Finished bool     `json:"finished"`
}

func (c collected) note() exportNote {
	return exportNote{Chunks: c.known, Expected: c.expected(), Finished: c.finished}
}

// resume begins with what an earlier run kept and noted.
func (r exportReport) resume() collected {
	var note exportNote
	_ = json.Unmarshal(r.parts.Note(), &note) // one that cannot be read tells nothing
	c := collected{fetched: newFetched(), known: r.kept().with(chunkSetOf(slices.Values(note.Chunks)))}
	c.status.Total = wire.IntOf(note.Expected)
	c.finished = note.Finished
	return c
}

// expire ends an export that Tenable does not know any more, as gone says. If all of its
// chunks are here, nothing is lost.
func (c *collected) expire(gone *fault.Error, kept chunkSet) {
	const why = "The export expired: Tenable keeps it for 24 hours and does not know it any more (%s)"
	c.expired = true
	missing := c.pending(c.known.with(c.neverNamed()), kept)
	if c.finished && len(missing) == 0 && c.expected() == len(c.known) {
		c.status.Status = "FINISHED"
		return
	}
	c.ended = gone.WithMessage(why, strings.TrimSuffix(gone.Message, ".")).WithHint(exportAgain)
	c.status.Status = "EXPIRED"
	for _, n := range missing {
		c.failed[n] = gone.WithMessage("Chunk %d is gone.", n)
	}
}
