package scans

import (
	"cmp"
	"fmt"
	"slices"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// scanRemediations lists what to do about a scan's findings, and how many of them that mends.
type scanRemediations struct {
	NumCVEs           int       `json:"num_cves"`
	NumHosts          int       `json:"num_hosts"`
	NumRemediatedCVEs int       `json:"num_remediated_cves"`
	NumImpactedHosts  int       `json:"num_impacted_hosts"`
	Remediations      []*remedy `json:"remediations"`
}

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

// remediationsOf sums up what to do about the results.
func (a *API) remediationsOf(found scanResults, hosts int) scanRemediations {
	sum := scanRemediations{
		NumCVEs: found.cves, NumHosts: hosts, NumImpactedHosts: found.impacted,
		Remediations: []*remedy{},
	}
	slices.SortFunc(found.remedies, func(x, y *remedy) int {
		return cmp.Or(cmp.Compare(y.Vulns*y.Hosts, x.Vulns*x.Hosts), cmp.Compare(x.Text, y.Text))
	})
	for _, one := range found.remedies[:min(len(found.remedies), mostRemedies)] {
		sum.Remediations = append(sum.Remediations, one)
		sum.NumRemediatedCVEs += one.Vulns
	}
	sum.NumRemediatedCVEs = min(sum.NumRemediatedCVEs, sum.NumCVEs)
	return sum
}

// note is something that went wrong while a scan ran.
type note struct {
	Title    string `json:"title"`
	Message  string `json:"message"`
	Severity int    `json:"severity"`
}

// notes are those of the newest run of a scan that looks for flaws and settings.
func (s *scan) notes(r *run) []note {
	if s.Kind != tenant.WithCompliance || r == nil {
		return []note{}
	}
	return []note{
		{"Credentials were not accepted", "Some hosts refused them, so that local checks were left out.", 3},
		{"Scan of a fragile device was avoided", "The host switch.example.com was left out, as the scan is set to.", 1},
	}
}
