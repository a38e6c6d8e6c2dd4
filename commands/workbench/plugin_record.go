package workbench

import (
	"cmp"
	"strings"

	"tenableio/internal/wire"
	"tenableio/result"
)

// pluginRecord is one plugin for a playbook.
type pluginRecord struct {
	PluginID           wire.ID       `json:"plugin_id"`
	PluginName         wire.Text     `json:"plugin_name"`
	PluginFamily       wire.Text     `json:"plugin_family"`
	PluginType         wire.Text     `json:"plugin_type"`
	PluginPublished    wire.Time     `json:"plugin_publication_date"`
	PluginModified     wire.Time     `json:"plugin_modification_date"`
	Severity           wire.Text     `json:"severity"`
	SeverityID         wire.Severity `json:"severity_id"`
	Count              wire.Int      `json:"count"`
	VulnCount          wire.Int      `json:"vuln_count"`
	AcceptedCount      wire.Int      `json:"accepted_count"`
	RecastedCount      wire.Int      `json:"recasted_count"`
	Synopsis           wire.Text     `json:"synopsis"`
	Description        wire.Text     `json:"description"`
	Solution           wire.Text     `json:"solution"`
	SeeAlso            []string      `json:"see_also"`
	CVEs               []string      `json:"cves"`
	References         []string      `json:"references"`
	CPE                []string      `json:"cpe"`
	VPRScore           wire.Float    `json:"vpr_score"`
	CVSSBaseScore      wire.Float    `json:"cvss_base_score"`
	CVSSVector         wire.Text     `json:"cvss_vector"`
	CVSS3BaseScore     wire.Float    `json:"cvss3_base_score"`
	CVSS3Vector        wire.Text     `json:"cvss3_vector"`
	RiskFactor         wire.Text     `json:"risk_factor"`
	ExploitAvailable   wire.Bool     `json:"exploit_available"`
	ExploitabilityEase wire.Text     `json:"exploitability_ease"`
	ExploitFrameworks  []string      `json:"exploit_frameworks"`
	ExploitedByMalware wire.Bool     `json:"exploited_by_malware"`
	InTheNews          wire.Bool     `json:"in_the_news"`
	SeenFirst          wire.Time     `json:"seen_first"`
	SeenLast           wire.Time     `json:"seen_last"`
	Published          wire.Time     `json:"vulnerability_published"`
	PatchPublished     wire.Time     `json:"patch_published"`
}

func (info pluginInfo) record(pluginID wire.ID) pluginRecord {
	severity := info.severity()
	r := pluginRecord{
		PluginID: pluginID, Severity: severity.Word(), SeverityID: severity,
		Count: info.Count, VulnCount: info.VulnCount, AcceptedCount: info.AcceptedCount, RecastedCount: info.RecastedCount,
		Synopsis: info.Synopsis, Description: info.Description, Solution: info.Solution,
		SeeAlso: append([]string{}, info.SeeAlso...), CVEs: []string{}, References: []string{},
		CPE: append([]string{}, info.Vulnerability.CPE...), ExploitFrameworks: []string{},
		VPRScore: info.VPR.Score, CVSSBaseScore: info.Risk.CVSSBaseScore, CVSSVector: info.Risk.CVSSVector,
		CVSS3BaseScore: info.Risk.CVSS3BaseScore, CVSS3Vector: info.Risk.CVSS3Vector, RiskFactor: info.Risk.RiskFactor,
		ExploitAvailable: info.Vulnerability.ExploitAvailable, ExploitabilityEase: info.Vulnerability.ExploitabilityEase,
		ExploitedByMalware: info.Vulnerability.ExploitedByMalware, InTheNews: info.Vulnerability.InTheNews,
		SeenFirst: info.Discovery.SeenFirst, SeenLast: info.Discovery.SeenLast,
		Published: info.Vulnerability.Published, PatchPublished: info.Vulnerability.PatchPublished,
	}
	if plugin := info.Plugin; plugin != nil {
		r.PluginName, r.PluginFamily, r.PluginType = plugin.Name, plugin.Family, plugin.Type
		r.PluginPublished, r.PluginModified = plugin.PublicationDate, plugin.ModificationDate
	}
	for _, reference := range info.References {
		for _, value := range reference.Values {
			if strings.EqualFold(string(reference.Name), "cve") && wire.IsCVE(value) {
				r.CVEs = append(r.CVEs, value)
			}
			r.References = append(r.References, string(reference.Name)+": "+value)
		}
	}
	for _, framework := range info.Vulnerability.ExploitFrameworks {
		if framework.Name != "" {
			r.ExploitFrameworks = append(r.ExploitFrameworks, string(framework.Name))
		}
	}
	return r
}

// severity returns the severity of the plugin, wherever the answer states it.
func (info pluginInfo) severity() wire.Severity {
	severity := info.Severity
	if info.Plugin != nil {
		severity = cmp.Or(severity, info.Plugin.Severity)
	}
	if len(info.Severities) == 1 {
		severity = cmp.Or(severity, info.Severities[0].Value)
	}
	return severity
}

func describePlugin(out *result.Output, pluginID wire.ID, info pluginInfo) {
	r := info.record(pluginID)
	out.ContextData.Add(r)
	out.KeyFields.Add("plugin_ids", pluginID)
	out.KeyFields.Add("plugin_names", string(r.PluginName))
	out.KeyFields.AddTexts("cves", r.CVEs)
	out.Table.Caption = "Plugin " + string(pluginID) + ": " + string(r.PluginName)
	out.Table.Columns = []string{"Property", "Value"}
	out.Table.Add("Severity", string(r.Severity))
	out.Table.Add("Found", r.Count.String())
	out.Table.Add("VPR", r.VPRScore.String())
	out.Table.Add("CVSS", r.CVSSBaseScore.String())
	out.Table.Add("CVSS v3", r.CVSS3BaseScore.String())
	out.Table.Add("CVEs", strings.Join(r.CVEs, " "))
	out.Table.Add("Synopsis", string(r.Synopsis))
	out.Table.Add("Solution", string(r.Solution))
	out.Table.Add("Exploit", string(r.ExploitabilityEase))
	out.Table.Add("Exploit frameworks", strings.Join(r.ExploitFrameworks, ", "))
	out.Table.Add("First seen", r.SeenFirst.String())
	out.Table.Add("Last seen", r.SeenLast.String())
}
