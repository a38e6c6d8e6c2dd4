// Package exports answers for the export of vulnerabilities.
package exports

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
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

type (
	finding = *tenant.Finding
	asset   = *tenant.Asset
)

// API keeps the jobs of the vulnerability export.
type API struct {
	tenant  *tenant.Tenant
	config  web.Config
	lost    func(path string) bool // whether the path never gives anything, because of a fault
	plugins sync.Map               // *tenant.Plugin to its JSON

	mu      sync.Mutex // guards all below
	jobs    []*vulnJob // the oldest first
	started int        // how many jobs there ever were
}

// New makes the exports of a tenant, with those that are over already.
func New(t *tenant.Tenant, config web.Config, lost func(path string) bool) *API {
	e := &API{tenant: t, config: config, lost: lost}
	if t.AssetCount() > 0 {
		e.addPast()
	}
	return e
}

// Start answers POST /vulns/export. It refuses an equal export while one runs, and an
// eleventh export at the same time with a 429.
//
// https://developer.tenable.com/reference/exports-vulns-request-export
func (e *API) Start(w http.ResponseWriter, r *http.Request) {
	request, ok := readExportRequest(w, r, e.config.Now())
	if !ok {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.config.Now()
	running := 0
	for _, job := range e.jobs {
		if job.over(now) {
			continue
		}
		running++
		if job.request.key == request.key {
			e.refuseDuplicate(w, job)
			return
		}
	}
	if running >= mostExports {
		web.Busy(w, web.UsualWait)
		return
	}
	e.started++
	job := newVulnJob(e, request, web.UUIDOf(e.config.Seed, "vulnerability export",
		fmt.Sprint(e.started, now.UnixNano())), now)
	e.jobs = append(slices.DeleteFunc(e.jobs, func(j *vulnJob) bool { return j.forgotten(now) }), job)
	e.jobs = e.jobs[max(0, len(e.jobs)-mostJobs):]
	web.WriteJSON(w, http.StatusOK, web.Object{"export_uuid": job.uuid})
}

// List answers GET /vulns/export/status: the newest first.
//
// https://developer.tenable.com/reference/exports-vulns-export-status-recent
func (e *API) List(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	jobs := slices.Clone(e.jobs)
	e.mu.Unlock()
	now := e.config.Now()
	rows := []web.Members{}
	for _, job := range slices.Backward(jobs) {
		if !job.forgotten(now) {
			rows = append(rows, job.status(now))
		}
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"exports": rows})
}

// named finds the job of the path. Without one it answers 404 and returns nil.
func (e *API) named(w http.ResponseWriter, r *http.Request) *vulnJob {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := slices.IndexFunc(e.jobs, func(j *vulnJob) bool { return j.uuid == r.PathValue("export_uuid") })
	if at < 0 || e.jobs[at].forgotten(e.config.Now()) {
		web.Refuse(w, http.StatusNotFound, "Not found.")
		return nil
	}
	return e.jobs[at]
}

// Status answers GET /vulns/export/{export_uuid}/status.
//
// https://developer.tenable.com/reference/exports-vulns-export-status
func (e *API) Status(w http.ResponseWriter, r *http.Request) {
	if job := e.named(w, r); job != nil {
		web.WriteJSON(w, http.StatusOK, job.status(e.config.Now()))
	}
}

// Cancel answers POST /vulns/export/{export_uuid}/cancel. A job that is finished
// cannot be cancelled.
//
// https://developer.tenable.com/reference/exports-vulns-export-cancel
func (e *API) Cancel(w http.ResponseWriter, r *http.Request) {
	job := e.named(w, r)
	if job == nil {
		return
	}
	if !job.cancel(e.config.Now()) {
		web.Refuse(w, http.StatusBadRequest, "Export is already finished")
		return
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"status": cancelled})
}

// Chunk answers GET /vulns/export/{export_uuid}/chunks/{chunk_id}: 400 while the
// chunk is not ready, 404 when it never will be or is older than 24 hours.
//
// https://developer.tenable.com/reference/exports-vulns-download-chunk
func (e *API) Chunk(w http.ResponseWriter, r *http.Request) {
	job := e.named(w, r)
	if job == nil {
		return
	}
	id, err := strconv.Atoi(r.PathValue("chunk_id"))
	if err != nil {
		web.RefuseParameter(w, "params", "chunk_id", "must be a number")
		return
	}
	switch now := e.config.Now(); job.chunkState(id, now) {
	case chunkReady:
		e.writeFile(w, r, fmt.Sprintf("%s-%d-vulndoc.json", job.uuid, id), job.assets(id), job.request)
	case chunkPending:
		web.Refuse(w, http.StatusBadRequest, fmt.Sprintf("Chunk %d is not ready for download", id))
	default:
		web.Refuse(w, http.StatusNotFound, "Export expired or not found")
	}
}
