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

// pluginInfo is a plugin with what it found.
type pluginInfo struct {
	Count         int                      `json:"count"`
	VulnCount     int                      `json:"vuln_count"`
	Recasted      int                      `json:"recasted_count"`
	Accepted      int                      `json:"accepted_count"`
	Description   string                   `json:"description"`
	Synopsis      string                   `json:"synopsis"`
	Solution      string                   `json:"solution"`
	Discovery     web.Object               `json:"discovery"`
	Severity      int                      `json:"severity"`
	Details       pluginDetails            `json:"plugin_details"`
	References    []*referenceGroup        `json:"reference_information"`
	Risk          riskInformation          `json:"risk_information"`
	SeeAlso       []string                 `json:"see_also"`
	Vulnerability vulnerabilityInformation `json:"vulnerability_information"`
	VPR           *vprRating               `json:"vpr,omitempty"`
}

type pluginDetails struct {
	Family    string  `json:"family"`
	Modified  *string `json:"modification_date"`
	Name      string  `json:"name"`
	Published *string `json:"publication_date"`
	Type      string  `json:"type"`
	Version   *string `json:"version"`
	Severity  int     `json:"severity"`
}

// infoOf describes a plugin and its findings, of which there is one at least.
func infoOf(found []finding, now time.Time) pluginInfo {
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
	return pluginInfo{
		Count:       row.Count,
		VulnCount:   row.Count,
		Recasted:    row.Recasted,
		Accepted:    row.Accepted,
		Description: p.Text,
		Synopsis:    p.Synopsis,
		Solution:    p.Solution,
		Discovery:   web.Object{"seen_first": web.ISO(first), "seen_last": web.ISO(last)},
		Severity:    row.MaxSeverity,
		Details: pluginDetails{
			Family: p.Family, Modified: web.DayOrNull(p.Modified), Name: p.Name, Published: web.DayOrNull(p.Published),
			Type: p.Type, Version: web.OrNull(p.Version), Severity: p.Severity,
		},
		References:    referencesOf(p),
		Risk:          riskOf(p),
		SeeAlso:       web.OrEmpty(p.SeeAlso),
		Vulnerability: vulnerabilityOf(p),
		VPR:           vprOf(p, now),
	}
}
