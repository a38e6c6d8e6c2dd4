package scans

import (
	"cmp"
	"slices"

	"tenableio/internal/sandbox/tenant"
)

// hostOfScan is a host that a run found. Severities are counts of findings.
type hostOfScan struct {
	AssetID               int          `json:"asset_id"`
	HostID                int          `json:"host_id"`
	UUID                  string       `json:"uuid"`
	Hostname              string       `json:"hostname"`
	Progress              string       `json:"progress"`
	ScanProgressCurrent   int          `json:"scanprogresscurrent"`
	ScanProgressTotal     int          `json:"scanprogresstotal"`
	NumChecksConsidered   int          `json:"numchecksconsidered"`
	TotalChecksConsidered int          `json:"totalchecksconsidered"`
	SeverityCount         countsOfHost `json:"severitycount"`
	Severity              int          `json:"severity"` // of all severities
	Score                 int          `json:"score"`
	Info                  int          `json:"info"`
	Low                   int          `json:"low"`
	Medium                int          `json:"medium"`
	High                  int          `json:"high"`
	Critical              int          `json:"critical"`
	HostIndex             int          `json:"host_index"`
}

type countsOfHost struct {
	Item []countOfSeverity `json:"item"`
}

type countOfSeverity struct {
	Count         int `json:"count"`
	SeverityLevel int `json:"severitylevel"` // 0 (info) to 4 (critical)
}

// vulnOfScan is a plugin that found something.
type vulnOfScan struct {
	Count        int    `json:"count"`
	PluginID     int    `json:"plugin_id"`
	PluginName   string `json:"plugin_name"`
	Severity     int    `json:"severity"`
	PluginFamily string `json:"plugin_family"`
	VulnIndex    int    `json:"vuln_index"` // from 1
}

// scanResults is what a run found.
type scanResults struct {
	hosts           []hostOfScan
	vulnerabilities []vulnOfScan // most frequent first
	audited         []hostOfScan
	checks          []checkOfScan
	remedies        []*remedy
	cves            int // different ones
	impacted        int // hosts with a flaw
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
	results := scanResults{
		hosts: []hostOfScan{}, vulnerabilities: []vulnOfScan{}, audited: []hostOfScan{},
		checks: []checkOfScan{},
	}
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
	at := map[int]int{} // plugin ID -> index in results.vulnerabilities
	cves := map[string]bool{}
	for i, asset := range hosts {
		var counts [5]int
		for _, f := range a.findingsOf(asset, r) {
			counts[f.Severity]++
			p, known := at[f.Plugin.ID]
			if !known {
				p = len(results.vulnerabilities)
				at[f.Plugin.ID] = p
				results.vulnerabilities = append(results.vulnerabilities, vulnOfScan{
					PluginID:     f.Plugin.ID,
					PluginName:   f.Plugin.Name,
					Severity:     f.Plugin.Severity,
					PluginFamily: f.Plugin.Family,
				})
			}
			results.vulnerabilities[p].Count++
			for _, cve := range f.Plugin.CVEs {
				cves[cve] = true
			}
			results.addRemedy(f)
		}
		host := hostWith(asset.Target(), counts)
		host.place(asset, i)
		if host.Severity > host.Info {
			results.impacted++
		}
		results.hosts = append(results.hosts, host)
	}
	slices.SortFunc(results.vulnerabilities, func(x, y vulnOfScan) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.PluginID, y.PluginID))
	})
	for i := range results.vulnerabilities {
		results.vulnerabilities[i].VulnIndex = i + 1
	}
	results.cves = len(cves)
}

// hostWith is a host with its findings counted by severity.
func hostWith(name string, counts [5]int) hostOfScan {
	h := hostOfScan{
		Hostname:              name,
		Progress:              "100-100/200-200",
		ScanProgressCurrent:   100,
		ScanProgressTotal:     100,
		NumChecksConsidered:   100,
		TotalChecksConsidered: 100,
		Info:                  counts[0],
		Low:                   counts[1],
		Medium:                counts[2],
		High:                  counts[3],
		Critical:              counts[4],
	}
	weight := 1
	for level, count := range counts {
		h.SeverityCount.Item = append(h.SeverityCount.Item, countOfSeverity{count, level})
		h.Severity += count
		h.Score += count * weight
		weight *= 10
	}
	return h
}

// place says which asset the host is, and where in the list.
func (h *hostOfScan) place(asset *tenant.Asset, index int) {
	h.AssetID = asset.Index + 2
	h.HostID = asset.Index + 2
	h.UUID = asset.UUID
	h.HostIndex = index
}
