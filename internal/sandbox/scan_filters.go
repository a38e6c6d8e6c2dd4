package sandbox

import "net/http"

// resultFilter is a filter of the results of a scan.
type resultFilter struct {
	Name      string   `json:"name"`
	Readable  string   `json:"readable_name"`
	Control   control  `json:"control"`
	Operators []string `json:"operators"`
	Group     string   `json:"group_name"`
}

// resultFilters are those of the vulnerability workbench.
func (a *scanAPI) resultFilters() []resultFilter {
	var list []resultFilter
	for _, f := range a.filters {
		list = append(list, resultFilter{f.name, f.readable, f.control, f.operators, "vulnerability"})
	}
	return list
}

// listReportFilters answers GET /filters/scans/reports, which Tenable's SDK asks
// before each export of a scan.
func (a *scanAPI) listReportFilters(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Filters []resultFilter `json:"filters"`
	}{a.resultFilters()})
}
