package exports

import (
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// exportedFinding is a finding as chunks have it, but for its asset and its
// plugin, which many findings share. Attributes that are empty are left out. It is a type,
// unlike other answers, because there may be millions of them.
//
// https://developer.tenable.com/docs/vulnerability-export-attributes
type exportedFinding struct {
	Output        string        `json:"output,omitempty"`
	Port          exportedPort  `json:"port"`
	Scan          exportedScan  `json:"scan"`
	Severity      string        `json:"severity"`
	SeverityID    int           `json:"severity_id"`
	DefaultID     int           `json:"severity_default_id"`
	Modification  string        `json:"severity_modification_type"`
	RecastReason  string        `json:"recast_reason,omitempty"`
	RecastRule    string        `json:"recast_rule_uuid,omitempty"`
	FirstFound    string        `json:"first_found"`
	LastFixed     *string       `json:"last_fixed,omitempty"`
	LastFound     string        `json:"last_found"`
	Indexed       string        `json:"indexed"`
	State         string        `json:"state"`
	Source        string        `json:"source"`
	ID            string        `json:"finding_id"`
	Resurfaced    *string       `json:"resurfaced_date,omitempty"`
	TimeToFix     int64         `json:"time_taken_to_fix,omitempty"` // seconds
	SoftwareVulns []web.Members `json:"software_vulns,omitempty"`
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

// exportFinding describes a finding of the scan.
func exportFinding(f finding, scan exportedScan, withSoftware bool) exportedFinding {
	exported := exportedFinding{
		Output:       f.Output(),
		Port:         exportedPort{f.Port, f.Protocol, f.Service},
		Scan:         scan,
		Severity:     tenant.SeverityWords[f.Severity],
		SeverityID:   f.Severity,
		DefaultID:    f.Plugin.Severity,
		Modification: f.Modification,
		FirstFound:   web.ISO(f.FirstFound),
		LastFixed:    web.ISOOrNull(f.LastFixed),
		LastFound:    web.ISO(f.LastFound),
		Indexed:      web.ISO(f.Indexed),
		State:        f.State,
		Source:       f.Source,
		ID:           f.ID(),
		Resurfaced:   web.ISOOrNull(f.Resurfaced),
	}
	if f.Port == 0 {
		exported.Port.Service = ""
	}
	if f.State == "FIXED" {
		exported.TimeToFix = int64(f.TimeToFix() / time.Second)
	}
	if f.Modification != "NONE" {
		exported.RecastReason = "Reviewed by the owner of the system."
		exported.RecastRule = f.RuleUUID()
	}
	if software := f.Software(); withSoftware && software != nil {
		exported.SoftwareVulns = []web.Members{web.Members{
			{"fix_available", true},
			{"identifier", "cpe:2.3:a:" + software.CPE + ":" + software.Version + ":*:*:*:*:*:*:*"},
			{"path", software.Path},
			{"product", software.Name},
			{"product_type", "Application"},
			{"version", software.Version},
			{"vendor", software.Vendor},
			{"vulnerabilities", f.Plugin.CVEs},
			{"fixes", []web.Object{{"fix_type": "version", "value": software.Fixed}}},
			{"potential", software.Potential},
			{"potential_reasons", web.OneOrNone(software.Reason)},
		}.Filled()}
	}
	return exported
}

func exportScan(t *tenant.Tenant, a asset) exportedScan {
	scan := t.ScanOf(a)
	return exportedScan{web.ISO(a.LastSeen), scan.ScheduleUUID, web.ISO(scan.LastRun), scan.UUID, a.Target()}
}
