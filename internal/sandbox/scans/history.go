package scans

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

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

// runSorting is what the history sorts by now; a run that is active ends last.
func runSorting(now time.Time) web.Sorting[*run] {
	end := func(r *run) int64 {
		if r.activeAt(now) {
			return math.MaxInt64
		}
		return r.start.Add(r.took).Unix()
	}
	return web.Sorting[*run]{
		"start_date": func(x, y *run) int { return cmp.Compare(x.start.Unix(), y.start.Unix()) },
		"end_date":   func(x, y *run) int { return cmp.Compare(end(x), end(y)) },
		"status":     func(x, y *run) int { return cmp.Compare(x.statusAt(now), y.statusAt(now)) },
	}
}

// History answers GET /scans/{scan}/history.
//
// https://developer.tenable.com/reference/scans-history
func (a *API) History(w http.ResponseWriter, r *http.Request) {
	limit, offset, ok := web.ReadPage(w, r, web.DefaultPage, web.MostOfInt32) // no limit of the pages is published
	if !ok {
		return
	}
	now := a.config.Now()
	orders, ok := runSorting(now).Read(r, web.SortOrder{Name: "start_date", Order: "DESC"})
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
	var runs []*run // the newest first; those of an imported scan were never here
	for _, one := range slices.Backward(s.runs) {
		if s.imported || fullOnly && one.rollover {
			continue
		}
		runs = append(runs, one)
	}
	runSorting(now).Sort(runs, orders)
	history := []web.Members{}
	for _, one := range web.Page(runs, limit, offset) {
		history = append(history, one.history(now))
	}
	web.WriteJSON(w, http.StatusOK, web.Members{
		{"pagination", web.Pagination{Total: len(runs), Limit: limit, Offset: offset, Sort: orders}},
		{"history", history},
	})
}

// history is the run as the history has it. Its times are Unix seconds; the end is absent
// while it is active.
func (r *run) history(now time.Time) web.Members {
	var shown web.Members
	if !r.activeAt(now) {
		shown = web.Members{{"time_end", r.start.Add(r.took).Unix()}}
	}
	return append(shown, web.Members{
		{"scan_uuid", r.uuid},
		{"id", r.id},
		{"is_archived", r.archivedAt(now)},
		{"time_start", r.start.Unix()},
		{"visibility", "public"},
		{"targets", web.Object{"custom": r.altTargets != nil, "default": nil}},
		{"status", r.statusAt(now)},
	}...)
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
