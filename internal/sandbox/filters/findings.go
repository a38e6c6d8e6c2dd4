package filters

import (
	_ "embed"
	"maps"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
)

type (
	finding = *tenant.Finding
	plugin  = *tenant.Plugin
)

// FindingFilter is a filter of the vulnerability workbench.
type FindingFilter = Filter[finding]

//go:embed findings.json
var findingsDocument []byte

// TrackingState is the filter without which fixed findings are left out.
const TrackingState = "tracking.state"

// OfFindings lists the filters of the vulnerability workbench in the order
// in which the API shows them. Now tells new findings from active ones.
//
// https://developer.tenable.com/reference/io-filters-vulnerabilities-workbench-list
func OfFindings(now func() time.Time) []FindingFilter {
	conditions := maps.Clone(findingConditions)
	conditions[TrackingState] = Word(func(f finding) string { return f.StateAt(now()) })
	return append(Load(findingsDocument, conditions), tagFilters(func(f finding) *tenant.Asset { return f.Asset })...)
}

// findingConditions are the conditions by the names of the filters. The findings of the
// sandbox have nothing of what is missing here.
var findingConditions = map[string]Condition[finding]{
	"host.id":              Word(func(f finding) string { return f.Asset.UUID }),
	"host.target":          hosts(func(f finding) ([]netip.Addr, []string) { return f.Asset.Hosts() }),
	"modification":         Word(modificationOf),
	"output":               Word((*tenant.Finding).Output),
	"port.port":            spans(func(f finding) int { return f.Port }),
	"port.protocol":        Word(func(f finding) string { return strings.ToLower(f.Protocol) }),
	"severity":             Word(func(f finding) string { return tenant.SeverityNames[f.Severity] }),
	"tracking.first_found": Dates(func(f finding) time.Time { return f.FirstFound }),
	"tracking.last_found":  Dates(func(f finding) time.Time { return f.LastFound }),

	"plugin.family_id": Word(ofPlugin(func(p plugin) string { return strconv.Itoa(p.FamilyID) })),
	"plugin.id":        spans(func(f finding) int { return f.Plugin.ID }),
	"plugin.name":      Word(ofPlugin(func(p plugin) string { return p.Name })),

	"plugin.attributes.bid":                     Texts(ofPlugin(bugtraqIDs)),
	"plugin.attributes.canvas_package":          Word(ofPlugin(func(p plugin) string { return p.Canvas })),
	"plugin.attributes.cpe":                     Texts(ofPlugin(func(p plugin) []string { return p.CPEs })),
	"plugin.attributes.cve.raw":                 cves,
	"plugin.attributes.d2_elliot_name":          Word(ofPlugin(func(p plugin) string { return p.Elliot })),
	"plugin.attributes.description":             Word(ofPlugin(func(p plugin) string { return p.Text })),
	"plugin.attributes.exploitability_ease.raw": Word(ofPlugin((*tenant.Plugin).Ease)),
	"plugin.attributes.metasploit_name":         Word(ofPlugin(func(p plugin) string { return p.Metasploit })),
	"plugin.attributes.plugin_type":             Word(ofPlugin(func(p plugin) string { return p.Type })),
	"plugin.attributes.see_also":                Texts(ofPlugin(func(p plugin) []string { return p.SeeAlso })),
	"plugin.attributes.solution":                Word(ofPlugin(func(p plugin) string { return p.Solution })),
	"plugin.attributes.stig_severity":           Word(ofPlugin(func(p plugin) string { return p.STIG })),
	"plugin.attributes.synopsis":                Word(ofPlugin(func(p plugin) string { return p.Synopsis })),

	"plugin.attributes.default_account":              flags(ofPlugin(func(p plugin) bool { return p.DefaultAccount })),
	"plugin.attributes.exploit_available":            flags(ofPlugin(func(p plugin) bool { return p.ExploitAvailable })),
	"plugin.attributes.exploit_framework_canvas":     flags(ofPlugin(func(p plugin) bool { return p.Canvas != "" })),
	"plugin.attributes.exploit_framework_core":       flags(ofPlugin(func(p plugin) bool { return p.Core })),
	"plugin.attributes.exploit_framework_d2_elliot":  flags(ofPlugin(func(p plugin) bool { return p.Elliot != "" })),
	"plugin.attributes.exploit_framework_exploithub": flags(ofPlugin(func(p plugin) bool { return p.ExploitHub != "" })),
	"plugin.attributes.exploit_framework_metasploit": flags(ofPlugin(func(p plugin) bool { return p.Metasploit != "" })),
	"plugin.attributes.exploited_by_malware":         flags(ofPlugin(func(p plugin) bool { return p.ByMalware })),
	"plugin.attributes.exploited_by_nessus":          flags(ofPlugin(func(p plugin) bool { return p.ByNessus })),
	"plugin.attributes.in_the_news":                  flags(ofPlugin(func(p plugin) bool { return p.InTheNews })),
	"plugin.attributes.malware":                      flags(ofPlugin(func(p plugin) bool { return p.Malware })),
	"plugin.attributes.unsupported_by_vendor":        flags(ofPlugin(func(p plugin) bool { return p.Unsupported })),

	"plugin.attributes.patch_publication_date":   Dates(ofPlugin(func(p plugin) time.Time { return p.Patched })),
	"plugin.attributes.plugin_modification_date": Dates(ofPlugin(func(p plugin) time.Time { return p.Modified })),
	"plugin.attributes.plugin_publication_date":  Dates(ofPlugin(func(p plugin) time.Time { return p.Published })),
	"plugin.attributes.vuln_publication_date":    Dates(ofPlugin(func(p plugin) time.Time { return p.VulnPublished })),

	"plugin.attributes.cvss_base_score":          pluginScore(func(p plugin) float64 { return p.CVSS2.Base }),
	"plugin.attributes.cvss_temporal_score":      pluginScore(func(p plugin) float64 { return p.CVSS2.Temporal }),
	"plugin.attributes.cvss_vector.raw":          vector(cvss2, func(p plugin) string { return p.CVSS2.Vector }),
	"plugin.attributes.cvss_temporal_vector.raw": vector(cvss2, func(p plugin) string { return p.CVSS2.TemporalVector }),

	"plugin.attributes.cvss3_base_score":          pluginScore(func(p plugin) float64 { return p.CVSS3.Base }),
	"plugin.attributes.cvss3_temporal_score":      pluginScore(func(p plugin) float64 { return p.CVSS3.Temporal }),
	"plugin.attributes.cvss3_vector.raw":          vector(cvss3, func(p plugin) string { return p.CVSS3.Vector }),
	"plugin.attributes.cvss3_temporal_vector.raw": vector(cvss3, func(p plugin) string { return p.CVSS3.TemporalVector }),

	"plugin.attributes.xref:CERT":    references("CERT"),
	"plugin.attributes.xref:CERT-CC": references("CERT-CC"),
	"plugin.attributes.xref:CWE":     references("CWE"),
	"plugin.attributes.xref:EDB-ID":  references("EDB-ID"),
	"plugin.attributes.xref:IAVA":    references("IAVA"),
	"plugin.attributes.xref:IAVB":    references("IAVB"),
	"plugin.attributes.xref:IAVT":    references("IAVT"),
	"plugin.attributes.xref:MSFT":    references("MSFT"),
	"plugin.attributes.xref:OSVDB":   references("OSVDB"),
	"plugin.attributes.xref:Secunia": references("Secunia"),
	"plugin.attributes.vpr.score":    pluginScore(func(p plugin) float64 { return p.VPR.Score }),
}

