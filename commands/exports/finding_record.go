package exports

import (
	"cmp"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/wire"
	"tenableio/result"
)

// findingRecord is a finding for a playbook. Fields that Export Fields left out of the
// report are null or empty. Only the report holds the plugin's output, of up to 1 MB.
type findingRecord struct {
	FindingID         wire.Text      `json:"finding_id"`
	AssetID           wire.Text      `json:"asset_id"`
	Hostname          wire.Text      `json:"hostname"`
	FQDN              wire.Text      `json:"fqdn"`
	NetBIOSName       wire.Text      `json:"netbios_name"`
	IPv4              wire.Address   `json:"ipv4"`
	IPv6              wire.Address   `json:"ipv6"`
	OperatingSystem   wire.Text      `json:"operating_system"`
	PluginID          wire.NumericID `json:"plugin_id"`
	PluginName        wire.Text      `json:"plugin_name"`
	PluginFamily      wire.Text      `json:"plugin_family"`
	Severity          wire.Text      `json:"severity"`
	SeverityID        wire.Severity  `json:"severity_id"`
	SeverityDefaultID wire.Severity  `json:"severity_default_id"`
	SeverityModified  wire.Text      `json:"severity_modification_type"`
	RecastReason      wire.Text      `json:"recast_reason"`
	State             wire.Text      `json:"state"`
	Port              wire.Int       `json:"port"`
	Protocol          wire.Text      `json:"protocol"`
	Service           wire.Text      `json:"service"`
	CVEs              []wire.CVE     `json:"cves"`
	VPRScore          wire.Float     `json:"vpr_score"`
	VPRSeverity       wire.Text      `json:"vpr_severity"`
	OnCISAKEV         wire.Bool      `json:"on_cisa_kev"`
	EPSSScore         wire.Float     `json:"epss_score"`
	CVSSBaseScore     wire.Float     `json:"cvss_base_score"`
	CVSS3BaseScore    wire.Float     `json:"cvss3_base_score"`
	CVSS4BaseScore    wire.Float     `json:"cvss4_base_score"`
	ExploitAvailable  wire.Bool      `json:"exploit_available"`
	Synopsis          wire.Text      `json:"synopsis"`
	Solution          wire.Text      `json:"solution"`
	PatchPublished    wire.Time      `json:"patch_publication_date"`
	FirstFound        wire.Time      `json:"first_found"`
	LastFound         wire.Time      `json:"last_found"`
	LastFixed         wire.Time      `json:"last_fixed"`
	Resurfaced        wire.Time      `json:"resurfaced_date"`
	TimeTakenToFix    wire.Int       `json:"time_taken_to_fix"` // seconds
	Source            wire.Text      `json:"source"`
	ScanUUID          wire.Text      `json:"scan_uuid"`
	LastScanTarget    wire.Text      `json:"last_scan_target"`
}

