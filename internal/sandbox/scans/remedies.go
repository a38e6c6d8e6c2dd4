package scans

import (
	"cmp"
	"slices"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// mostRemedies is how many things to do are listed, those that mend most.
const mostRemedies = 20

// remedy is what to do about the findings of the plugin.
func (p *pluginOfScan) remedy() string { return p.Name + ": " + p.Solution }

// mended is how many flaws that mends.
func (p *pluginOfScan) mended() int { return len(p.CVEs) * p.hosts }

// remediations lists what to do about the findings that have a patch, and how many of them
// that mends.
func (r scanResults) remediations(hosts int) web.Members {
	patched := slices.DeleteFunc(slices.Clone(r.plugins), func(p *pluginOfScan) bool { return p.Patched.IsZero() })
	slices.SortFunc(patched, func(x, y *pluginOfScan) int {
		return cmp.Or(cmp.Compare(y.mended(), x.mended()), cmp.Compare(x.remedy(), y.remedy()))
	})
	cves := 0
	list := []web.Members{}
	for _, p := range patched[:min(len(patched), mostRemedies)] {
		cves += len(p.CVEs)
		list = append(list, web.Members{
			{"value", web.Digest(0, "remedy", p.ID)[:32]}, // names it
			{"vulns", len(p.CVEs)},
			{"hosts", p.hosts},
			{"remediation", p.remedy()},
		})
	}
	return web.Members{
		{"num_cves", r.cves},
		{"num_hosts", hosts},
		{"num_remediated_cves", min(cves, r.cves)},
		{"num_impacted_hosts", r.impacted},
		{"remediations", list},
	}
}

// notes tell what went wrong in the newest run of a scan that looks for flaws and settings.
func (s *scan) notes(r *run) []web.Members {
	if s.Kind != tenant.WithCompliance || r == nil {
		return []web.Members{}
	}
	return []web.Members{
		{
			{"title", "Credentials were not accepted"},
			{"message", "Some hosts refused them, so that local checks were left out."},
			{"severity", 3},
		},
		{
			{"title", "Scan of a fragile device was avoided"},
			{"message", "The host switch.example.com was left out, as the scan is set to."},
			{"severity", 1},
		},
	}
}
