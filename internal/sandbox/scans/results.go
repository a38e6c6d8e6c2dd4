package scans

import (
	"cmp"
	"slices"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// pluginOfScan is a plugin that found something.
type pluginOfScan struct {
	*tenant.Plugin
	count int           // of its findings
	hosts int           // that it found them on
	last  *tenant.Asset // the last of these
}

// scanResults is what a run found.
type scanResults struct {
	hosts    []web.Members
	plugins  []*pluginOfScan // in the order in which they were met
	audited  []web.Members
	checks   []checkOfScan
	cves     int // different ones
	impacted int // hosts with a flaw
}

// findingsOf lists what the run found on the host: not what was fixed before.
func (a *API) findingsOf(asset *tenant.Asset, r *run) []*tenant.Finding {
	var list []*tenant.Finding
	until := r.start.Add(r.took)
	for f := range a.tenant.Findings(asset) {
		if f.FirstFound.Before(until) && (f.State != "FIXED" || f.LastFixed.After(until)) {
			list = append(list, f)
		}
	}
	return list
}

// resultsOf gathers what the run found on the hosts: flaws unless it looked for
// settings alone, and settings where it looked for them.
func (a *API) resultsOf(s *scan, hosts []*tenant.Asset, r *run) scanResults {
	results := scanResults{hosts: []web.Members{}, audited: []web.Members{}, checks: []checkOfScan{}}
	switch s.Kind {
	case tenant.WebApplication:
		if r != nil && r.end == completed {
			results.hosts = append(results.hosts, siteOfScan())
		}
		return results
	case tenant.Compliance:
		results.audit(hosts)
		return results
	case tenant.WithCompliance:
		results.audit(hosts)
	}
	a.addFlaws(&results, hosts, r)
	return results
}

func (a *API) addFlaws(results *scanResults, hosts []*tenant.Asset, r *run) {
	met := map[*tenant.Plugin]*pluginOfScan{}
	cves := map[string]bool{}
	for i, asset := range hosts {
		var counts [5]int
		for _, f := range a.findingsOf(asset, r) {
			counts[f.Severity]++
			p := met[f.Plugin]
			if p == nil {
				p = &pluginOfScan{Plugin: f.Plugin}
				met[f.Plugin] = p
				results.plugins = append(results.plugins, p)
			}
			p.count++
			if p.last != asset {
				p.last = asset
				p.hosts++
			}
			for _, cve := range f.Plugin.CVEs {
				cves[cve] = true
			}
		}
		if counts != [5]int{counts[0]} {
			results.impacted++
		}
		results.hosts = append(results.hosts, hostOfAsset(asset, i, counts))
	}
	results.cves = len(cves)
}

// vulnerabilities lists the plugins, the most frequent first.
func (r scanResults) vulnerabilities() []web.Members {
	list := []web.Members{}
	for i, p := range slices.SortedFunc(slices.Values(r.plugins), func(x, y *pluginOfScan) int {
		return cmp.Or(cmp.Compare(y.count, x.count), cmp.Compare(x.ID, y.ID))
	}) {
		list = append(list, web.Members{
			{"count", p.count},
			{"plugin_id", p.ID},
			{"plugin_name", p.Name},
			{"severity", p.Severity},
			{"plugin_family", p.Family},
			{"vuln_index", i + 1},
		})
	}
	return list
}

// hostOfAsset is a host that a run found, with its findings counted by severity.
func hostOfAsset(asset *tenant.Asset, index int, counts [5]int) web.Members {
	return hostOfScan(web.Members{
		{"asset_id", asset.Index + 2},
		{"host_id", asset.Index + 2},
		{"uuid", asset.UUID},
		{"hostname", asset.Target()},
	}, index, counts)
}

func hostOfScan(identity web.Members, index int, counts [5]int) web.Members {
	var items []web.Members
	total := 0
	score := 0
	weight := 1
	for level, count := range counts {
		items = append(items, web.Members{{"count", count}, {"severitylevel", level}})
		total += count
		score += count * weight
		weight *= 10
	}
	return append(identity, web.Members{
		{"progress", "100-100/200-200"},
		{"scanprogresscurrent", 100},
		{"scanprogresstotal", 100},
		{"numchecksconsidered", 100},
		{"totalchecksconsidered", 100},
		{"severitycount", web.Object{"item": items}},
		{"severity", total},
		{"score", score},
		{"info", counts[0]},
		{"low", counts[1]},
		{"medium", counts[2]},
		{"high", counts[3]},
		{"critical", counts[4]},
		{"host_index", index},
	}...)
}
