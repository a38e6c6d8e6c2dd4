package exports

import (
	"net/http"
	"slices"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/result"
)

// fieldNames returns the fields of a finding that Tenable documents, as dotted paths; one
// that ends in ".*" stands for everything below it.
//
// https://developer.tenable.com/docs/vulnerabilities-export-object-attributes
func fieldNames() []string { return strings.Fields(findingFields) }

const findingFields = `
	asset.agent_uuid asset.bios_uuid asset.device_type asset.fqdn asset.hostname asset.ipv4 asset.ipv6
	asset.last_authenticated_results asset.last_unauthenticated_results asset.mac_address asset.netbios_name
	asset.netbios_workgroup asset.network_id asset.operating_system asset.serial_number asset.tracked asset.uuid
	finding_id first_found indexed last_fixed last_found output
	plugin.bid plugin.canvas_package plugin.checks_for_default_account plugin.checks_for_malware plugin.cpe plugin.cve
	plugin.cvss3_base_score plugin.cvss3_temporal_score plugin.cvss3_temporal_vector.* plugin.cvss3_vector.*
	plugin.cvss4_base_score plugin.cvss4_threat_vector.* plugin.cvss4_vector.*
	plugin.cvss_base_score plugin.cvss_temporal_score plugin.cvss_temporal_vector.* plugin.cvss_vector.*
	plugin.d2_elliot_name plugin.description plugin.epss_score plugin.exploit_available plugin.exploit_framework_canvas
	plugin.exploit_framework_core plugin.exploit_framework_d2_elliot plugin.exploit_framework_exploithub
	plugin.exploit_framework_metasploit plugin.exploitability_ease plugin.exploited_by_malware plugin.exploited_by_nessus
	plugin.exploithub_sku plugin.family plugin.family_id plugin.has_patch plugin.has_workaround
	plugin.id plugin.in_the_news plugin.metasploit_name plugin.modification_date plugin.ms_bulletin plugin.name
	plugin.patch_publication_date plugin.publication_date plugin.risk_factor plugin.see_also plugin.solution
	plugin.stig_severity plugin.synopsis plugin.type
	plugin.unsupported_by_vendor plugin.usn plugin.vendor_severity plugin.vendor_unpatched plugin.version
	plugin.vpr.cve_id plugin.vpr.drivers.* plugin.vpr.exploit_chain plugin.vpr.exploit_code_maturity
	plugin.vpr.exploit_probability plugin.vpr.in_the_news_intensity_last30 plugin.vpr.in_the_news_recency
	plugin.vpr.in_the_news_sources_last30 plugin.vpr.malware_observations_intensity_last30
	plugin.vpr.malware_observations_recency plugin.vpr.on_cisa_kev plugin.vpr.remediation plugin.vpr.score
	plugin.vpr.targeted_industries plugin.vpr.targeted_regions plugin.vpr.threat_summary plugin.vpr.updated
	plugin.vpr.vpr_percentile plugin.vpr.vpr_severity plugin.vpr_v2.* plugin.vuln_publication_date plugin.workaround
	plugin.workaround_published plugin.workaround_type plugin.xrefs.id plugin.xrefs.type
	port.port port.protocol port.service recast_reason recast_rule_uuid resurfaced_date
	scan.completed_at scan.last_scan_target scan.schedule_uuid scan.started_at scan.uuid
	severity severity_default_id severity_id severity_modification_type software_vulns.* source state time_taken_to_fix`

// documentedField returns the documented spelling of a field, or of fields below it, in whatever spelling it is given.
// It is false for a field that Tenable does not document.
func documentedField(path string) (string, bool) {
	given := strings.Split(path, ".")
	for _, name := range fieldNames() {
		parts := strings.Split(name, ".")
		var rest []string
		if last := len(parts) - 1; parts[last] == "*" {
			parts = parts[:last]
			rest = given[min(len(given), last):]
		}
		shared := min(len(given), len(parts))
		alike := func(a, b string) bool { return names.Squash(a) == names.Squash(b) }
		same := slices.EqualFunc(given[:shared], parts[:shared], alike)
		if same && len(given) == shared+len(rest) {
			documented := append(slices.Clone(parts[:shared]), rest...)
			return strings.ToLower(strings.Join(documented, ".")), true
		}
	}
	return path, false
}

// chooseFields reads Export Fields; nil are all of them.
// A field that Tenable does not document is kept with a warning, because Tenable may have new ones.
// If none is documented, the report would be empty: that is a fault of status 400.
func chooseFields(out *result.Output, given []string) ([]string, error) {
	var fields []string
	var unknown []fault.Item
	for _, field := range given {
		if field = strings.Trim(strings.TrimSpace(field), "."); field == "*" {
			return nil, nil
		}
		name, documented := documentedField(strings.TrimSuffix(field, ".*")) // a name keeps everything below it
		if slices.Contains(fields, name) {
			continue
		}
		fields = append(fields, name)
		// Tenable put the fields of VPR version 2 under plugin.vpr.
		if below, old := strings.CutPrefix(name, "plugin.vpr_v2"); old {
			warnDeprecated(out, "field", name, "plugin.vpr"+below)
		}
		if !documented {
			unknown = append(unknown, unknownField(name))
		}
	}
	if len(unknown) > 0 && len(unknown) == len(fields) {
		const hint = "Choose documented fields, or leave Export Fields out to get all of them."
		return nil, fault.Several(unknown).WithHint(hint)
	}
	for _, item := range unknown {
		const message = "Tenable documents no field %q of a finding; it is in the report where a finding has it. %s"
		out.Warn("unknown_field", message, fault.Quote(item.Value), names.DidYouMean(item.Value, fieldNames()))
	}
	return fields, nil
}

// warnDeprecated warns of a name of Tenable's that goes away.
func warnDeprecated(out *result.Output, what, name, successor string) {
	out.Warn("deprecated_field", "The %s %s goes away, and %s holds the same since 2026-07-01; give that name.",
		what, fault.Quote(name), fault.Quote(successor))
}

func unknownField(name string) fault.Item {
	question := names.DidYouMean(name, fieldNames())
	if question == "" {
		question = "Names are like asset.fqdn, plugin.id or severity."
	}
	return fault.Item{Input: "Export Fields", Value: name, Err: fault.New(http.StatusBadRequest,
		"The value for parameter (Export Fields) is invalid. Tenable documents no field %q of a finding. %s",
		fault.Quote(name), question)}
}
