package workbench

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"tenableio/internal/sandbox/web"
)

// VulnInfo answers GET /workbenches/vulnerabilities/{plugin_id}/info, and the
// same of one asset: the plugin, and when it found what. For a plugin that found
// nothing the answer is 200 with no body at all.
//
// https://developer.tenable.com/reference/workbenches-vulnerability-info
func (a *API) VulnInfo(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	found, ok := a.pluginFindings(w, r)
	if !ok {
		return
	}
	if len(found) == 0 {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusOK)
		return
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"info": infoOf(found, a.now())})
}

// pluginFindings gathers what the plugin of the path found. It answers the request
// itself and returns false where the call is wrong.
func (a *API) pluginFindings(w http.ResponseWriter, r *http.Request) ([]finding, bool) {
	id, err := strconv.Atoi(r.PathValue("plugin_id"))
	if err != nil {
		web.RefuseParameter(w, "params", "plugin_id", "must be a number")
		return nil, false
	}
	asset, query, ok := a.readAssetQuery(w, r)
	if !ok || a.tenant.Plugin(id) == nil {
		return nil, ok
	}
	return slices.Collect(a.findings(asset, func(f finding) bool { return f.Plugin.ID == id && query.Holds(f) })), true
}

// infoOf describes a plugin and its findings, of which there is one at least.
func infoOf(found []finding, now time.Time) web.Members {
	p := found[0].Plugin
	first := found[0].FirstFound
	last := found[0].LastFound
	var row vulnRow
	for _, f := range found {
		row.add(f, now)
		if f.FirstFound.Before(first) {
			first = f.FirstFound
		}
		if f.LastFound.After(last) {
			last = f.LastFound
		}
	}
	info := web.Members{
		{"count", row.Count},
		{"vuln_count", row.Count},
		{"recasted_count", row.Recasted},
		{"accepted_count", row.Accepted},
		{"description", p.Text},
		{"synopsis", p.Synopsis},
		{"solution", p.Solution},
		{"discovery", web.Object{"seen_first": web.ISO(first), "seen_last": web.ISO(last)}},
		{"severity", row.MaxSeverity},
		{"plugin_details", web.Members{
			{"family", p.Family},
			{"modification_date", web.DayOrNull(p.Modified)},
			{"name", p.Name},
			{"publication_date", web.DayOrNull(p.Published)},
			{"type", p.Type},
			{"version", p.Version},
			{"severity", p.Severity},
		}},
		{"reference_information", referencesOf(p)},
		{"risk_information", riskOf(p)},
		{"see_also", web.OrEmpty(p.SeeAlso)},
		{"vulnerability_information", vulnerabilityOf(p)},
	}
	if p.VPR.Score > 0 {
		info = info.With("vpr", vprOf(p.VPR, now))
	}
	return info
}
