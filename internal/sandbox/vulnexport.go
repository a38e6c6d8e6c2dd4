package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// The limits of exports.
//
// https://developer.tenable.com/docs/concurrency-limiting
const (
	mostExports   = 10   // that run at the same time
	mostJobs      = 1000 // that the list of jobs shows
	leastPerChunk = 50
	mostPerChunk  = 5000
	chunkLife     = 24 * time.Hour
	jobLife       = 72 * time.Hour // of a job that is over, and of a cancelled one's chunks
)

// vulnExports keeps the jobs of the vulnerability export.
type vulnExports struct {
	tenant *tenant.Tenant
	config Config
	lost   func(path string) bool // whether a fault makes it impossible to have what is there
	writer *findingWriter

	mu      sync.Mutex // guards all below
	jobs    []*vulnJob // the oldest first
	started int        // how many jobs there ever were
}

func newVulnExports(t *tenant.Tenant, config Config) *vulnExports {
	lost := func(path string) bool { return neverThere(config.Faults, path) }
	return &vulnExports{tenant: t, config: config, lost: lost, writer: newFindingWriter(t)}
}

// start answers POST /vulns/export. A job for the same while one runs is a 409
// that names it; an eleventh job at the same time is a 429.
//
// https://developer.tenable.com/reference/exports-vulns-request-export
func (e *vulnExports) start(w http.ResponseWriter, r *http.Request) {
	request, ok := readExportRequest(w, r, e.config.Now())
	if !ok {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now, running := e.config.Now(), 0
	for _, job := range e.jobs {
		if job.over(now) {
			continue
		}
		running++
		if job.request.key == request.key {
			writeJSON(w, http.StatusConflict, struct {
				ActiveJobID   string `json:"active_job_id"`
				FailureReason string `json:"failure_reason"`
			}{job.uuid, "The request could not be completed due to a conflict with the ongoing export"})
			return
		}
	}
	if running >= mostExports {
		busy(w, usualWait)
		return
	}
	e.started++
	job := newVulnJob(e, request, uuidOf(e.config.Seed, "vulnerability export", fmt.Sprint(e.started, now.UnixNano())))
	e.jobs = append(slices.DeleteFunc(e.jobs, func(j *vulnJob) bool { return j.forgotten(now) }), job)
	e.jobs = e.jobs[max(0, len(e.jobs)-mostJobs):]
	writeJSON(w, http.StatusOK, struct {
		ExportUUID string `json:"export_uuid"`
	}{job.uuid})
}

// list answers GET /vulns/export/status: the newest first.
//
// https://developer.tenable.com/reference/exports-vulns-export-status-recent
func (e *vulnExports) list(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	jobs := slices.Clone(e.jobs)
	e.mu.Unlock()
	now := e.config.Now()
	rows := []jobStatus{}
	for _, job := range slices.Backward(jobs) {
		if !job.forgotten(now) {
			rows = append(rows, job.status(now))
		}
	}
	writeJSON(w, http.StatusOK, struct {
		Exports []jobStatus `json:"exports"`
	}{rows})
}

// named finds the job of the path. It has answered, and gives nil, without one.
func (e *vulnExports) named(w http.ResponseWriter, r *http.Request) *vulnJob {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := slices.IndexFunc(e.jobs, func(j *vulnJob) bool { return j.uuid == r.PathValue("export_uuid") })
	if at < 0 || e.jobs[at].forgotten(e.config.Now()) {
		refuse(w, http.StatusNotFound, "Not found.")
		return nil
	}
	return e.jobs[at]
}

// status answers GET /vulns/export/{export_uuid}/status.
//
// https://developer.tenable.com/reference/exports-vulns-export-status
func (e *vulnExports) status(w http.ResponseWriter, r *http.Request) {
	if job := e.named(w, r); job != nil {
		writeJSON(w, http.StatusOK, job.status(e.config.Now()))
	}
}

// cancel answers POST /vulns/export/{export_uuid}/cancel. A job that is finished
// cannot be cancelled.
//
// https://developer.tenable.com/reference/exports-vulns-export-cancel
func (e *vulnExports) cancel(w http.ResponseWriter, r *http.Request) {
	job := e.named(w, r)
	if job == nil {
		return
	}
	if !job.cancel(e.config.Now()) {
		refuse(w, http.StatusBadRequest, "Export is already finished")
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{cancelled})
}

// chunk answers GET /vulns/export/{export_uuid}/chunks/{chunk_id}: 400 while the
// chunk is not ready, 404 when it never will be or is older than 24 hours.
//
// https://developer.tenable.com/reference/exports-vulns-download-chunk
func (e *vulnExports) chunk(w http.ResponseWriter, r *http.Request) {
	job := e.named(w, r)
	if job == nil {
		return
	}
	id, err := strconv.Atoi(r.PathValue("chunk_id"))
	if err != nil {
		refuseParameter(w, "params", "chunk_id", "must be a number")
		return
	}
	switch now := e.config.Now(); job.chunkState(id, now) {
	case chunkReady:
		e.writer.write(w, r, fmt.Sprintf("%s-%d-vulndoc.json", job.uuid, id), job.assets(id), job.request)
	case chunkPending:
		refuse(w, http.StatusBadRequest, fmt.Sprintf("Chunk %d is not ready for download", id))
	default:
		refuse(w, http.StatusNotFound, "Export expired or not found")
	}
}
