package workbench

import (
	"net/http"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// ListAssets answers GET /workbenches/assets: at most 5,000 assets, with all
// their attributes where all_fields is given.
//
// https://developer.tenable.com/reference/workbenches-assets
func (a *API) ListAssets(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	query := r.URL.Query()
	chosen, bad := filters.Read(query, a.assetFilters, a.now())
	if bad != nil {
		bad.Write(w)
		return
	}
	since, ok := a.readSince(w, r)
	if !ok {
		return
	}
	describe := a.describeAsset
	if !query.Has("all_fields") {
		describe = func(asset asset) web.Object { return defaultFields(a.describeAsset(asset)) }
	}
	rows := []web.Object{}
	for each := range a.tenant.Assets() {
		if query.Has("date_range") && each.LastSeen.Before(since) || !chosen.Holds(each) {
			continue
		}
		if rows = append(rows, describe(each)); len(rows) == MostRows {
			break
		}
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"assets": rows, "total": len(rows)})
}

// AssetInfo answers GET /workbenches/assets/{asset_id}/info.
//
// https://developer.tenable.com/reference/workbenches-asset-info
func (a *API) AssetInfo(w http.ResponseWriter, r *http.Request) {
	asset, query, ok := a.readAssetQuery(w, r)
	if !ok {
		return
	}
	severities, total := severityCounts(a.tenant, asset, query.Holds)
	audits := []level{{0, 1, "Passed"}, {0, 2, "Warning"}, {0, 3, "Failed"}} // there are none in the sandbox
	info := a.describeAsset(asset)
	for _, listOnly := range listOnlyFields {
		delete(info, listOnly)
	}
	info["network_name"] = "Default"
	info["uuid"] = asset.UUID
	info["time_start"] = web.ISO(asset.LastSeen)
	info["time_end"] = web.ISO(asset.LastSeen)
	info["counts"] = web.Members{
		{"vulnerabilities", web.Members{{"total", total}, {"severities", severities}}},
		{"audits", web.Members{{"total", 0}, {"statuses", audits}}},
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"info": info})
}

// level is how much there is of one severity or status.
type level struct {
	Count int    `json:"count"`
	Level int    `json:"level"`
	Name  string `json:"name"`
}

// ListVulnerableAssets answers GET /workbenches/assets/vulnerabilities: at most
// 5,000 assets with what was found on them, added up by severity.
//
// https://developer.tenable.com/reference/workbenches-assets-vulnerabilities
func (a *API) ListVulnerableAssets(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	query, ok := a.readVulnQuery(w, r)
	if !ok {
		return
	}
	rows := []web.Members{}
	for each := range a.tenant.Assets() {
		counts, total := severityCounts(a.tenant, each, query.withoutInfo())
		if total == 0 {
			continue
		}
		rows = append(rows, web.Members{
			{"id", each.UUID},
			{"severities", counts},
			{"total", total},
			{"fqdn", web.OneOrNone(each.FQDN)},
			{"ipv4", web.Addresses(each.IPv4)},
			{"ipv6", web.Addresses(each.IPv6)},
			{"last_seen", web.ISO(each.LastSeen)},
			{"netbios_name", web.OneOrNone(each.NetBIOS)},
			{"agent_name", web.OneOrNone(each.AgentName())},
		})
		if len(rows) == MostRows {
			break
		}
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"assets": rows, "total_asset_count": len(rows)})
}

// severityCounts adds up an asset's findings; each severity is there, even with 0.
func severityCounts(t *tenant.Tenant, a asset, wants func(finding) bool) (counts []level, total int) {
	var by [5]int
	for f := range t.Findings(a) {
		if wants(f) {
			by[f.Severity]++
			total++
		}
	}
	for severity, name := range tenant.SeverityNames {
		counts = append(counts, level{by[severity], severity, name})
	}
	return counts, total
}
