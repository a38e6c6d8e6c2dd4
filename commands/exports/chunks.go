package exports

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"tenableio/commands/command"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/files"
)

// chunkFetcher brings the chunks of an export into parts, each of them whole.
type chunkFetcher struct {
	env    command.Env
	uuid   string
	fields Fields
	parts  *files.Parts

	expected int // chunks of the export, as far as it is known

	mu      sync.Mutex
	failed  map[int]*fault.Error // chunks that could not be had
	repairs int                  // findings with bytes that are not UTF-8
	end     error                // ends the run: the disk, a limit, a signal
	refused *fault.Error         // what every other chunk would meet too
}

// missing are those of the chunks that are still to be fetched.
func (c *chunkFetcher) missing(chunks []int) []int {
	kept := c.parts.Kept()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(chunks), func(n int) bool {
		_, here := kept[n]
		return here || c.failed[n] != nil
	})
}

// fetch fetches the chunks, some at the same time. Tenable asks integrations to
// be modest, so after a 429 it is one at a time. A chunk that is not ready stays
// missing, and one that cannot be had is noted; the error ends the run.
func (c *chunkFetcher) fetch(ctx context.Context, chunks []int) error {
	queue := make(chan int, len(chunks))
	for _, n := range chunks {
		queue <- n
	}
	close(queue)
	var workers sync.WaitGroup
	var panicked any
	for worker := range min(max(c.env.ChunkWorkers, 1), len(chunks)) {
		workers.Go(func() {
			defer func() { // handed to the goroutine that makes an envelope of it
				if p := recover(); p != nil {
					c.mu.Lock()
					defer c.mu.Unlock()
					panicked = p
				}
			}()
			c.work(ctx, worker, queue)
		})
	}
	workers.Wait()
	if panicked != nil {
		panic(panicked)
	}
	return c.end
}

// work fetches chunks as long as it may; what it takes from the queue it also tries.
func (c *chunkFetcher) work(ctx context.Context, worker int, queue <-chan int) {
	for !c.over() && (worker == 0 || !c.env.Tenable.RateLimited()) {
		n, ok := <-queue
		if !ok {
			return
		}
		c.note(ctx, n, c.fetchOne(ctx, n))
	}
}

// over tells whether no other chunk is to be tried.
func (c *chunkFetcher) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end != nil || c.refused != nil
}

// note judges how the fetch of a chunk ended.
func (c *chunkFetcher) note(ctx context.Context, n int, err error) {
	f := fault.From(err)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case f == nil, f.Status == http.StatusBadRequest: // here, or not ready yet
	case ctx.Err() != nil, f.Category == fault.Internal, f.Status == http.StatusRequestEntityTooLarge:
		c.end = err
	default:
		c.failed[n] = f
		if command.FailsAll(f) {
			c.refused = f
		}
	}
}

// giveUp notes as failed the chunks that were not tried after a refusal.
func (c *chunkFetcher) giveUp(chunks []int) {
	for _, n := range c.missing(chunks) {
		c.failed[n] = command.NotTried(c.refused)
	}
}

// fetchOne streams a chunk into a part, with the chosen fields alone.
//
// GET /vulns/export/{export_uuid}/chunks/{chunk_id}:
// https://developer.tenable.com/reference/exports-vulns-download-chunk
func (c *chunkFetcher) fetchOne(ctx context.Context, n int) error {
	part, err := c.parts.Begin()
	if err != nil {
		return err
	}
	defer part.Drop()
	projector := Projector{Fields: c.fields}
	count := 0
	call := connection.Call{
		Path:   "/vulns/export/{export_uuid}/chunks/{chunk_id}",
		Params: map[string]string{"export_uuid": c.uuid, "chunk_id": strconv.Itoa(n)},
	}
	err = c.env.Tenable.Download(ctx, call, func(download connection.Download) error {
		if err := errors.Join(download.ExpectJSON(), part.Reset()); err != nil {
			return err
		}
		projector.Repairs = 0
		out := bufio.NewWriterSize(part, 64<<10)
		var err error
		if count, err = projector.Copy(out, download.Body); err == nil {
			err = out.Flush()
		}
		return notWhole(err)
	})
	if f := fault.From(err); f.Absent() {
		const hint = "Tenable keeps chunks for 24 hours. " +
			"Run Export Vulnerabilities again, then this command with the new Export UUID."
		return f.WithMessage("The export expired: chunk %d is gone (%s).", n, f.Message).WithHint(hint)
	}
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.repairs += projector.Repairs
	c.mu.Unlock()
	if err := part.Keep(ctx, n, count); err != nil {
		return err
	}
	c.report()
	return nil
}

// report tells how many chunks are here.
func (c *chunkFetcher) report() { c.env.Progress(int64(c.parts.Len()), int64(c.expected), "chunks") }

// notWhole words what the parser found, without its words: they quote the text.
func notWhole(err error) error {
	if own, ok := errors.AsType[*fault.Error](err); err == nil || ok {
		if own != nil {
			return own
		}
		return nil
	}
	if errors.Is(err, ErrTooLarge) {
		return fault.New(http.StatusBadGateway, "A finding is larger than 32 MiB, which none is.")
	}
	return errors.New("the chunk is not a whole JSON array of findings")
}
