package scans

import (
	"net/http"
	"slices"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/web"
)

// resultFilters are those of the vulnerability workbench, said to be of a group.
func (a *API) resultFilters() []filters.FindingFilter {
	list := slices.Clone(a.filters)
	for i := range list {
		list[i].Group = new("vulnerability")
		list[i].Custom = nil
	}
	return list
}

// ListReportFilters answers GET /filters/scans/reports, which Tenable's SDK asks
// before each export of a scan.
func (a *API) ListReportFilters(w http.ResponseWriter, _ *http.Request) {
	web.WriteJSON(w, http.StatusOK, web.Object{"filters": a.resultFilters()})
}
