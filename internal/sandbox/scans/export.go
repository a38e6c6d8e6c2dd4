package scans

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// scanExport is a file made of one run. The same request gives the same file.
type scanExport struct {
	id      string
	report  report
	by      web.User
	created time.Time
	ready   time.Time
	size    func() int64 // in bytes, counted when it is first asked for
}

// reportRequest says in which form a scan is exported.
type reportRequest struct {
	Format   string
	Chapters string // separated by semicolons
	Password string
	AssetID  string

	filters url.Values // filter.N.filter, .quality and .value, filter.search_type
}

// reportFormats are the formats of a report; html and pdf have chapters.
var reportFormats = []string{"nessus", "html", "pdf", "csv", "db"}

var reportChapters = []string{
	"vuln_hosts_summary", "vuln_by_host", "compliance_exec", "remediations",
	"vuln_by_plugin", "compliance",
}

func (q reportRequest) hasChapters() bool { return q.Format == "html" || q.Format == "pdf" }

// readReportRequest reads the body, where the names of filters hold dots.
func readReportRequest(w http.ResponseWriter, r *http.Request) (q reportRequest, ok bool) {
	var members map[string]json.RawMessage
	if !web.ReadBody(w, r, &members) {
		return q, false
	}
	q.filters = url.Values{}
	for name, raw := range members {
		if strings.HasPrefix(name, "filter.") {
			var text string
			_ = json.Unmarshal(raw, &text) // what the API does not know it does not read
			q.filters.Set(name, text)
		}
	}
	for name, into := range map[string]*string{
		"format": &q.Format, "chapters": &q.Chapters, "password": &q.Password, "asset_id": &q.AssetID,
	} {
		if raw, given := members[name]; given && json.Unmarshal(raw, into) != nil {
			web.RefuseParameter(w, "payload", name, "must be a string")
			return q, false
		}
	}
	return q, true
}

// refuses says which member of the request is wrong, and why; empty when none is.
func (q reportRequest) refuses(r *http.Request, old bool) (member, why string) {
	query := r.URL.Query()
	switch {
	case q.Format == "":
		return "format", "is required"
	case !slices.Contains(reportFormats, q.Format):
		return "format", "must be one of [" + strings.Join(reportFormats, ", ") + "]"
	case old && q.Format != "nessus" && q.Format != "csv":
		return "format", "must be one of [nessus, csv] for scans older than 60 days"
	case old && len(q.filters) > 0:
		return "filter.0.filter", "is not allowed for scans older than 60 days"
	case q.hasChapters() && q.Chapters == "":
		return "chapters", "is required"
	case q.Format != "db":
	case cmp.Or(query.Get("history_id"), query.Get("history_uuid")) == "":
		return "history_id", "is required"
	case q.Password == "":
		return "password", "is required"
	case q.AssetID == "":
		return "asset_id", "is required"
	}
	if q.hasChapters() {
		for chapter := range strings.SplitSeq(strings.TrimSuffix(q.Chapters, ";"), ";") {
			if !slices.Contains(reportChapters, chapter) {
				return "chapters", "must be some of [" + strings.Join(reportChapters, ", ") + "] separated by semicolons"
			}
		}
	}
	return "", ""
}

// fileID follows from the run and the request, so that asking again gives the
// same file: F is made of the filters, C of the chapters.
func (q reportRequest) fileID(r *run) string {
	id := "SSE-" + r.uuid
	if len(q.filters) > 0 {
		id = "SSEF-" + r.uuid + "-F:" + web.Digest(0, "filters", q.filters.Encode())[:28]
	}
	if q.hasChapters() {
		id = strings.Replace(id, "SSE-", "SSEUF-", 1) + "-C:" + web.Digest(0, "chapters", q.Chapters)[:28]
	}
	if q.Format == "db" {
		id += "-A:" + web.Digest(0, "asset", q.AssetID+q.Password)[:28]
	}
	return id + "-" + q.Format
}

