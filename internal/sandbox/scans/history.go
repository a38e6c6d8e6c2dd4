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

// runOfHistory is a run. Its times are Unix seconds.
type runOfHistory struct {
	TimeEnd    *int64     `json:"time_end,omitempty"` // absent while the run is active
	ScanUUID   string     `json:"scan_uuid"`
	ID         int        `json:"id"`
	IsArchived bool       `json:"is_archived"`
	TimeStart  int64      `json:"time_start"`
	Visibility string     `json:"visibility"`
	Targets    web.Object `json:"targets"`
	Status     string     `json:"status"`
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
			Visibility: "public", Targets: web.Object{"custom": r.altTargets != nil, "default": nil}, Status: r.statusAt(now),
		}
		if !r.activeAt(now) {
			row.TimeEnd = new(r.start.Add(r.took).Unix())
		}
		list = append(list, row)
	}
	return list
}

// RunDetails answers GET /scans/{scan}/history/{history}: one run, by its UUID. Its times
// are Unix seconds.
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
	targets := strings.Join(one.altTargets, ",")
	if own := a.targets(s); own != nil && targets == "" {
		targets = *own
	}
	var end any // null while the run is active
	if !one.activeAt(now) {
		end = one.changedAt(now).Unix()
	}
	web.WriteJSON(w, http.StatusOK, web.Members{
		{"owner_id", a.owner.ID},
		{"schedule_uuid", s.ScheduleUUID},
		{"status", one.statusAt(now)},
		{"is_archived", one.archivedAt(now)},
		{"scan_start", one.start.Unix()},
		{"owner_uuid", a.owner.UUID},
		{"owner", a.owner.Email},
		{"targets", targets},
		{"object_id", one.id},
		{"uuid", one.uuid},
		{"scan_end", end},
		{"scan_type", s.kind()},
		{"name", s.Name},
	})
}
