package workbench

import (
	"strings"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// referenceSites are where the references of a kind are found: what comes before
// the identifier and what after.
var referenceSites = map[string]struct{ url, ext string }{
	"bid":    {url: "http://www.securityfocus.com/bid/"},
	"cve":    {url: "http://web.nvd.nist.gov/view/vuln/detail?vulnId="},
	"cwe":    {url: "http://cwe.mitre.org/data/definitions/"},
	"cert":   {url: "http://www.kb.cert.org/vuls/id/"},
	"edb-id": {url: "http://www.exploit-db.com/exploits/"},
	"mskb":   {url: "http://support.microsoft.com/kb/"},
	"rhsa":   {url: "https://rhn.redhat.com/errata/RHSA-", ext: ".html"},
	"usn":    {url: "http://www.ubuntu.com/usn/usn-"},
}

// referenceGroup is the references of one kind. Bugtraq's are numbers, the others
// texts.
type referenceGroup struct {
	Name   string `json:"name"`
	URL    string `json:"url,omitempty"`
	Ext    string `json:"ext,omitempty"`
	Values []any  `json:"values"`
}

func referencesOf(p *tenant.Plugin) []*referenceGroup {
	groups := []*referenceGroup{}
	add := func(name string, value any) {
		group := findOr(&groups, func(g *referenceGroup) bool { return g.Name == name }, func() *referenceGroup {
			site := referenceSites[name]
			return &referenceGroup{Name: name, URL: site.url, Ext: site.ext}
		})
		group.Values = append(group.Values, value)
	}
	for _, id := range p.BIDs {
		add("bid", id)
	}
	for _, id := range p.CVEs {
		add("cve", id)
	}
	for _, ref := range p.XRefs {
		add(strings.ToLower(ref.Type), ref.ID)
	}
	return groups
}

// riskOf has the scores as texts, and null for a version without any.
func riskOf(p *tenant.Plugin) web.Members {
	return web.Members{
		{"risk_factor", p.Risk()},
		{"stig_severity", web.OrNull(p.STIG)},
		{"cvss_vector", web.OrNull(p.CVSS2.Vector)},
		{"cvss_temporal_vector", web.OrNull(p.CVSS2.TemporalVector)},
		{"cvss_base_score", web.OrNull(web.ScoreText(p.CVSS2.Base))},
		{"cvss_temporal_score", web.OrNull(web.ScoreText(p.CVSS2.Temporal))},
		{"cvss3_vector", web.OrNull(p.CVSS3.Vector)},
		{"cvss3_temporal_vector", web.OrNull(p.CVSS3.TemporalVector)},
		{"cvss3_base_score", web.OrNull(web.ScoreText(p.CVSS3.Base))},
		{"cvss3_temporal_score", web.OrNull(web.ScoreText(p.CVSS3.Temporal))},
	}
}

func vulnerabilityOf(p *tenant.Plugin) web.Members {
	return web.Members{
		{"vulnerability_publication_date", web.DayOrNull(p.VulnPublished)},
		{"patch_publication_date", web.DayOrNull(p.Patched)},
		{"exploit_available", p.ExploitAvailable},
		{"exploitability_ease", web.OrNull(p.Ease())},
		{"exploit_frameworks", frameworksOf(p)},
		{"exploited_by_malware", p.ByMalware},
		{"exploited_by_nessus", p.ByNessus},
		{"in_the_news", p.InTheNews},
		{"malware", p.Malware},
		{"default_account", p.DefaultAccount},
		{"unsupported_by_vendor", p.Unsupported},
		{"asset_inventory", nil},
		{"cpe", p.CPEs},
	}
}

// frameworksOf lists the frameworks that have exploits, with the names of those.
func frameworksOf(p *tenant.Plugin) []web.Members {
	list := []web.Members{}
	if p.Core {
		list = append(list, web.Members{{"name", "Core Impact"}})
	}
	for _, known := range []struct{ framework, exploit string }{
		{"Metasploit", p.Metasploit}, {"Canvas", p.Canvas}, {"D2 Elliot", p.Elliot}, {"ExploitHub", p.ExploitHub},
	} {
		if known.exploit != "" {
			exploits := []web.Object{{"name": known.exploit, "url": nil}}
			list = append(list, web.Members{{"name", known.framework}, {"exploits", exploits}})
		}
	}
	return list
}
