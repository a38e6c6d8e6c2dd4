package exports

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"tenableio/internal/sandbox/web"
)

// The states of a job. It ends in one of the last three.
const (
	queued     = "QUEUED"
	processing = "PROCESSING"
	finished   = "FINISHED"
	cancelled  = "CANCELLED"
	failed     = "ERROR"
)

// vulnJob is one export. It does nothing while it "runs": its progress follows from the
// clock.
type vulnJob struct {
	uuid    string
	created time.Time
	delay   time.Duration
	lost    func(path string) bool // as in API
	request exportRequest
	outcome string // the state that it ends in

	plan func() jobPlan // worked out when it is first needed

	mu          sync.Mutex
	cancelledAt time.Time // zero: it was not
}

// jobPlan says which assets are in which chunk, and in which order the chunks
// get ready: Tenable works on several at a time, so it is not theirs.
type jobPlan struct {
	found []int // indices of the assets with a finding that is wanted
	order []int // chunk identifiers, the first to be ready first
}

func newVulnJob(e *API, request exportRequest, uuid string, created time.Time) *vulnJob {
	j := &vulnJob{
		uuid:    uuid,
		created: created,
		delay:   e.config.ExportDelay,
		lost:    e.lost,
		request: request,
		outcome: strings.ToUpper(e.config.ExportOutcome),
	}
	seed := uint64(e.config.Seed) ^ uint64(e.started)<<32 //nolint:gosec // any bits are a seed
	j.plan = sync.OnceValue(func() jobPlan {
		var plan jobPlan
		for asset := range e.tenant.Assets() {
			for f := range e.tenant.Findings(asset) {
				if request.wants(f) {
					plan.found = append(plan.found, asset.Index)
					break
				}
			}
		}
		chunks := (len(plan.found) + request.perChunk - 1) / request.perChunk
		plan.order = rand.New(rand.NewPCG(seed, 1)).Perm(chunks)
		for i := range plan.order {
			plan.order[i]++
		}
		return plan
	})
	return j
}

// assets returns the indices of the assets of a chunk. Chunks count from 1.
func (j *vulnJob) assets(chunk int) []int {
	found := j.plan().found
	return found[(chunk-1)*j.request.perChunk : min(chunk*j.request.perChunk, len(found))]
}

// readyAt says when the nth chunk of the order is ready: the first fifth of the
// time is spent in the queue, the last chunk comes before the end.
func (j *vulnJob) readyAt(n int) time.Time {
	chunks := time.Duration(len(j.plan().order))
	return j.created.Add(j.delay/5 + j.delay*4/5*time.Duration(n+1)/(chunks+1))
}

// ended is the time at which the job is over.
func (j *vulnJob) ended() time.Time {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.cancelledAt.IsZero() {
		return j.cancelledAt
	}
	return j.created.Add(j.delay)
}

func (j *vulnJob) over(now time.Time) bool { return !now.Before(j.ended()) }

// forgotten says whether the API knows the job no more.
func (j *vulnJob) forgotten(now time.Time) bool { return now.Sub(j.ended()) > jobLife }

// cancel stops the job; false when it is finished. To cancel it twice changes nothing.
func (j *vulnJob) cancel(now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.cancelledAt.IsZero() {
		return true
	}
	if !now.Before(j.created.Add(j.delay)) {
		return false
	}
	j.cancelledAt = now
	return true
}

// What a chunk is at some moment.
type chunkState int

const (
	chunkUnknown chunkState = iota
	chunkPending
	chunkReady
	chunkFailed
	chunkCancelled
	chunkExpired
)

func (j *vulnJob) chunkState(id int, now time.Time) chunkState {
	n := slices.Index(j.plan().order, id)
	if n < 0 {
		return chunkUnknown
	}
	ready := j.readyAt(n)
	end := j.ended()
	stopped := end.Before(j.created.Add(j.delay))
	switch {
	case stopped && ready.After(end), j.givesUp(n) && j.over(now):
		return chunkCancelled
	case ready.After(now), j.givesUp(n):
		return chunkPending
	case j.lost(fmt.Sprintf("/vulns/export/%s/chunks/%d", j.uuid, id)):
		return chunkFailed
	case !stopped && j.outcome == finished && now.Sub(ready) > chunkLife:
		return chunkExpired
	}
	return chunkReady
}

// givesUp says whether the job ends before the nth chunk of the order: one that does
// not finish makes the first half of them.
func (j *vulnJob) givesUp(n int) bool {
	return j.outcome != finished && n >= (len(j.plan().order)+1)/2
}

// status is what the API tells about a job.
func (j *vulnJob) status(now time.Time) web.Members {
	available := []int{}
	lost := []int{}
	stopped := []int{}
	for _, id := range j.plan().order {
		switch j.chunkState(id, now) {
		case chunkReady, chunkExpired:
			available = append(available, id)
		case chunkFailed:
			lost = append(lost, id)
		case chunkCancelled:
			stopped = append(stopped, id)
		}
	}
	state := j.state(now)
	status := web.Members{{"uuid", j.uuid}, {"status", state}}
	switch {
	case state == failed:
		status = status.With("reason", "The export could not be completed")
	case len(lost) > 0:
		status = status.With("reason", "Some chunks could not be processed")
	}
	return append(status, web.Members{
		{"chunks_available", available},
		{"chunks_failed", lost},
		{"chunks_cancelled", stopped},
		{"total_chunks", len(j.plan().order)},
		{"chunks_available_count", len(available)},
		{"empty_chunks_count", 0},
		{"finished_chunks", len(available) + len(lost)},
		{"filters", j.request.echo},
		{"num_assets_per_chunk", j.request.perChunk},
		{"created", j.created.UnixMilli()},
	}...)
}

func (j *vulnJob) state(now time.Time) string {
	switch {
	case j.over(now) && j.ended().Before(j.created.Add(j.delay)):
		return cancelled
	case j.over(now):
		return j.outcome
	case now.Before(j.created.Add(j.delay / 5)):
		return queued
	}
	return processing
}
