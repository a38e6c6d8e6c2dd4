package sandbox

import (
	"cmp"
	"slices"
	"time"

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
	cves            int          // different ones
}

// findingsOf lists what the run found on the host: not what was fixed before.
func (a *scanAPI) findingsOf(asset *tenant.Asset, r *run) []*tenant.Finding {
	var list []*tenant.Finding
	until := r.start.Add(r.took)
	for f := range a.tenant.Findings(asset) {
		if f.FirstFound.Before(until) && (f.State != "FIXED" || f.LastFixed.After(until)) {
			list = append(list, f)
		}
	}
	return list
}

func (a *scanAPI) resultsOf(hosts []*tenant.Asset, r *run) scanResults {
	results := scanResults{hosts: []hostOfScan{}, vulnerabilities: []vulnOfScan{}}
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
					PluginID: f.Plugin.ID, PluginName: f.Plugin.Name, Severity: f.Plugin.Severity, PluginFamily: f.Plugin.Family,
				})
			}
			results.vulnerabilities[p].Count++
			for _, cve := range f.Plugin.CVEs {
				cves[cve] = true
			}
		}
		results.hosts = append(results.hosts, hostWith(asset, i, counts))
	}
	slices.SortFunc(results.vulnerabilities, func(x, y vulnOfScan) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.PluginID, y.PluginID))
	})
	for i := range results.vulnerabilities {
		results.vulnerabilities[i].VulnIndex = i + 1
	}
	results.cves = len(cves)
	return results
}

// hostWith is the host with its findings counted by severity.
func hostWith(asset *tenant.Asset, index int, counts [5]int) hostOfScan {
	h := hostOfScan{
		AssetID: asset.Index + 2, HostID: asset.Index + 2, UUID: asset.UUID, Hostname: asset.IPv4[0].String(),
		Progress: "100-100/200-200", ScanProgressCurrent: 100, ScanProgressTotal: 100, NumChecksConsidered: 100, TotalChecksConsidered: 100,
		Info: counts[0], Low: counts[1], Medium: counts[2], High: counts[3], Critical: counts[4], HostIndex: index,
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

// infoOf describes the scan and the run; r is nil when it never ran.
func (a *scanAPI) infoOf(s *scan, r *run, caller user) scanInfo {
	permission, shared, scheduleUUID := s.permissionOf(caller), s.shared > noAccess, s.ScheduleUUID
	info := scanInfo{
		Owner: a.owner.email, Name: s.Name, NoTarget: s.Agent, FolderID: s.folder, Control: !s.imported,
		UserPermission: permission, ScheduleUUID: scheduleUUID, EditAllowed: permission >= canEdit,
		Shared: &shared, ObjectID: s.id, ACLs: a.aclsOf(s), Status: empty, ScanType: s.kind(),
		Targets: a.targets(s), AltTargetsUsed: s.Agent, HasKB: true, HasAuditTrail: true,
	}
	if !s.imported {
		policy, scanner := "Basic Network Scan", "Cloud Scanner"
		if s.Agent {
			policy, scanner = "Basic Agent Scan", "Agents"
		}
		info.Policy, info.ScannerName = &policy, &scanner
	}
	if r == nil {
		return info
	}
	now := a.config.Now()
	start, changed := r.start.Unix(), r.changedAt(now).Unix()
	info.UUID, info.Status, info.ScanStart, info.Timestamp = &r.uuid, r.statusAt(now), &start, &changed
	info.AltTargetsUsed = info.AltTargetsUsed || r.altTargets != nil
	info.IsArchived = r.archivedAt(now)
	if !r.activeAt(now) {
		info.ScanEnd = &changed
	}
	if s.imported {
		from, to := r.start.Format(time.RFC3339), r.start.Add(r.took).Format(time.RFC3339)
		info.ScannerStart, info.ScannerEnd = &from, &to
	}
	return info
}

func (a *scanAPI) aclsOf(s *scan) []acl {
	yes, name := 1, a.owner.email
	return []acl{
		{Permissions: s.shared, Type: "default"},
		{Permissions: isOwner, Owner: &yes, DisplayName: &name, Name: &name, UUID: &a.owner.uuid, ID: &a.owner.id, Type: "user"},
	}
}

// runsForDetails lists the runs, newest first.
func (a *scanAPI) runsForDetails(s *scan) []runOfDetails {
	now := a.config.Now()
	list := []runOfDetails{}
	for _, r := range slices.Backward(s.runs) {
		list = append(list, runOfDetails{
			HistoryID: r.id, OwnerID: a.owner.id, CreationDate: r.start.Unix(), LastModificationDate: r.changedAt(now).Unix(),
			UUID: r.uuid, Type: s.kind(), Status: r.statusAt(now), AltTargetsUsed: s.Agent || r.altTargets != nil, IsArchived: r.archivedAt(now),
		})
	}
	return list
}
