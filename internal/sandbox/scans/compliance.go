package scans

import (
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// checkOfScan is a setting that a policy wants. Unlike those of flaws its plugin is
// a text.
type checkOfScan struct {
	Count         int     `json:"count"`
	HostID        int     `json:"host_id"`
	Hostname      *string `json:"hostname"`
	PluginFamily  string  `json:"plugin_family"`
	PluginID      string  `json:"plugin_id"`
	PluginName    string  `json:"plugin_name"`
	Severity      int     `json:"severity"` // passed 1, warning 2, failed 3
	SeverityIndex int     `json:"severity_index"`
}

// The outcomes of a check, as severities.
const (
	passed  = 1
	warning = 2
	failed  = 3
)

// policy is what the scans of settings look for.
var policy = []struct{ family, name string }{
	{"Unix Compliance Checks", "1.1.1 Ensure that file systems which nobody needs are not loaded"},
	{"Unix Compliance Checks", "1.5.3 Ensure that core dumps are restricted"},
	{"Unix Compliance Checks", "4.1.2 Ensure that auditing is enabled"},
	{"Unix Compliance Checks", "5.2.8 Ensure that root may not log in by SSH"},
	{"Unix Compliance Checks", "5.4.1 Ensure that passwords expire after 365 days or less"},
	{"Windows Compliance Checks", "1.2.1 Ensure that an account is locked for 15 minutes or more"},
	{"Windows Compliance Checks", "2.3.1.2 Ensure that the guest account is disabled"},
	{"Windows Compliance Checks", "18.4.3 Ensure that SMBv1 is disabled"},
}

// outcomeOf follows from the host and the check: most of them pass.
func outcomeOf(asset *tenant.Asset, check int) int {
	switch (asset.Index*7 + check*5) % 9 {
	case 0, 1:
		return failed
	case 2:
		return warning
	}
	return passed
}

// audit checks the settings of the hosts.
func (r *scanResults) audit(hosts []*tenant.Asset) {
	outcomes := make([][failed + 1]int, len(policy)) // how often each check ended how
	for i, asset := range hosts {
		var counts [5]int
		for check := range policy {
			outcome := outcomeOf(asset, check)
			counts[outcome]++
			outcomes[check][outcome]++
		}
		r.audited = append(r.audited, hostOfAsset(asset, i, counts))
	}
	for check, wanted := range policy {
		for _, outcome := range []int{failed, warning, passed} {
			count := outcomes[check][outcome]
			if count == 0 {
				continue
			}
			r.checks = append(r.checks, checkOfScan{
				Count:         count,
				PluginFamily:  wanted.family,
				PluginID:      web.Digest(0, "check", wanted.name)[:32],
				PluginName:    wanted.name,
				Severity:      outcome,
				SeverityIndex: len(r.checks),
			})
		}
	}
}

// siteOfScan is the site that the scan of a web application looked at.
func siteOfScan() web.Members {
	identity := web.Members{{"asset_id", 0}, {"host_id", 1}, {"uuid", ""}, {"hostname", site}}
	return hostOfScan(identity, 0, [5]int{12, 4, 3, 1, 0})
}