// ofPlugin is an attribute of the plugin, at which most filters look.
func ofPlugin[V any](of func(plugin) V) func(finding) V {
	return func(f finding) V { return of(f.Plugin) }
}

// pluginScore compares a score, which is 0 where a plugin has none.
func pluginScore(of func(plugin) float64) Condition[finding] {
	return scores(func(f finding) (float64, bool) { return of(f.Plugin), of(f.Plugin) > 0 })
}

// What begins the vectors of a version of CVSS.
const (
	cvss2 = "CVSS2#"
	cvss3 = "CVSS:3.0/"
)

// vector compares a vector behind the prefix that names the version.
func vector(prefix string, of func(plugin) string) Condition[finding] {
	return Word(func(f finding) string {
		if of(f.Plugin) == "" {
			return ""
		}
		return prefix + of(f.Plugin)
	})
}

// references compares the references of one kind to other catalogues.
func references(kind string) Condition[finding] {
	return Texts(ofPlugin(func(p plugin) (ids []string) {
		for _, ref := range p.XRefs {
			if ref.Type == kind {
				ids = append(ids, ref.ID)
			}
		}
		return ids
	}))
}

func bugtraqIDs(p plugin) (ids []string) {
	for _, id := range p.BIDs {
		ids = append(ids, strconv.Itoa(id))
	}
	return ids
}

// modificationOf is Accepted or Recasted; empty for a finding as it was found.
func modificationOf(f finding) string {
	return map[string]string{"ACCEPTED": "Accepted", "RECASTED": "Recasted"}[f.Modification]
}

// cves takes the identifiers in either case, and CAN for CVE, as they were once
// called.
func cves(operator string, values []string, now time.Time) func(finding) bool {
	upper := make([]string, len(values))
	for i, value := range values {
		upper[i] = strings.Replace(strings.ToUpper(value), "CAN-", "CVE-", 1)
	}
	return Texts(func(f finding) []string { return f.Plugin.CVEs })(operator, upper, now)
}