// exportedFinding is what records and key fields need of a finding.
type exportedFinding struct {
	FindingID wire.Text `json:"finding_id"`
	Asset     struct {
		UUID            wire.Text               `json:"uuid"`
		Hostname        wire.Many[wire.Text]    `json:"hostname"`
		FQDN            wire.Many[wire.Text]    `json:"fqdn"`
		NetBIOSName     wire.Many[wire.Text]    `json:"netbios_name"`
		IPv4            wire.Many[wire.Address] `json:"ipv4"`
		IPv6            wire.Many[wire.Address] `json:"ipv6"`
		OperatingSystem wire.Texts              `json:"operating_system"`
	} `json:"asset"`
	Plugin struct {
		ID               wire.NumericID `json:"id"`
		Name             wire.Text      `json:"name"`
		Family           wire.Text      `json:"family"`
		CVE              []wire.CVE     `json:"cve"`
		Synopsis         wire.Text      `json:"synopsis"`
		Solution         wire.Text      `json:"solution"`
		EPSS             wire.Float     `json:"epss_score"`
		CVSS             wire.Float     `json:"cvss_base_score"`
		CVSS3            wire.Float     `json:"cvss3_base_score"`
		CVSS4            wire.Float     `json:"cvss4_base_score"`
		ExploitAvailable wire.Bool      `json:"exploit_available"`
		PatchPublished   wire.Time      `json:"patch_publication_date"`
		VPR              struct {
			Score     wire.Float `json:"score"`
			Severity  wire.Text  `json:"vpr_severity"`
			OnCISAKEV wire.Bool  `json:"on_cisa_kev"`
		} `json:"vpr"`
	} `json:"plugin"`
	Port struct {
		Port     wire.Int  `json:"port"`
		Protocol wire.Text `json:"protocol"`
		Service  wire.Text `json:"service"`
	} `json:"port"`
	Scan struct {
		UUID       wire.Text `json:"uuid"`
		LastTarget wire.Text `json:"last_scan_target"`
	} `json:"scan"`
	Severity          wire.Severity `json:"severity"`
	SeverityID        wire.Severity `json:"severity_id"`
	SeverityDefaultID wire.Severity `json:"severity_default_id"`
	SeverityModified  wire.Text     `json:"severity_modification_type"`
	RecastReason      wire.Text     `json:"recast_reason"`
	State             wire.Text     `json:"state"`
	Source            wire.Text     `json:"source"`
	FirstFound        wire.Time     `json:"first_found"`
	LastFound         wire.Time     `json:"last_found"`
	LastFixed         wire.Time     `json:"last_fixed"`
	Resurfaced        wire.Time     `json:"resurfaced_date"`
	TimeTakenToFix    wire.Int      `json:"time_taken_to_fix"`
}

// severity returns the number of the severity, or its word where Tenable gives no number.
func (f exportedFinding) severity() wire.Severity { return cmp.Or(f.SeverityID, f.Severity) }

func (f exportedFinding) record() findingRecord {
	severity := f.severity()
	return findingRecord{
		FindingID: f.FindingID, AssetID: f.Asset.UUID, Hostname: f.Asset.Hostname.First(), FQDN: f.Asset.FQDN.First(),
		NetBIOSName: f.Asset.NetBIOSName.First(), IPv4: f.Asset.IPv4.First(), IPv6: f.Asset.IPv6.First(),
		OperatingSystem: wire.Text(strings.Join(f.Asset.OperatingSystem, ", ")),
		PluginID:        f.Plugin.ID, PluginName: f.Plugin.Name, PluginFamily: f.Plugin.Family,
		Severity: severity.Word(), SeverityID: severity, SeverityDefaultID: f.SeverityDefaultID,
		SeverityModified: f.SeverityModified, RecastReason: f.RecastReason, State: f.State,
		Port: f.Port.Port, Protocol: f.Port.Protocol, Service: f.Port.Service,
		CVEs: append([]wire.CVE{}, f.Plugin.CVE...), VPRScore: f.Plugin.VPR.Score, VPRSeverity: f.Plugin.VPR.Severity,
		OnCISAKEV: f.Plugin.VPR.OnCISAKEV, EPSSScore: f.Plugin.EPSS, CVSSBaseScore: f.Plugin.CVSS,
		CVSS3BaseScore: f.Plugin.CVSS3, CVSS4BaseScore: f.Plugin.CVSS4, ExploitAvailable: f.Plugin.ExploitAvailable,
		Synopsis: f.Plugin.Synopsis, Solution: f.Plugin.Solution, PatchPublished: f.Plugin.PatchPublished,
		FirstFound: f.FirstFound, LastFound: f.LastFound, LastFixed: f.LastFixed, Resurfaced: f.Resurfaced,
		TimeTakenToFix: f.TimeTakenToFix, Source: f.Source, ScanUUID: f.Scan.UUID, LastScanTarget: f.Scan.LastTarget,
	}
}

func (f exportedFinding) addKeys(out *result.Output) {
	out.KeyFields.Add("plugin_ids", f.Plugin.ID)
	out.KeyFields.Add("asset_ids", string(f.Asset.UUID))
	command.AddHosts(out, slices.Concat(f.Asset.Hostname, f.Asset.FQDN, f.Asset.NetBIOSName)...)
	command.AddAddresses(out, slices.Concat(f.Asset.IPv4, f.Asset.IPv6)...)
	for _, cve := range f.Plugin.CVE {
		out.KeyFields.Add("cves", cve)
	}
}
