package workbench

import (
	"cmp"
	"iter"
	"net/http"
	"slices"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// vulnRow is one plugin of a workbench, with what it found added up.
type vulnRow struct {
	Count       int           `json:"count"`
	Family      string        `json:"plugin_family"`
	ID          int           `json:"plugin_id"`
	Name        string        `json:"plugin_name"`
	State       string        `json:"vulnerability_state"`
	VPR         *web.Score    `json:"vpr_score,omitempty"`
	Accepted    int           `json:"accepted_count"`
	Recasted    int           `json:"recasted_count"`
	BySeverity  []severitySum `json:"counts_by_severity"`
	CVSS        *web.Score    `json:"cvss_base_score,omitempty"`
	CVSS3       *web.Score    `json:"cvss3_base_score,omitempty"`
	MaxSeverity int           `json:"severity"`
}

type severitySum struct {
	Count int `json:"count"`
	Value int `json:"value"`
}

// ListVulns answers GET /workbenches/vulnerabilities: a row for each plugin that
// found something, at most 5,000, of the last 450 days.
//
// https://developer.tenable.com/reference/workbenches-vulnerabilities
func (a *API) ListVulns(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	query, ok := a.readVulnQuery(w, r)
	if !ok {
		return
	}
	a.writeRows(w, a.findings(nil, query.withoutInfo()))
}

// ListAssetVulns answers GET /workbenches/assets/{asset_id}/vulnerabilities.
//
// https://developer.tenable.com/reference/workbenches-asset-vulnerabilities
func (a *API) ListAssetVulns(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	asset, query, ok := a.readAssetQuery(w, r)
	if !ok {
		return
	}
	a.writeRows(w, a.findings(asset, query.Holds))
}

func (a *API) writeRows(w http.ResponseWriter, findings iter.Seq[finding]) {
	rows, total := a.addUp(findings)
	web.WriteJSON(w, http.StatusOK, struct {
		Rows   []*vulnRow `json:"vulnerabilities"`
		Total  int        `json:"total_vulnerability_count"`
		Assets int        `json:"total_asset_count"` // 0 in all that was ever seen
	}{rows[:min(len(rows), MostRows)], total, 0})
}

// addUp makes the rows, the most frequent first, and says how many findings went
// into them.
func (a *API) addUp(findings iter.Seq[finding]) (rows []*vulnRow, total int) {
	now := a.now()
	byPlugin := map[*tenant.Plugin]*vulnRow{}
	rows = []*vulnRow{}
	for f := range findings {
		row := byPlugin[f.Plugin]
		if row == nil {
			row = newVulnRow(f.Plugin)
			byPlugin[f.Plugin] = row
			rows = append(rows, row)
		}
		row.add(f, now)
		total++
	}
	slices.SortFunc(rows, func(a, b *vulnRow) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID))
	})
	return rows, total
}

func newVulnRow(p *tenant.Plugin) *vulnRow {
	row := &vulnRow{Family: p.Family, ID: p.ID, Name: p.Name}
	if p.VPR.Score > 0 {
		row.VPR = new(web.Score(p.VPR.Score))
	}
	if p.CVSS2.Base > 0 {
		row.CVSS = new(web.Score(p.CVSS2.Base))
	}
	if p.CVSS3.Base > 0 {
		row.CVSS3 = new(web.Score(p.CVSS3.Base))
	}
	return row
}

// statesByWeight: a row that holds findings in several states shows the last of
// these.
var statesByWeight = []string{"", "Fixed", "New", "Resurfaced", "Active"}

func (row *vulnRow) add(f finding, now time.Time) {
	row.Count++
	row.MaxSeverity = max(row.MaxSeverity, f.Severity)
	switch f.Modification {
	case "ACCEPTED":
		row.Accepted++
	case "RECASTED":
		row.Recasted++
	}
	if state := f.StateAt(now); slices.Index(statesByWeight, state) > slices.Index(statesByWeight, row.State) {
		row.State = state
	}
	at, known := slices.BinarySearchFunc(row.BySeverity, f.Severity, func(c severitySum, s int) int { return c.Value - s })
	if !known {
		row.BySeverity = slices.Insert(row.BySeverity, at, severitySum{Value: f.Severity})
	}
	row.BySeverity[at].Count++
}