// RequestExport answers POST /scans/{scan}/export.
//
// https://developer.tenable.com/reference/scans-export-request
func (a *API) RequestExport(w http.ResponseWriter, r *http.Request) {
	s, of, ok := a.findRun(w, r)
	if !ok {
		return
	}
	asked, ok := readReportRequest(w, r)
	if !ok {
		return
	}
	now := a.config.Now()
	if of == nil || of.activeAt(now) {
		web.Complain(w, http.StatusBadRequest, "The scan has no results to export yet")
		return
	}
	if member, why := asked.refuses(r, now.Sub(of.changedAt(now)) > exportedUntil); member != "" {
		web.RefuseParameter(w, "payload", member, why)
		return
	}
	wanted, bad := filters.Read(asked.filters, a.filters, now)
	if bad != nil {
		bad.Write(w)
		return
	}
	content := report{api: a, scan: s, run: of, request: asked, wants: wanted.Holds, made: now}
	file := a.keepExport(&scanExport{
		id:      asked.fileID(of),
		report:  content,
		by:      web.Caller(r),
		created: now,
		ready:   now.Add(a.config.ExportDelay),
		size:    sync.OnceValue(content.size),
	})
	answer := struct {
		File      string `json:"file"`
		TempToken string `json:"temp_token,omitempty"`
	}{File: file.id}
	if asked.hasChapters() {
		answer.TempToken = web.Digest(a.config.Seed, "token", file.id)
	}
	web.WriteJSON(w, http.StatusOK, answer)
}

// keepExport keeps the export unless the same one was asked for before.
func (a *API) keepExport(made *scanExport) *scanExport {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, there := range a.exports {
		if there.id == made.id {
			return there
		}
	}
	a.exports = append(a.exports, made)
	return made
}

// sampleFile is an export of the sample scan that is there from the start, for
// examples to name.
const sampleFile = "SSE-00000000-0000-0000-0000-000000000032-nessus"

func (a *API) addPast() {
	at := slices.IndexFunc(a.scans, func(s *scan) bool { return s.id == sampleScan })
	if at < 0 || a.scans[at].latest() == nil {
		return
	}
	content := report{
		api:     a,
		scan:    a.scans[at],
		run:     a.scans[at].latest(),
		request: reportRequest{Format: "nessus"},
		wants:   func(*tenant.Finding) bool { return true },
		made:    a.config.Now(),
	}
	a.exports = append(a.exports, &scanExport{
		id:      sampleFile,
		report:  content,
		by:      a.owner,
		created: content.made.Add(-time.Hour),
		ready:   content.made.Add(-time.Hour),
		size:    sync.OnceValue(content.size),
	})
}

// refuseFile answers for a file that is not there.
func refuseFile(w http.ResponseWriter) {
	web.Complain(w, http.StatusNotFound, "The requested file was not found")
}

// findExport finds the file in the path, of the scan in the path.
func (a *API) findExport(r *http.Request) *scanExport {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.lookup(r)
	if s == nil {
		return nil
	}
	for _, file := range a.exports {
		if file.id == r.PathValue("file") && file.report.scan.id == s.id {
			return file
		}
	}
	return nil
}

// ExportStatus answers GET /scans/{scan}/export/{file}/status.
//
// https://developer.tenable.com/reference/scans-export-status
func (a *API) ExportStatus(w http.ResponseWriter, r *http.Request) {
	file := a.findExport(r)
	if file == nil {
		refuseFile(w)
		return
	}
	status := "loading"
	if !a.config.Now().Before(file.ready) {
		status = "ready"
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"status": status})
}

// DownloadExport answers GET /scans/{scan}/export/{file}/download. The name of
// the file is not quoted, whatever it holds.
//
// https://developer.tenable.com/reference/scans-export-download
func (a *API) DownloadExport(w http.ResponseWriter, r *http.Request) {
	file := a.findExport(r)
	if file == nil || a.config.Now().Before(file.ready) {
		refuseFile(w)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", "attachment; filename="+file.name())
	if err := file.report.write(w); err != nil {
		panic(http.ErrAbortHandler) // the client went away, or must see that the file is cut
	}
}

func (e *scanExport) name() string {
	return fmt.Sprintf("%s.%s", e.report.scan.Name, e.report.request.Format)
}
