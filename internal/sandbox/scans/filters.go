package scans

import (
	"net/http"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/web"
)

// resultFilter is a filter of the results of a scan.
type resultFilter struct {
	Name      string          `json:"name"`
	Readable  string          `json:"readable_name"`
	Control   filters.Control `json:"control"`
	Operators []string        `json:"operators"`
	Group     string          `json:"group_name"`
}

// resultFilters are those of the vulnerability workbench.
func (a *API) resultFilters() []resultFilter {
	var list []resultFilter
	for _, f := range a.filters {
		list = append(list, resultFilter{f.Name, f.Readable, f.Control, f.Operators, "vulnerability"})
	}
	return list
}

// ListReportFilters answers GET /filters/scans/reports, which Tenable's SDK asks
// before each export of a scan.
func (a *API) ListReportFilters(w http.ResponseWriter, _ *http.Request) {
	web.WriteJSON(w, http.StatusOK, struct {
		Filters []resultFilter `json:"filters"`
	}{a.resultFilters()})
}
