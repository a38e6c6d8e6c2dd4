package sandbox

import (
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// exportedFinding is a finding as chunks have it, but for its asset and its
// plugin, which many findings share. Attributes that are empty are left out.
//
// https://developer.tenable.com/docs/vulnerability-export-attributes
type exportedFinding struct {
	Output        string         `json:"output,omitempty"`
	Port          exportedPort   `json:"port"`
	Scan          exportedScan   `json:"scan"`
	Severity      string         `json:"severity"`
	SeverityID    int            `json:"severity_id"`
	DefaultID     int            `json:"severity_default_id"`
	Modification  string         `json:"severity_modification_type"`
	RecastReason  string         `json:"recast_reason,omitempty"`
	RecastRule    string         `json:"recast_rule_uuid,omitempty"`
	FirstFound    string         `json:"first_found"`
	LastFixed     *string        `json:"last_fixed,omitempty"`
	LastFound     string         `json:"last_found"`
	Indexed       string         `json:"indexed"`
	State         string         `json:"state"`
	Source        string         `json:"source"`
	ID            string         `json:"finding_id"`
	Resurfaced    *string        `json:"resurfaced_date,omitempty"`
	TimeToFix     int64          `json:"time_taken_to_fix,omitempty"` // seconds
	SoftwareVulns []softwareVuln `json:"software_vulns,omitempty"`
}

type exportedPort struct {
	Port     int    `json:"port"`
	Protocol string `json:"protocol"`
	Service  string `json:"service,omitempty"`
}

type exportedScan struct {
	Completed string `json:"completed_at"`
	Schedule  string `json:"schedule_uuid"`
	Started   string `json:"started_at"`
	UUID      string `json:"uuid"`
	Target    string `json:"last_scan_target"`
}

type softwareVuln struct {
	FixAvailable bool     `json:"fix_available"`
	Identifier   string   `json:"identifier"`
	Path         string   `json:"path"`
	Product      string   `json:"product"`
	ProductType  string   `json:"product_type"`
	Version      string   `json:"version"`
	Vendor       string   `json:"vendor"`
	CVEs         []string `json:"vulnerabilities"`
	Fixes        []object `json:"fixes"`
	Potential    bool     `json:"potential"`
	Reasons      []string `json:"potential_reasons,omitempty"`
}

// exportFinding describes a finding of the scan.
func exportFinding(f finding, scan exportedScan, withSoftware bool) exportedFinding {
	exported := exportedFinding{
		Output: f.Output(), Port: exportedPort{f.Port, f.Protocol, f.Service}, Scan: scan,
		Severity: severityWords[f.Severity], SeverityID: f.Severity, DefaultID: f.Plugin.Severity, Modification: f.Modification,
		FirstFound: iso(f.FirstFound), LastFixed: isoOrNull(f.LastFixed), LastFound: iso(f.LastFound), Indexed: iso(f.Indexed),
		State: f.State, Source: f.Source, ID: f.ID(), Resurfaced: isoOrNull(f.Resurfaced),
	}
	if f.Port == 0 {
		exported.Port.Service = ""
	}
	if f.State == "FIXED" {
		exported.TimeToFix = int64(f.TimeToFix() / time.Second)
	}
	if f.Modification != "NONE" {
		exported.RecastReason, exported.RecastRule = "Reviewed by the owner of the system.", f.RuleUUID()
	}
	if software := f.Software(); withSoftware && software != nil {
		exported.SoftwareVulns = []softwareVuln{{
			FixAvailable: true, Identifier: "cpe:2.3:a:" + software.CPE + ":" + software.Version + ":*:*:*:*:*:*:*", Path: software.Path,
			Product: software.Product, ProductType: "Application", Version: software.Version, Vendor: software.Vendor, CVEs: f.Plugin.CVEs,
			Fixes: []object{{"fix_type": "version", "value": software.Fixed}}, Potential: software.Potential, Reasons: some(software.Reason),
		}}
	}
	return exported
}

func exportScan(t *tenant.Tenant, a asset) exportedScan {
	scan := t.ScanOf(a)
	return exportedScan{iso(a.LastSeen), scan.ScheduleUUID, iso(scan.LastRun), scan.UUID, a.IPv4[0].String()}
}

// exportAsset describes an asset: one address of each sort, unlike the
// workbenches.
func exportAsset(a asset, network string) object {
	all := object{
		"agent_uuid": a.AgentUUID, "bios_uuid": a.BIOSUUID, "device_type": a.DeviceType, "fqdn": a.FQDN, "hostname": a.Hostname, "uuid": a.UUID,
		"ipv4": a.IPv4[0].String(), "netbios_name": a.NetBIOS, "netbios_workgroup": a.Workgroup, "serial_number": a.SerialNumber,
		"operating_system": some(a.OperatingSystem), "network_id": network, "tracked": true,
	}
	if len(a.IPv6) > 0 {
		all["ipv6"] = a.IPv6[0].String()
	}
	if len(a.MACs) > 0 {
		all["mac_address"] = a.MACs[0]
	}
	if a.Authenticated.IsZero() {
		all["last_unauthenticated_results"] = iso(a.LastSeen)
	} else {
		all["last_authenticated_results"] = iso(a.Authenticated)
	}
	return withoutEmpty(all)
}

// exportPlugin describes a plugin.
func exportPlugin(p *tenant.Plugin, now time.Time) object {
	all := object{
		"bid": p.BIDs, "cpe": p.CPEs, "cve": p.CVEs, "see_also": p.SeeAlso, "xrefs": xrefs(p), "ms_bulletin": p.Bulletins, "usn": p.USN,
		"description": p.Text, "synopsis": p.Synopsis, "solution": p.Solution, "family": p.Family, "family_id": p.FamilyID, "id": p.ID, "name": p.Name,
		"type": p.Type, "version": p.Version, "risk_factor": p.Risk(), "stig_severity": p.STIG,
		"publication_date": dayText(p.Published), "modification_date": dayText(p.Modified), "vuln_publication_date": dayText(p.VulnPublished), "patch_publication_date": dayText(p.Patched),
		"has_patch": !p.Patched.IsZero(), "has_workaround": p.Workaround != "", "workaround": p.Workaround, "unsupported_by_vendor": p.Unsupported,
		"checks_for_default_account": p.DefaultAccount, "checks_for_malware": p.Malware, "in_the_news": p.InTheNews,
		"exploit_available": p.ExploitAvailable, "exploitability_ease": p.Ease(), "exploited_by_malware": p.ByMalware, "exploited_by_nessus": p.ByNessus,
		"exploit_framework_canvas": p.Canvas != "", "canvas_package": p.Canvas, "exploit_framework_core": p.Core,
		"exploit_framework_d2_elliot": p.Elliot != "", "d2_elliot_name": p.Elliot, "exploit_framework_exploithub": p.ExploitHub != "",
		"exploithub_sku": p.ExploitHub, "exploit_framework_metasploit": p.Metasploit != "", "metasploit_name": p.Metasploit,
		"epss_score": p.EPSS,
	}
	if p.Workaround != "" {
		all["workaround_type"], all["workaround_published"] = "Configuration Change", dayText(p.VulnPublished)
	}
	if c := p.CVSS2; c != nil {
		all["cvss_base_score"], all["cvss_temporal_score"] = c.Base, c.Temporal
		all["cvss_vector"], all["cvss_temporal_vector"] = vectorObject(c.Vector, metrics2), vectorObject(c.TemporalVector, metrics2)
	}
	if c := p.CVSS3; c != nil {
		all["cvss3_base_score"], all["cvss3_temporal_score"] = c.Base, c.Temporal
		all["cvss3_vector"], all["cvss3_temporal_vector"] = vectorObject(c.Vector, metrics3), vectorObject(c.TemporalVector, metrics3)
	}
	if c := p.CVSS4; c != nil {
		all["cvss4_base_score"], all["cvss4_vector"] = c.Base, vectorObject(c.Vector, metrics4)
	}
	if p.VPR != nil {
		d := drivers(p.VPR)
		if p.VPR.AgeUpper == 0 {
			delete(d["age_of_vuln"].(object), "upper_bound")
		}
		all["vpr"] = object{"score": p.VPR.Score, "drivers": d, "updated": now.UTC().Truncate(24 * time.Hour).Format(time.RFC3339)}
	}
	return withoutEmpty(all)
}

func xrefs(p *tenant.Plugin) []object {
	var refs []object
	for _, ref := range p.XRefs {
		refs = append(refs, object{"type": ref.Type, "id": ref.ID})
	}
	return refs
}

// withoutEmpty drops empty texts, lists and scores of 0, but no flag.
func withoutEmpty(all object) object {
	for name, value := range all {
		switch v := value.(type) {
		case string:
			if v == "" {
				delete(all, name)
			}
		case float64:
			if v == 0 {
				delete(all, name)
			}
		case []string:
			if len(v) == 0 {
				delete(all, name)
			}
		case []int:
			if len(v) == 0 {
				delete(all, name)
			}
		case []object:
			if len(v) == 0 {
				delete(all, name)
			}
		}
	}
	return all
}

// metric is the name of a part of a vector, and what its letters stand for.
type metric struct {
	name  string
	words map[string]string
}

// vectorObject takes a vector such as AV:N/AC:L apart.
func vectorObject(vector string, metrics map[string]metric) object {
	parts := object{"raw": vector}
	for _, part := range strings.Split(vector, "/") {
		short, letter, _ := strings.Cut(part, ":")
		if m, known := metrics[short]; known {
			parts[m.name] = m.words[letter]
		}
	}
	return parts
}
