package scans

import (
	"cmp"
	"fmt"
	"slices"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// remedy is one thing to do.
type remedy struct {
	Value string `json:"value"` // names it
	Vulns int    `json:"vulns"` // flaws that it mends
	Hosts int    `json:"hosts"`
	Text  string `json:"remediation"`

	last int // the last host that it was counted for
}

// mostRemedies is how many things to do are listed, those that mend most.
const mostRemedies = 20

// addRemedy counts the patch for a finding.
func (r *scanResults) addRemedy(f *tenant.Finding) {
	if f.Plugin.Patched.IsZero() || f.Severity == 0 {
		return
	}
	value := web.Digest(0, "remedy", f.Plugin.ID)[:32]
	at := slices.IndexFunc(r.remedies, func(there *remedy) bool { return there.Value == value })
	if at < 0 {
		at = len(r.remedies)
		r.remedies = append(r.remedies, &remedy{
			Value: value,
			Vulns: len(f.Plugin.CVEs),
			Text:  fmt.Sprintf("%s: %s", f.Plugin.Name, f.Plugin.Solution),
			last:  -1,
		})
	}
	if there := r.remedies[at]; there.last != f.Asset.Index {
		there.last = f.Asset.Index
		there.Hosts++
	}
}

// remediationsOf lists what to do about a scan's findings, and how many of them that mends.
func remediationsOf(found scanResults, hosts int) web.Members {
	slices.SortFunc(found.remedies, func(x, y *remedy) int {
		return cmp.Or(cmp.Compare(y.Vulns*y.Hosts, x.Vulns*x.Hosts), cmp.Compare(x.Text, y.Text))
	})
	listed := found.remedies[:min(len(found.remedies), mostRemedies)]
	mended := 0
	for _, one := range listed {
		mended += one.Vulns
	}
	return web.Members{
		{"num_cves", found.cves},
		{"num_hosts", hosts},
		{"num_remediated_cves", min(mended, found.cves)},
		{"num_impacted_hosts", found.impacted},
		{"remediations", web.OrEmpty(listed)},
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
