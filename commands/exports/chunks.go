package exports

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-json-experiment/json/jsontext"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/strictjson"
)

// fetched is what came of fetching chunks. Each chunk is a part of the report then, or
// it failed, or it is not ready yet.
type fetched struct {
	failed  map[int]*fault.Error // chunks that cannot be had
	repairs int                  // findings with bytes that are not UTF-8
	leftOut map[int]leftOut      // findings that are not in the report, by chunk
	refused *fault.Error         // the failure of one chunk that the others would meet too
	fatal   *fault.Error         // the failure that ends the run: of the disk, a limit, a signal

	panicked any // for the goroutine that makes an envelope of it
}

func newFetched() fetched { return fetched{failed: map[int]*fault.Error{}, leftOut: map[int]leftOut{}} }

// fetch fetches chunks, some at the same time, and calls progress after each. If one is
// refused, those that were not tried fail for the same reason.
func (r exportReport) fetch(ctx context.Context, chunks chunkSet, progress func()) fetched {
	queue := make(chan int, len(chunks))
	for _, n := range chunks {
		queue <- n
	}
	close(queue)
	var stop atomic.Bool
	var workers sync.WaitGroup
	results := make([]fetched, min(max(r.env.ChunkWorkers, 1), len(chunks)))
	for worker := range results {
		workers.Go(func() { results[worker] = r.work(ctx, worker, queue, &stop, progress) })
	}
	workers.Wait()
	all := newFetched()
	for _, result := range results {
		all.add(result)
	}
	if all.refused != nil {
		for _, n := range chunks.without(r.kept()).without(chunkSetOf(maps.Keys(all.failed))) {
			all.failed[n] = command.NotTried(all.refused)
		}
	}
	return all
}

// work fetches chunks from the queue until it is empty or one stops all workers. Tenable
// asks integrations to be modest, so after a 429 only the first worker goes on.
func (r exportReport) work(
	ctx context.Context, worker int, queue <-chan int, stop *atomic.Bool, progress func(),
) (f fetched) {
	defer func() { f.panicked = recover() }()
	f = newFetched()
	for !stop.Load() && (worker == 0 || !r.env.Tenable.RateLimited()) {
		n, more := <-queue
		if !more {
			break
		}
		read, err := r.fetchChunk(ctx, n)
		switch failure := fault.From(err); {
		case failure == nil:
			f.repairs += read.Repairs
			if read.LeftOut.count > 0 {
				f.leftOut[n] = read.LeftOut
			}
			progress()
		case failure.Status == http.StatusBadRequest: // not ready yet
		case ctx.Err() != nil, failure.Category == fault.Internal, failure.Status == http.StatusRequestEntityTooLarge:
			f.fatal = failure
			stop.Store(true)
		default:
			f.failed[n] = failure
			if command.FailsAll(failure) {
				f.refused = failure
				stop.Store(true)
			}
		}
	}
	return f
}

// add adds what another worker fetched, or what came of another round.
func (f *fetched) add(other fetched) {
	if other.panicked != nil {
		panic(other.panicked)
	}
	maps.Copy(f.failed, other.failed)
	maps.Copy(f.leftOut, other.leftOut)
	f.repairs += other.repairs
	f.refused = cmp.Or(f.refused, other.refused)
	f.fatal = cmp.Or(f.fatal, other.fatal)
}

// fetchChunk streams a chunk into a part of the report, with the chosen fields alone.
// It returns what was read, and how.
//
// GET /vulns/export/{export_uuid}/chunks/{chunk_id}:
// https://developer.tenable.com/reference/exports-vulns-download-chunk
func (r exportReport) fetchChunk(ctx context.Context, n int) (projection projector, err error) {
	projection.Fields = r.fields
	part, err := r.parts.Begin()
	if err != nil {
		return projection, err
	}
	defer part.Drop()
	findings := 0
	call := connection.Call{
		Path:   "/vulns/export/{export_uuid}/chunks/{chunk_id}",
		Params: map[string]string{"export_uuid": r.uuid, "chunk_id": strconv.Itoa(n)},
	}
	err = r.env.Tenable.Download(ctx, call, func(download connection.Download) error {
		if err := errors.Join(download.ExpectJSON(), part.Reset()); err != nil {
			return err
		}
		projection.Repairs = 0
		projection.LeftOut = leftOut{}
		out := bufio.NewWriterSize(part, 64<<10)
		var err error
		if findings, err = projection.Copy(out, strictjson.StreamWithoutMark(download.Body)); err == nil {
			err = out.Flush()
		}
		if errors.Is(err, jsontext.ErrDuplicateName) {
			projection.DuplicateNames = true // for the second attempt, which leaves out the finding alone
		}
		return chunkError(err)
	})
	if f := fault.From(err); f.Absent() {
		const hint = "Tenable keeps chunks for 24 hours. " +
			"Run Export Vulnerabilities again, then this command with the new Export UUID."
		return projection, f.WithMessage("The export expired: chunk %d is gone (%s).", n, f.Message).WithHint(hint)
	}
	if err != nil {
		return projection, err
	}
	whole := projection.LeftOut.count == 0 // a later run would not know what is missing
	return projection, part.Keep(ctx, n, findings, whole)
}

// chunkError returns err, which ended the reading of a chunk, without the words of the
// parser: they quote the text.
func chunkError(err error) error {
	_, isFault := errors.AsType[*fault.Error](err)
	switch {
	case err == nil, isFault:
		return err
	case errors.Is(err, errTooLarge):
		return fault.New(http.StatusBadGateway, "A finding is larger than 32 MiB, which none is.")
	}
	return errors.New("the chunk is not a whole JSON array of findings")
}
