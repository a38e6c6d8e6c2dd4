package exports

import (
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// exportPlugin describes the plugin of a finding as chunks have it.
func exportPlugin(p *tenant.Plugin) web.Members {
	var xrefs []web.Members
	for _, ref := range p.XRefs {
		xrefs = append(xrefs, web.Members{{"type", ref.Type}, {"id", ref.ID}})
	}
	workaround := map[string]string{}
	if p.Workaround != "" {
		workaround["type"] = "Configuration Change"
		workaround["published"] = web.DayText(p.VulnPublished)
	}
	return web.Members{
		{"bid", p.BIDs},
		{"cpe", p.CPEs},
		{"cve", p.CVEs},
		{"see_also", p.SeeAlso},
		{"xrefs", xrefs},
		{"ms_bulletin", p.Bulletins},
		{"usn", p.USN},
		{"description", p.Text},
		{"synopsis", p.Synopsis},
		{"solution", p.Solution},
		{"family", p.Family},
		{"family_id", p.FamilyID},
		{"id", p.ID},
		{"name", p.Name},
		{"type", p.Type},
		{"version", p.Version},
		{"risk_factor", p.Risk()},
		{"stig_severity", p.STIG},
		{"publication_date", web.DayText(p.Published)},
		{"modification_date", web.DayText(p.Modified)},
		{"vuln_publication_date", web.DayText(p.VulnPublished)},
		{"patch_publication_date", web.DayText(p.Patched)},
		{"has_patch", !p.Patched.IsZero()},
		{"has_workaround", p.Workaround != ""},
		{"workaround", p.Workaround},
		{"workaround_type", workaround["type"]},
		{"workaround_published", workaround["published"]},
		{"unsupported_by_vendor", p.Unsupported},
		{"checks_for_default_account", p.DefaultAccount},
		{"checks_for_malware", p.Malware},
		{"in_the_news", p.InTheNews},
		{"exploit_available", p.ExploitAvailable},
		{"exploitability_ease", p.Ease()},
		{"exploited_by_malware", p.ByMalware},
		{"exploited_by_nessus", p.ByNessus},
		{"exploit_framework_canvas", p.Canvas != ""},
		{"canvas_package", p.Canvas},
		{"exploit_framework_core", p.Core},
		{"exploit_framework_d2_elliot", p.Elliot != ""},
		{"d2_elliot_name", p.Elliot},
		{"exploit_framework_exploithub", p.ExploitHub != ""},
		{"exploithub_sku", p.ExploitHub},
		{"exploit_framework_metasploit", p.Metasploit != ""},
		{"metasploit_name", p.Metasploit},
		{"epss_score", p.EPSS},
		{"cvss_base_score", p.CVSS2.Base},
		{"cvss_temporal_score", p.CVSS2.Temporal},
		{"cvss_vector", vectorParts(p.CVSS2.Vector, "cvss")},
		{"cvss_temporal_vector", vectorParts(p.CVSS2.TemporalVector, "cvss")},
		{"cvss3_base_score", p.CVSS3.Base},
		{"cvss3_temporal_score", p.CVSS3.Temporal},
		{"cvss3_vector", vectorParts(p.CVSS3.Vector, "cvss")},
		{"cvss3_temporal_vector", vectorParts(p.CVSS3.TemporalVector, "cvss")},
		{"cvss4_base_score", p.CVSS4.Base},
		{"cvss4_vector", vectorParts(p.CVSS4.Vector, "cvss4")},
		{"vpr", vprOf(p)},
	}.Filled()
}
