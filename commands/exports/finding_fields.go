package exports

import "strings"

// Names are the fields of a finding that Tenable documents, as dotted paths; one
// that ends in ".*" stands for everything below it.
//
// https://developer.tenable.com/docs/vulnerabilities-export-object-attributes
func Names() []string { return strings.Fields(findingFields) }

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
	plugin.exploithub_sku plugin.family plugin.family_id plugin.has_patch plugin.has_workaround plugin.id plugin.in_the_news
	plugin.metasploit_name plugin.modification_date plugin.ms_bulletin plugin.name plugin.patch_publication_date
	plugin.publication_date plugin.risk_factor plugin.see_also plugin.solution plugin.stig_severity plugin.synopsis plugin.type
	plugin.unsupported_by_vendor plugin.usn plugin.vendor_severity plugin.vendor_unpatched plugin.version
	plugin.vpr.drivers.* plugin.vpr.score plugin.vpr.updated plugin.vpr_v2.* plugin.vuln_publication_date plugin.workaround
	plugin.workaround_published plugin.workaround_type plugin.xrefs.id plugin.xrefs.type
	port.port port.protocol port.service recast_reason recast_rule_uuid resurfaced_date
	scan.completed_at scan.last_scan_target scan.schedule_uuid scan.started_at scan.uuid
	severity severity_default_id severity_id severity_modification_type software_vulns.* source state time_taken_to_fix`

// Known tells whether Tenable documents a field, or fields below it.
func Known(path string) bool {
	for _, name := range Names() {
		below, all := strings.CutSuffix(name, "*")
		if name == path || strings.HasPrefix(name, path+".") || all && strings.HasPrefix(path, below) {
			return true
		}
	}
	return false
}
