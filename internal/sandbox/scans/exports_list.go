package scans

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/web"
)

type exportRecord struct {
	ExportID     string         `json:"export_id"`
	ScanUUID     string         `json:"scan_uuid"`
	ScheduleID   string         `json:"schedule_id"`
	ScheduleUUID string         `json:"schedule_uuid"`
	Ready        bool           `json:"ready"`
	Error        bool           `json:"error"`
	Format       string         `json:"format"`
	Metadata     exportMetadata `json:"metadata"`
}

type exportMetadata struct {
	CreatedAt string     `json:"created_at"`
	UpdatedAt string     `json:"updated_at"`
	ReadyAt   string     `json:"ready_at,omitempty"`
	CreatedBy string     `json:"created_by"`
	Chapters  string     `json:"chapters"`
	Filters   web.Object `json:"filters,omitempty"`
	FileSize  int64      `json:"file_size,omitempty"` // bytes
	NumChunks int        `json:"num_chunks,omitempty"`
	FileName  string     `json:"file_name"`
}

const (
	listedFor  = 30 * 24 * time.Hour // exports are listed for so long
	mostListed = 5001                // of a page
)

var exportSorting = web.Sorting[exportRecord]{
	"export_id":  func(x, y exportRecord) int { return strings.Compare(x.ExportID, y.ExportID) },
	"created_at": func(x, y exportRecord) int { return strings.Compare(x.Metadata.CreatedAt, y.Metadata.CreatedAt) },
	"updated_at": func(x, y exportRecord) int { return strings.Compare(x.Metadata.UpdatedAt, y.Metadata.UpdatedAt) },
	"ready_at":   func(x, y exportRecord) int { return strings.Compare(x.Metadata.ReadyAt, y.Metadata.ReadyAt) },
}

// ListExports answers GET /scans/exports.
//
// https://developer.tenable.com/reference/scans-export-list
func (a *API) ListExports(w http.ResponseWriter, r *http.Request) {
	limit, offset, ok := web.ReadPage(w, r, 20, mostListed)
	if !ok {
		return
	}
	orders, ok := exportSorting.Read(r, web.SortOrder{Name: "created_at", Order: "desc"})
	if !ok || len(orders) > 1 {
		web.RefuseParameter(w, "query", "sort", "must be one of created_at, export_id, updated_at and ready_at with :asc "+
			"or :desc")
		return
	}
	list := a.exportRecords(web.Caller(r))
	exportSorting.Sort(list, orders)
	web.WriteJSON(w, http.StatusOK, web.Page(list, limit, offset))
}

// exportRecords lists the exports of the scans that the user may view; those in
// the format db are not among the formats that the list knows.
func (a *API) exportRecords(u web.User) []exportRecord {
	a.mu.Lock()
	exports := slices.Clone(a.exports)
	a.mu.Unlock()
	now := a.config.Now()
	list := []exportRecord{}
	for _, e := range exports {
		s := e.report.scan
		if e.report.request.Format == "db" || s.permissionOf(u) < web.CanView || now.Sub(e.created) > listedFor {
			continue
		}
		list = append(list, e.record(now))
	}
	return list
}

func (e *scanExport) record(now time.Time) exportRecord {
	s := e.report.scan
	asked := e.report.request
	row := exportRecord{
		ExportID:     e.id,
		ScanUUID:     e.report.run.uuid,
		ScheduleID:   strconv.Itoa(s.id),
		ScheduleUUID: s.ScheduleUUID,
		Format:       asked.Format,
		Metadata:     exportMetadata{CreatedBy: e.by.UUID, FileName: e.name(), CreatedAt: web.ISO(e.created)},
	}
	row.Metadata.UpdatedAt = row.Metadata.CreatedAt
	if asked.hasChapters() {
		row.Metadata.Chapters = strings.TrimSuffix(asked.Chapters, ";") + ";"
	}
	if len(asked.filters) > 0 {
		row.Metadata.Filters = filtersByName(asked.filters)
	}
	if now.Before(e.ready) {
		return row
	}
	row.Ready = true
	row.Metadata.ReadyAt = web.ISO(e.ready)
	row.Metadata.UpdatedAt = row.Metadata.ReadyAt
	row.Metadata.FileSize = e.size()
	row.Metadata.NumChunks = 1
	return row
}

// filtersByName shows filters as {name: {operator: values}}.
func filtersByName(query url.Values) web.Object {
	shown := web.Object{"search_type": cmp.Or(query.Get("filter.search_type"), "and")}
	for _, f := range filters.Queried(query) {
		shown[f.Name] = map[string][]string{f.Operator: strings.Split(f.Value, ",")}
	}
	return shown
}
