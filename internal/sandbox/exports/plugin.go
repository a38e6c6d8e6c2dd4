package exports

import (
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// exportedPlugin is the plugin of a finding as chunks have it.
type exportedPlugin struct {
	BIDs                []int             `json:"bid,omitempty"`
	CPEs                []string          `json:"cpe,omitempty"`
	CVEs                []string          `json:"cve,omitempty"`
	SeeAlso             []string          `json:"see_also,omitempty"`
	XRefs               []xref            `json:"xrefs,omitempty"`
	MSBulletins         []string          `json:"ms_bulletin,omitempty"`
	USN                 string            `json:"usn,omitempty"`
	Description         string            `json:"description,omitempty"`
	Synopsis            string            `json:"synopsis,omitempty"`
	Solution            string            `json:"solution,omitempty"`
	Family              string            `json:"family,omitempty"`
	FamilyID            int               `json:"family_id"`
	ID                  int               `json:"id"`
	Name                string            `json:"name,omitempty"`
	Type                string            `json:"type,omitempty"`
	Version             string            `json:"version,omitempty"`
	RiskFactor          string            `json:"risk_factor,omitempty"`
	STIGSeverity        string            `json:"stig_severity,omitempty"`
	Published           string            `json:"publication_date,omitempty"`
	Modified            string            `json:"modification_date,omitempty"`
	VulnPublished       string            `json:"vuln_publication_date,omitempty"`
	Patched             string            `json:"patch_publication_date,omitempty"`
	HasPatch            bool              `json:"has_patch"`
	HasWorkaround       bool              `json:"has_workaround"`
	Workaround          string            `json:"workaround,omitempty"`
	WorkaroundType      string            `json:"workaround_type,omitempty"`
	WorkaroundPublished string            `json:"workaround_published,omitempty"`
	Unsupported         bool              `json:"unsupported_by_vendor"`
	DefaultAccount      bool              `json:"checks_for_default_account"`
	Malware             bool              `json:"checks_for_malware"`
	InTheNews           bool              `json:"in_the_news"`
	ExploitAvailable    bool              `json:"exploit_available"`
	Ease                string            `json:"exploitability_ease,omitempty"`
	ByMalware           bool              `json:"exploited_by_malware"`
	ByNessus            bool              `json:"exploited_by_nessus"`
	HasCanvas           bool              `json:"exploit_framework_canvas"`
	Canvas              string            `json:"canvas_package,omitempty"`
	HasCore             bool              `json:"exploit_framework_core"`
	HasElliot           bool              `json:"exploit_framework_d2_elliot"`
	Elliot              string            `json:"d2_elliot_name,omitempty"`
	HasExploitHub       bool              `json:"exploit_framework_exploithub"`
	ExploitHub          string            `json:"exploithub_sku,omitempty"`
	HasMetasploit       bool              `json:"exploit_framework_metasploit"`
	Metasploit          string            `json:"metasploit_name,omitempty"`
	EPSS                float64           `json:"epss_score,omitempty"`
	CVSS2Base           float64           `json:"cvss_base_score,omitempty"`
	CVSS2Temporal       float64           `json:"cvss_temporal_score,omitempty"`
	CVSS2Vector         map[string]string `json:"cvss_vector,omitempty"`
	CVSS2TemporalVector map[string]string `json:"cvss_temporal_vector,omitempty"`
	CVSS3Base           float64           `json:"cvss3_base_score,omitempty"`
	CVSS3Temporal       float64           `json:"cvss3_temporal_score,omitempty"`
	CVSS3Vector         map[string]string `json:"cvss3_vector,omitempty"`
	CVSS3TemporalVector map[string]string `json:"cvss3_temporal_vector,omitempty"`
	CVSS4Base           float64           `json:"cvss4_base_score,omitempty"`
	CVSS4Vector         map[string]string `json:"cvss4_vector,omitempty"`
	VPR                 *vprRating        `json:"vpr,omitempty"`
}

type xref struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

func exportPlugin(p *tenant.Plugin) exportedPlugin {
	exported := exportedPlugin{
		BIDs:             p.BIDs,
		CPEs:             p.CPEs,
		CVEs:             p.CVEs,
		SeeAlso:          p.SeeAlso,
		MSBulletins:      p.Bulletins,
		USN:              p.USN,
		Description:      p.Text,
		Synopsis:         p.Synopsis,
		Solution:         p.Solution,
		Family:           p.Family,
		FamilyID:         p.FamilyID,
		ID:               p.ID,
		Name:             p.Name,
		Type:             p.Type,
		Version:          p.Version,
		RiskFactor:       p.Risk(),
		STIGSeverity:     p.STIG,
		Published:        web.DayText(p.Published),
		Modified:         web.DayText(p.Modified),
		VulnPublished:    web.DayText(p.VulnPublished),
		Patched:          web.DayText(p.Patched),
		HasPatch:         !p.Patched.IsZero(),
		HasWorkaround:    p.Workaround != "",
		Workaround:       p.Workaround,
		Unsupported:      p.Unsupported,
		DefaultAccount:   p.DefaultAccount,
		Malware:          p.Malware,
		InTheNews:        p.InTheNews,
		ExploitAvailable: p.ExploitAvailable,
		Ease:             p.Ease(),
		ByMalware:        p.ByMalware,
		ByNessus:         p.ByNessus,
		HasCanvas:        p.Canvas != "",
		Canvas:           p.Canvas,
		HasCore:          p.Core,
		HasElliot:        p.Elliot != "",
		Elliot:           p.Elliot,
		HasExploitHub:    p.ExploitHub != "",
		ExploitHub:       p.ExploitHub,
		HasMetasploit:    p.Metasploit != "",
		Metasploit:       p.Metasploit,
		EPSS:             p.EPSS,
		VPR:              vprOf(p),
	}
	for _, ref := range p.XRefs {
		exported.XRefs = append(exported.XRefs, xref(ref))
	}
	if p.Workaround != "" {
		exported.WorkaroundType = "Configuration Change"
		exported.WorkaroundPublished = exported.VulnPublished
	}
	if c := p.CVSS2; c != nil {
		exported.CVSS2Base = c.Base
		exported.CVSS2Temporal = c.Temporal
		exported.CVSS2Vector = vectorParts(c.Vector, metrics)
		exported.CVSS2TemporalVector = vectorParts(c.TemporalVector, metrics)
	}
	if c := p.CVSS3; c != nil {
		exported.CVSS3Base = c.Base
		exported.CVSS3Temporal = c.Temporal
		exported.CVSS3Vector = vectorParts(c.Vector, metrics)
		exported.CVSS3TemporalVector = vectorParts(c.TemporalVector, metrics)
	}
	if c := p.CVSS4; c != nil {
		exported.CVSS4Base = c.Base
		exported.CVSS4Vector = vectorParts(c.Vector, metrics4)
	}
	return exported
}
