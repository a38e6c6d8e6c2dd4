package sandbox

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// latestStatus: https://developer.tenable.com/reference/scans-get-latest-status
func (a *scanAPI) latestStatus(w http.ResponseWriter, r *http.Request) {
	s := a.find(r)
	if s == nil {
		complain(w, http.StatusNotFound, "The requested file was not found") // the API's words for a scan, too
		return
	}
	writeJSON(w, http.StatusOK, struct {
		Status string `json:"status"`
	}{s.statusAt(a.config.Now())})
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

// pagination tells where a page of a list is.
type pagination struct {
	Total  int         `json:"total"`
	Limit  int64       `json:"limit"`
	Offset int64       `json:"offset"`
	Sort   []sortOrder `json:"sort"`
}

type sortOrder struct {
	Name  string `json:"name"`
	Order string `json:"order"`
}

// descending works for both spellings that the API has.
func (o sortOrder) descending() bool { return strings.EqualFold(o.Order, "desc") }

// readSort reads a sort parameter, "field:order" and comma-separated, where the
// fields are among those given.
func readSort(text string, fields ...string) ([]sortOrder, bool) {
	var orders []sortOrder
	for part := range strings.SplitSeq(text, ",") {
		field, order, _ := strings.Cut(part, ":")
		if !slices.Contains(fields, field) || !slices.Contains([]string{"asc", "desc"}, strings.ToLower(order)) {
			return nil, false
		}
		orders = append(orders, sortOrder{field, order})
	}
	return orders, true
}

// page cuts a page out of a list.
func page[T any](list []T, limit, offset int64) []T {
	from := min(offset, int64(len(list)))
	return list[from:min(from+limit, int64(len(list)))]
}

// The history has no published limit of its pages.
const (
	defaultPage = 50
	mostOfInt32 = 1<<31 - 1
)

// history: https://developer.tenable.com/reference/scans-history
func (a *scanAPI) history(w http.ResponseWriter, r *http.Request) {
	limit, ok := number(w, r, "limit", defaultPage, 1, mostOfInt32)
	if !ok {
		return
	}
	offset, ok := number(w, r, "offset", 0, 0, mostOfInt32)
	if !ok {
		return
	}
	orders := []sortOrder{{"start_date", "DESC"}}
	if text := r.URL.Query().Get("sort"); text != "" {
		if orders, ok = readSort(text, "start_date", "end_date", "status"); !ok {
			refuseParameter(w, "query", "sort", "must be a list of start_date, end_date or status, each with :asc or :desc")
			return
		}
	}
	fullOnly := false
	if text := r.URL.Query().Get("exclude_rollover"); text != "" {
		var err error
		if fullOnly, err = strconv.ParseBool(text); err != nil {
			refuseParameter(w, "query", "exclude_rollover", "must be a boolean")
			return
		}
	}
	s := a.find(r)
	if s == nil {
		complain(w, http.StatusNotFound, "Scan not found")
		return
	}
	runs := a.runsForHistory(s, fullOnly)
	sortRuns(runs, orders)
	writeJSON(w, http.StatusOK, struct {
		Pagination pagination     `json:"pagination"`
		History    []runOfHistory `json:"history"`
	}{pagination{len(runs), limit, offset, orders}, page(runs, limit, offset)})
}

// runsForHistory lists the runs, newest first. Those of an imported scan were
// never here.
func (a *scanAPI) runsForHistory(s *scan, fullOnly bool) []runOfHistory {
	now := a.config.Now()
	list := []runOfHistory{}
	for _, r := range slices.Backward(s.runs) {
		if s.imported || fullOnly && r.rollover {
			continue
		}
		told := runOfHistory{
			ScanUUID: r.uuid, ID: r.id, IsArchived: r.archivedAt(now), TimeStart: r.start.Unix(),
			Visibility: "public", Targets: targetsOfRun{Custom: r.altTargets != nil}, Status: r.statusAt(now),
		}
		if !r.activeAt(now) {
			end := r.start.Add(r.took).Unix()
			told.TimeEnd = &end
		}
		list = append(list, told)
	}
	return list
}

func sortRuns(runs []runOfHistory, orders []sortOrder) {
	endOf := func(r runOfHistory) int64 {
		if r.TimeEnd == nil {
			return 1 << 62
		}
		return *r.TimeEnd
	}
	slices.SortStableFunc(runs, func(x, y runOfHistory) int {
		for _, order := range orders {
			c := 0
			switch order.Name {
			case "start_date":
				c = cmp.Compare(x.TimeStart, y.TimeStart)
			case "end_date":
				c = cmp.Compare(endOf(x), endOf(y))
			case "status":
				c = cmp.Compare(x.Status, y.Status)
			}
			if order.descending() {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}
