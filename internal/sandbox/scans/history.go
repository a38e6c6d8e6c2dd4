package scans

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tenableio/internal/sandbox/web"
)

// LatestStatus answers GET /scans/{scan}/latest-status.
//
// https://developer.tenable.com/reference/scans-get-latest-status
func (a *API) LatestStatus(w http.ResponseWriter, r *http.Request) {
	s := a.find(w, r, refuseFile) // the API's words for a scan, too
	if s == nil {
		return
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"status": s.statusAt(a.config.Now())})
}

type targetsOfRun struct {
	Custom  bool  `json:"custom"`
	Default *bool `json:"default"`
}

// runOfHistory is a run. Its times are Unix seconds.
type runOfHistory struct {
	TimeEnd    *int64       `json:"time_end,omitempty"` // absent while the run is active
	ScanUUID   string       `json:"scan_uuid"`
	ID         int          `json:"id"`
	IsArchived bool         `json:"is_archived"`
	TimeStart  int64        `json:"time_start"`
	Visibility string       `json:"visibility"`
	Targets    targetsOfRun `json:"targets"`
	Status     string       `json:"status"`
}

// runSorting is what the history sorts by; a run that is active ends last.
var runSorting = web.Sorting[runOfHistory]{
	"start_date": func(x, y runOfHistory) int { return cmp.Compare(x.TimeStart, y.TimeStart) },
	"end_date":   func(x, y runOfHistory) int { return cmp.Compare(x.end(), y.end()) },
	"status":     func(x, y runOfHistory) int { return cmp.Compare(x.Status, y.Status) },
}

func (r runOfHistory) end() int64 {
	if r.TimeEnd == nil {
		return math.MaxInt64
	}
	return *r.TimeEnd
}

// History answers GET /scans/{scan}/history.
//
// https://developer.tenable.com/reference/scans-history
func (a *API) History(w http.ResponseWriter, r *http.Request) {
	limit, offset, ok := web.ReadPage(w, r, web.DefaultPage, web.MostOfInt32) // no limit of the pages is published
	if !ok {
		return
	}
	orders, ok := runSorting.Read(r, web.SortOrder{Name: "start_date", Order: "DESC"})
	if !ok {
		web.RefuseParameter(w, "query", "sort", "must be a list of start_date, end_date or status, each with :asc or :desc")
		return
	}
	fullOnly := false
	if text := r.URL.Query().Get("exclude_rollover"); text != "" {
		var err error
		if fullOnly, err = strconv.ParseBool(text); err != nil {
			web.RefuseParameter(w, "query", "exclude_rollover", "must be a boolean")
			return
		}
	}
	s := a.find(w, r, refuseScan)
	if s == nil {
		return
	}
	runs := a.runsForHistory(s, fullOnly)
	runSorting.Sort(runs, orders)
	web.WriteJSON(w, http.StatusOK, struct {
		Pagination web.Pagination `json:"pagination"`
		History    []runOfHistory `json:"history"`
	}{web.Pagination{Total: len(runs), Limit: limit, Offset: offset, Sort: orders}, web.Page(runs, limit, offset)})
}

// runsForHistory lists the runs, newest first. Those of an imported scan were
// never here.
func (a *API) runsForHistory(s *scan, fullOnly bool) []runOfHistory {
	now := a.config.Now()
	list := []runOfHistory{}
	for _, r := range slices.Backward(s.runs) {
		if s.imported || fullOnly && r.rollover {
			continue
		}
		row := runOfHistory{
			ScanUUID: r.uuid, ID: r.id, IsArchived: r.archivedAt(now), TimeStart: r.start.Unix(),
			Visibility: "public", Targets: targetsOfRun{Custom: r.altTargets != nil}, Status: r.statusAt(now),
		}
		if !r.activeAt(now) {
			row.TimeEnd = new(r.start.Add(r.took).Unix())
		}
		list = append(list, row)
	}
	return list
}

// runDetails is one run of a scan. Its times are Unix seconds.
type runDetails struct {
	OwnerID      int     `json:"owner_id"`
	ScheduleUUID string  `json:"schedule_uuid"`
	Status       string  `json:"status"`
	IsArchived   bool    `json:"is_archived"`
	ScanStart    int64   `json:"scan_start"`
	OwnerUUID    string  `json:"owner_uuid"`
	Owner        string  `json:"owner"`
	Targets      string  `json:"targets"`
	ObjectID     int     `json:"object_id"`
	UUID         string  `json:"uuid"`
	ScanEnd      *int64  `json:"scan_end"` // null while the run is active
	ScanType     *string `json:"scan_type"`
	Name         string  `json:"name"`
}

// RunDetails answers GET /scans/{scan}/history/{history}: one run, by its UUID.
//
// https://developer.tenable.com/reference/scans-history-details
func (a *API) RunDetails(w http.ResponseWriter, r *http.Request) {
	s := a.find(w, r, refuseScan)
	if s == nil {
		return
	}
	at := slices.IndexFunc(s.runs, func(one *run) bool { return one.uuid == r.PathValue("history") })
	if at < 0 || s.imported {
		refuseScan(w)
		return
	}
	one := s.runs[at]
	now := a.config.Now()
	details := runDetails{
		OwnerID:      a.owner.ID,
		ScheduleUUID: s.ScheduleUUID,
		Status:       one.statusAt(now),
		IsArchived:   one.archivedAt(now),
		ScanStart:    one.start.Unix(),
		OwnerUUID:    a.owner.UUID,
		Owner:        a.owner.Email,
		Targets:      strings.Join(one.altTargets, ","),
		ObjectID:     one.id,
		UUID:         one.uuid,
		ScanType:     s.kind(),
		Name:         s.Name,
	}
	if targets := a.targets(s); targets != nil && details.Targets == "" {
		details.Targets = *targets
	}
	if !one.activeAt(now) {
		details.ScanEnd = new(one.changedAt(now).Unix())
	}
	web.WriteJSON(w, http.StatusOK, details)
}
