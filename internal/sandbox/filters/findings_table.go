package filters

import (
	"strconv"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// OfFindings lists the filters of the vulnerability workbench in the order
// in which the API shows them. Now tells new findings from active ones.
//
// https://developer.tenable.com/reference/io-filters-vulnerabilities-workbench-list
func OfFindings(now func() time.Time) []FindingFilter {
	digits := func(readable string) Control { return listOf("[0-9]+", readable, 18) }
	notice := func(kind string) Control {
		return listOf("[0-9]+-[A-Za-z]-[0-9]+(-[SE])?", kind+" reference (ie: 2011-"+kind[3:]+"-0151)", 0)
	}
	filters := []FindingFilter{
		{"host.id", "Asset ID", EqualLike, assetID, Word(func(f finding) string { return f.Asset.UUID })},
		pluginTexts("bid", "Bugtraq ID", digits("NUMBER"), func(p *tenant.Plugin) []string {
			var ids []string
			for _, id := range p.BIDs {
				ids = append(ids, strconv.Itoa(id))
			}
			return ids
		}),
		pluginFlag("exploit_framework_canvas", "CANVAS Exploit Framework",
			func(p *tenant.Plugin) bool { return p.Canvas != "" }),
		{"plugin.attributes.canvas_package", "CANVAS Package", Equal, Control{
			Type: "dropdown",
			List: []string{"CANVAS", "D2ExploitPack", "White_Phosphorus"},
		}, Word(func(f finding) string { return f.Plugin.Canvas })},
		pluginXRef("CERT-CC", "CERT Advisory ID", listOf("CA-[0-9]+-[0-9]+", "CA-YYYY-ID (ie: CA-2003-08)", 0)),
		pluginXRef("CERT", "CERT Vulnerability ID", digits("Cert VU reference (ie: 10031)")),
		pluginFlag("exploit_framework_core", "CORE Exploit Framework", func(p *tenant.Plugin) bool { return p.Core }),
		pluginTexts("cpe", "CPE", anyText, func(p *tenant.Plugin) []string { return p.CPEs }),
		{
			"plugin.attributes.cve.raw", "CVE", EqualLike,
			listOf("(CVE|CAN|cve|can)-(1999|20[0-9][0-9])-[0-9]{4,}", "CVE-2015-9876,CVE-2016-10456", 0), cves,
		},
		cvssScore("cvss_base_score", "CVSS Base Score", cvss2, false),
		cvssScore("cvss_temporal_score", "CVSS Temporal Score", cvss2, true),
		cvssVector("cvss_temporal_vector.raw", "CVSS Temporal Vector", "E:H, E:F", cvss2, temporalVector,
			"E:(U|POC|F|H|ND)", "RL:(OF|T|W|U|ND)", "RC:(UC|UR|C|ND)"),
		cvssVector("cvss_vector.raw", "CVSS Vector", "AV:N, AV:A", cvss2, vectorOf, "AV:(L|A|N)", "AC:(H|M|L)",
			"Au:(N|S|M)", "C:(N|P|C)", "I:(N|P|C)", "A:(N|P|C)"),
		cvssScore("cvss3_base_score", "CVSS v3.0 Base Score", cvss3, false),
		cvssScore("cvss3_temporal_score", "CVSS v3.0 Temporal Score", cvss3, true),
		cvssVector("cvss3_temporal_vector.raw", "CVSS v3.0 Temporal Vector", "E:H, E:F", cvss3, temporalVector,
			"E:(U|P|F|H|X)", "RL:(O|T|W|U|X)", "RC:(C|U|R|X)"),
		cvssVector("cvss3_vector.raw", "CVSS v3.0 Vector", "AV:N, AV:A", cvss3, vectorOf, "AV:(N|A|L|P)", "AC:(L|H)",
			"PR:(N|L|H)", "UI:(N|R)", "S:(U|C)", "C:(H|L|N)", "I:(H|L|N)", "A:(H|L|N)"),
		pluginXRef("CWE", "CWE", listOf("([0-9]+)", "CWE reference (ie: 200)", 0)),
		{"compliance_description", "Check Name", Like, anyText, none},
		{"compliance_reference", "Compliance Reference", Like, anyText, none},
		pluginFlag("default_account", "Default/Known Accounts", func(p *tenant.Plugin) bool { return p.DefaultAccount }),
		pluginFlag("exploit_framework_d2_elliot", "Elliot Exploit Framework",
			func(p *tenant.Plugin) bool { return p.Elliot != "" }),
		pluginText("attributes.d2_elliot_name", "Elliot Exploit Name", EqualLike,
			func(p *tenant.Plugin) string { return p.Elliot }),
		pluginFlag("exploit_available", "Exploit Available", func(p *tenant.Plugin) bool { return p.ExploitAvailable }),
		pluginXRef("EDB-ID", "Exploit Database ID", digits("NUMBER")),
		pluginFlag("exploit_framework_exploithub", "ExploitHub", func(p *tenant.Plugin) bool { return p.ExploitHub != "" }),
		{"plugin.attributes.exploitability_ease.raw", "Exploitability Ease", Equal, Control{
			Type: "dropdown",
			List: []string{"Exploits are available", "No exploit is required", "No known exploits are available"},
		}, Word(func(f finding) string { return f.Plugin.Ease() })},
		pluginFlag("exploited_by_malware", "Exploited By Malware", func(p *tenant.Plugin) bool { return p.ByMalware }),
		pluginFlag("exploited_by_nessus", "Exploited By Nessus", func(p *tenant.Plugin) bool { return p.ByNessus }),
		{
			"host.target", "Hostname/IP Address",
			[]string{"eq", "neq", "match", "nmatch", "begins"},
			target,
			hosts(findingHosts),
		},
		pluginXRef("IAVA", "IAVA ID", notice("IAVA")),
		pluginXRef("IAVB", "IAVB ID", notice("IAVB")),
		{"plugin.attributes.stig_severity", "IAVM Severity", EqualLike, Control{
			Type:          "entry",
			Regex:         "^[ivIV]+",
			ReadableRegex: "IAVM Severity (ie: IV)",
		}, Word(func(f finding) string { return f.Plugin.STIG })},
		pluginXRef("IAVT", "IAVT ID", notice("IAVT")),
		pluginFlag("in_the_news", "In The News", func(p *tenant.Plugin) bool { return p.InTheNews }),
		pluginFlag("malware", "Malware", func(p *tenant.Plugin) bool { return p.Malware }),
		pluginFlag("exploit_framework_metasploit", "Metasploit Exploit Framework",
			func(p *tenant.Plugin) bool { return p.Metasploit != "" }),
		pluginText("attributes.metasploit_name", "Metasploit Name", EqualLike,
			func(p *tenant.Plugin) string { return p.Metasploit }),
		pluginXRef("MSFT", "Microsoft Bulletin", listOf("MS[0-9]+-[0-9]+", "MS99-999,MS00-789", 0)),
		pluginXRef("OSVDB", "OSVDB ID", digits("NUMBER")),
		pluginDate("patch_publication_date", "Patch Publication Date", func(p *tenant.Plugin) time.Time { return p.Patched }),
		pluginText("attributes.description", "Plugin Description", Like, func(p *tenant.Plugin) string { return p.Text }),
		{"plugin.family_id", "Plugin Family", Equal, Control{
			Type: "dropdown_multi",
			List: familyChoices(),
		}, Word(func(f finding) string { return strconv.Itoa(f.Plugin.FamilyID) })},
		{"plugin.id", "Plugin ID", Equal, Control{
			Type: "entry",
			Regex: `^(0|[1-9][0-9]{0,6})(\s*-\s*([1-9][0-9]{0,6}))?` +
				`(,\s*(0|[1-9][0-9]{0,6})(\s*-\s*([1-9][0-9]{0,6}))?)*$`,
			ReadableRegex: "XXXXX,XXXXX-XXXXX", MaxLength: 1000,
		}, spans(func(f finding) int { return f.Plugin.ID })},
		pluginDate("plugin_modification_date", "Plugin Modification Date",
			func(p *tenant.Plugin) time.Time { return p.Modified }),
		pluginText("name", "Plugin Name", []string{"match", "nmatch", "eq", "neq"},
			func(p *tenant.Plugin) string { return p.Name }),
		{"output", "Plugin Output", EqualLike, Control{
			Type:          "entry",
			Regex:         ".*",
			ReadableRegex: "text,other text",
		}, Word(func(f finding) string { return f.Output() })},
		pluginDate("plugin_publication_date", "Plugin Publication Date",
			func(p *tenant.Plugin) time.Time { return p.Published }),
		{"plugin.attributes.plugin_type", "Plugin Type", Equal, Control{
			Type: "dropdown",
			List: []string{"local", "remote"},
		}, Word(func(f finding) string { return f.Plugin.Type })},
		{"port.port", "Port", []string{"eq", "neq", "gte", "lte"}, Control{
			Type:          "entry",
			Regex:         `^[0-9]{1,5}(\s*-\s*[0-9]{1,5})?(,\s*[0-9]{1,5}(\s*-\s*[0-9]{1,5})?)*$`,
			ReadableRegex: "80,8000-8080",
			MaxLength:     1000,
		}, spans(func(f finding) int { return f.Port })},
		{"port.protocol", "Protocol", Equal, Control{
			Type: "dropdown",
			List: []string{"tcp", "udp", "icmp"},
		}, Word(protocolOf)},
		{"modification", "Recast & Accept", Equal, Control{
			Type: "dropdown",
			List: []string{"Accepted", "Recasted"},
		}, Word(modificationOf)},
		pluginXRef("Secunia", "Secunia ID", digits("NUMBER")),
		pluginTexts("see_also", "See Also", anyText, func(p *tenant.Plugin) []string { return p.SeeAlso }),
		{"severity", "Severity", Equal, Control{
			Type: "dropdown_multi",
			List: tenant.SeverityNames,
		}, Word(func(f finding) string { return tenant.SeverityNames[f.Severity] })},
		pluginText("attributes.solution", "Solution", Like, func(p *tenant.Plugin) string { return p.Solution }),
		pluginText("attributes.synopsis", "Synopsis", Like, func(p *tenant.Plugin) string { return p.Synopsis }),
		pluginFlag("unsupported_by_vendor", "Unsupported By Vendor", func(p *tenant.Plugin) bool { return p.Unsupported }),
		{
			"tracking.first_found", "Vulnerability First Seen", tracked, Day,
			Dates(func(f finding) time.Time { return f.FirstFound }),
		},
		{
			"tracking.last_found", "Vulnerability Last Seen", tracked, Day,
			Dates(func(f finding) time.Time { return f.LastFound }),
		},
		{"plugin.attributes.vpr.score", "Vulnerability Priority Rating (VPR)", compared, Control{
			Type:          "entry",
			Regex:         `^[0-9]+(\.[0-9])?$`,
			ReadableRegex: "7.5",
		}, scores(func(f finding) (float64, bool) { return f.Plugin.VPRScore() })},
		pluginDate("vuln_publication_date", "Vulnerability Publication Date",
			func(p *tenant.Plugin) time.Time { return p.VulnPublished }),
		{TrackingState, "Vulnerability State", Equal, Control{
			Type: "dropdown",
			List: []string{"New", "Fixed", "Active", "Resurfaced"},
		}, Word(func(f finding) string { return f.StateAt(now()) })},
	}
	return append(filters, tagFilters(func(f finding) *tenant.Asset { return f.Asset })...)
}

// TrackingState is the filter without which fixed findings are left out.
const TrackingState = "tracking.state"
