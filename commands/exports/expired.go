package exports

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/wire"
)

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

// keep leaves the note. A million chunks are not noted: a later run reads a megabyte at most.
func (n exportNote) keep(ctx context.Context, parts *files.Parts) error {
	const most = 100_000 // chunks
	if len(n.Chunks) > most {
		return nil
	}
	text, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("marshal the note of an export: %w", err)
	}
	return parts.SetNote(ctx, text)
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

// failedChunks returns the chunks that failed here.
func (c collected) failedChunks() chunkSet { return chunkSetOf(maps.Keys(c.failed)) }
