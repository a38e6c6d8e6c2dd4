package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
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
	writer *findingWriter

	mu      sync.Mutex // guards all below
	jobs    []*vulnJob // the oldest first
	started int        // how many jobs there ever were
}

func newVulnExports(t *tenant.Tenant, config Config) *vulnExports {
	return &vulnExports{tenant: t, config: config, writer: newFindingWriter(t)}
}

func (e *vulnExports) routes() []route {
	return []route{
		{http.MethodPost, "/vulns/export", basic, e.start},
		{http.MethodGet, "/vulns/export/status", basic, e.list},
		{http.MethodGet, "/vulns/export/{export_uuid}/status", basic, e.status},
		{http.MethodPost, "/vulns/export/{export_uuid}/cancel", basic, e.cancel},
		{http.MethodGet, "/vulns/export/{export_uuid}/chunks/{chunk_id}", basic, e.chunk},
	}
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

// exportRequest is the body of POST /vulns/export, read.
type exportRequest struct {
	perChunk   int
	unlicensed bool
	software   bool
	wants      func(finding) bool
	echo       object // the filters as the status shows them
	key        string // equal for requests for the same
}

// readExportRequest reads the body. It has answered, and gives false, where it
// is wrong. A number of assets outside of 50 to 5,000 is brought into it, and
// may be a text, as the API has it.
func readExportRequest(w http.ResponseWriter, r *http.Request, now time.Time) (exportRequest, bool) {
	var body struct {
		PerChunk   json.RawMessage            `json:"num_assets"`
		Unlicensed *bool                      `json:"include_unlicensed"`
		Software   *bool                      `json:"include_software_vulns"`
		Filters    map[string]json.RawMessage `json:"filters"`
	}
	const most = 1 << 20 // bytes; 200 CVEs are some thousand
	if err := json.NewDecoder(io.LimitReader(r.Body, most)).Decode(&body); err != nil {
		refuse(w, http.StatusBadRequest, "Invalid request payload JSON format")
		return exportRequest{}, false
	}
	perChunk, ok := readPerChunk(body.PerChunk)
	if !ok {
		refuseParameter(w, "payload", "num_assets", "must be a number")
		return exportRequest{}, false
	}
	request := exportRequest{perChunk: perChunk, unlicensed: isTrue(body.Unlicensed), software: isTrue(body.Software)}
	wants, echo, problem := readExportFilters(body.Filters, now)
	if problem != nil {
		refuseParameter(w, "payload", problem.name, problem.why)
		return exportRequest{}, false
	}
	request.echo = echo
	request.wants = func(f finding) bool { return (request.unlicensed || f.Asset.Licensed) && wants(f) }
	if len(body.Filters) == 0 {
		body.Filters = nil // to name none is to have none
	}
	key, err := json.Marshal([]any{request.perChunk, request.unlicensed, request.software, body.Filters})
	request.key = string(key)
	return request, err == nil
}

func isTrue(b *bool) bool { return b != nil && *b }

// readPerChunk reads the number of assets for each chunk; absent is 50.
func readPerChunk(raw json.RawMessage) (int, bool) {
	text := string(raw)
	if text == "" || text == "null" {
		return leastPerChunk, true
	}
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	n, err := strconv.ParseFloat(text, 64)
	return int(min(max(n, leastPerChunk), mostPerChunk)), err == nil && n == n
}

// problem is a member of the body that is wrong, and why.
type problem struct{ name, why string }
