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

// riskInformation has the scores as texts, and null for a version without any.
type riskInformation struct {
	RiskFactor          string  `json:"risk_factor"`
	STIGSeverity        *string `json:"stig_severity"`
	CVSS2Vector         *string `json:"cvss_vector"`
	CVSS2TemporalVector *string `json:"cvss_temporal_vector"`
	CVSS2Base           *string `json:"cvss_base_score"`
	CVSS2Temporal       *string `json:"cvss_temporal_score"`
	CVSS3Vector         *string `json:"cvss3_vector"`
	CVSS3TemporalVector *string `json:"cvss3_temporal_vector"`
	CVSS3Base           *string `json:"cvss3_base_score"`
	CVSS3Temporal       *string `json:"cvss3_temporal_score"`
}

func riskOf(p *tenant.Plugin) riskInformation {
	risk := riskInformation{RiskFactor: p.Risk(), STIGSeverity: web.OrNull(p.STIG)}
	if c := p.CVSS2; c != nil {
		risk.CVSS2Vector = &c.Vector
		risk.CVSS2TemporalVector = &c.TemporalVector
		risk.CVSS2Base = web.OrNull(web.OneDecimal(c.Base))
		risk.CVSS2Temporal = web.OrNull(web.OneDecimal(c.Temporal))
	}
	if c := p.CVSS3; c != nil {
		risk.CVSS3Vector = &c.Vector
		risk.CVSS3TemporalVector = &c.TemporalVector
		risk.CVSS3Base = web.OrNull(web.OneDecimal(c.Base))
		risk.CVSS3Temporal = web.OrNull(web.OneDecimal(c.Temporal))
	}
	return risk
}

type vulnerabilityInformation struct {
	VulnPublished     *string            `json:"vulnerability_publication_date"`
	Patched           *string            `json:"patch_publication_date"`
	ExploitAvailable  bool               `json:"exploit_available"`
	Ease              *string            `json:"exploitability_ease"`
	ExploitFrameworks []exploitFramework `json:"exploit_frameworks"`
	ByMalware         bool               `json:"exploited_by_malware"`
	ByNessus          bool               `json:"exploited_by_nessus"`
	InTheNews         bool               `json:"in_the_news"`
	Malware           bool               `json:"malware"`
	DefaultAccount    bool               `json:"default_account"`
	Unsupported       bool               `json:"unsupported_by_vendor"`
	AssetInventory    *bool              `json:"asset_inventory"`
	CPEs              []string           `json:"cpe"`
}

type exploitFramework struct {
	Name     string       `json:"name"`
	Exploits []web.Object `json:"exploits,omitempty"`
}

func vulnerabilityOf(p *tenant.Plugin) vulnerabilityInformation {
	frameworks := []exploitFramework{}
	if p.Core {
		frameworks = append(frameworks, exploitFramework{Name: "Core Impact"})
	}
	for _, known := range []struct{ framework, exploit string }{
		{"Metasploit", p.Metasploit}, {"Canvas", p.Canvas}, {"D2 Elliot", p.Elliot}, {"ExploitHub", p.ExploitHub},
	} {
		if known.exploit != "" {
			frameworks = append(frameworks, exploitFramework{known.framework, []web.Object{{"name": known.exploit, "url": nil}}})
		}
	}
	return vulnerabilityInformation{
		VulnPublished: web.DayOrNull(p.VulnPublished), Patched: web.DayOrNull(p.Patched),
		ExploitAvailable: p.ExploitAvailable, Ease: web.OrNull(p.Ease()), ExploitFrameworks: frameworks,
		ByMalware: p.ByMalware, ByNessus: p.ByNessus, InTheNews: p.InTheNews, Malware: p.Malware,
		DefaultAccount: p.DefaultAccount, Unsupported: p.Unsupported, CPEs: p.CPEs,
	}
}
