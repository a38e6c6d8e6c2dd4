package sandbox

import (
	"net/http"
	"strings"

	"tenableio/internal/sandbox/tenant"
)

// listAssets answers GET /workbenches/assets: at most 5,000 assets, with all
// their attributes where all_fields is given.
//
// https://developer.tenable.com/reference/workbenches-assets
func (a *vulnAPI) listAssets(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	chosen, bad := readFilters(query, a.assetFilters, a.config.Now())
	if bad != nil {
		bad.write(w)
		return
	}
	since, ok := a.readSince(w, r)
	if !ok {
		return
	}
	describe := a.describeAsset
	if !query.Has("all_fields") {
		describe = func(asset asset) object { return defaultFields(a.describeAsset(asset)) }
	}
	rows := []object{}
	for each := range a.tenant.Assets() {
		if query.Has("date_range") && each.LastSeen.Before(since) || !chosen.holds(each) {
			continue
		}
		if rows = append(rows, describe(each)); len(rows) == mostRows {
			break
		}
	}
	writeJSON(w, http.StatusOK, object{"assets": rows, "total": len(rows)})
}

// assetInfo answers GET /workbenches/assets/{asset_id}/info.
//
// https://developer.tenable.com/reference/workbenches-asset-info
func (a *vulnAPI) assetInfo(w http.ResponseWriter, r *http.Request) {
	asset, ok := a.namedAsset(w, r)
	if !ok {
		return
	}
	query, ok := a.readVulnQuery(w, r)
	if !ok {
		return
	}
	counts, total := severityCounts(a.tenant, asset, query.holds)
	statuses := []object{}
	for level, name := range []string{"Passed", "Warning", "Failed"} { // the sandbox has no compliance checks
		statuses = append(statuses, object{"count": 0, "level": level + 1, "name": name})
	}
	info := a.describeAsset(asset)
	for _, listOnly := range listOnlyFields {
		delete(info, listOnly)
	}
	info["uuid"] = asset.UUID
	info["time_start"], info["time_end"] = iso(asset.LastSeen), iso(asset.LastSeen)
	info["counts"] = object{
		"vulnerabilities": object{"total": total, "severities": counts},
		"audits":          object{"total": 0, "statuses": statuses},
	}
	writeJSON(w, http.StatusOK, object{"info": info})
}

// listVulnerableAssets answers GET /workbenches/assets/vulnerabilities: at most
// 5,000 assets with what was found on them, added up by severity.
//
// https://developer.tenable.com/reference/workbenches-assets-vulnerabilities
func (a *vulnAPI) listVulnerableAssets(w http.ResponseWriter, r *http.Request) {
	query, ok := a.readVulnQuery(w, r)
	if !ok {
		return
	}
	rows := []object{}
	for each := range a.tenant.Assets() {
		counts, total := severityCounts(a.tenant, each, query.withoutInfo())
		if total == 0 {
			continue
		}
		rows = append(rows, object{
			"id": each.UUID, "severities": counts, "total": total, "fqdn": some(each.FQDN), "ipv4": addresses(each.IPv4), "ipv6": addresses(each.IPv6),
			"last_seen": iso(each.LastSeen), "netbios_name": some(each.NetBIOS), "agent_name": some(agentName(each)),
		})
		if len(rows) == mostRows {
			break
		}
	}
	writeJSON(w, http.StatusOK, object{"assets": rows, "total_asset_count": len(rows)})
}

// severityCounts adds up an asset's findings; each severity is there, even with 0.
func severityCounts(t *tenant.Tenant, a asset, wants func(finding) bool) (counts []object, total int) {
	var by [5]int
	for f := range t.Findings(a) {
		if wants(f) {
			by[f.Severity]++
			total++
		}
	}
	for level, name := range severityNames {
		counts = append(counts, object{"count": by[level], "level": level, "name": name})
	}
	return counts, total
}

// emptyFields are attributes of other clouds and products, which no asset of the
// sandbox has. They are lists all the same.
var emptyFields = []string{
	"aws_ec2_instance_id", "aws_ec2_instance_ami_id", "aws_owner_id", "aws_availability_zone", "aws_region", "aws_vpc_id",
	"aws_ec2_instance_group_name", "aws_ec2_instance_state_name", "aws_ec2_instance_type", "aws_subnet_id", "aws_ec2_product_code", "aws_ec2_name",
	"azure_vm_id", "azure_resource_id", "gcp_project_id", "gcp_zone", "gcp_instance_id", "ssh_fingerprint", "mcafee_epo_guid", "mcafee_epo_agent_guid",
	"qualys_asset_id", "qualys_host_id", "manufacturer_tpm_id", "symantec_ep_hardware_key", "servicenow_sysid", "installed_software", "bigfix_asset_id",
	"security_protections", "tag_id", "sec_ctrl_cpe", "access_group_id",
}

// listOnlyFields are in the list of assets and not in the details of one.
var listOnlyFields = []string{
	"has_plugin_results", "terminated_at", "terminated_by", "first_scan_time", "last_scan_time", "last_scan_target", "last_scan_id", "last_schedule_id",
	"acr_score", "acr_drivers", "exposure_score", "scan_frequency", "interfaces", "network_id", "manufacturer_tpm_id", "symantec_ep_hardware_key",
	"installed_software", "bigfix_asset_id", "security_protection_level", "security_protections", "container_uuid", "tag_id", "sec_ctrl_cpe",
	"access_group_id", "acr_score_value", "exposure_score_value", "exposure_confidence_value",
}

// describeAsset gives all attributes of an asset.
//
// https://developer.tenable.com/docs/common-asset-attributes
func (a *vulnAPI) describeAsset(asset asset) object {
	scan := a.tenant.ScanOf(asset)
	source := object{"name": sourceNames(asset)[0], "first_seen": iso(asset.FirstSeen), "last_seen": iso(asset.LastSeen)}
	described := object{
		"id": asset.UUID, "has_agent": asset.AgentUUID != "", "has_plugin_results": true,
		"created_at": iso(asset.FirstSeen), "updated_at": iso(asset.LastSeen), "terminated_at": nil, "terminated_by": nil,
		"first_seen": iso(asset.FirstSeen), "last_seen": iso(asset.LastSeen), "first_scan_time": iso(asset.FirstSeen), "last_scan_time": iso(asset.LastSeen),
		"last_authenticated_scan_date": isoOrNull(asset.Authenticated), "last_licensed_scan_date": isoOrNull(lastLicensed(asset)),
		"last_scan_target": asset.IPv4[0].String(), "last_scan_id": scan.UUID, "last_schedule_id": scan.ScheduleUUID,
		"sources": []object{source}, "tags": a.tagObjects(asset),
		"acr_score": nil, "acr_score_value": nil, "acr_drivers": nil,
		"exposure_score": asset.Exposure, "exposure_score_value": asset.Exposure, "exposure_confidence_value": 0.5,
		"scan_frequency": frequency(asset), "interfaces": []object{interfaceOf(asset)},
		"network_id": []string{a.tenant.NetworkID}, "container_uuid": a.tenant.ContainerUUID, "security_protection_level": nil,
		"ipv4": addresses(asset.IPv4), "ipv6": addresses(asset.IPv6), "mac_address": list(asset.MACs), "fqdn": some(asset.FQDN),
		"hostname": some(asset.Hostname), "netbios_name": some(asset.NetBIOS), "operating_system": some(asset.OperatingSystem),
		"system_type": some(asset.DeviceType), "agent_name": some(agentName(asset)), "tenable_uuid": some(asset.AgentUUID),
		"bios_uuid": some(strings.ToLower(asset.BIOSUUID)),
	}
	for _, name := range emptyFields {
		described[name] = []string{}
	}
	if asset.Criticality > 0 {
		described["acr_score"], described["acr_score_value"] = asset.Criticality, asset.Criticality
		described["acr_drivers"] = []object{
			{"driver_name": "device_type", "driver_value": []string{"general_purpose"}},
			{"driver_name": "device_capability", "driver_value": []string{}},
			{"driver_name": "internet_exposure", "driver_value": []string{"internal"}},
		}
	}
	return described
}

// defaultFields keeps what the list gives without all_fields. The ratings are
// left out where there are none.
func defaultFields(all object) object {
	row := object{}
	for _, name := range []string{
		"id", "has_agent", "last_seen", "last_scan_target", "sources", "acr_score", "acr_drivers", "exposure_score", "scan_frequency",
		"ipv4", "ipv6", "fqdn", "netbios_name", "operating_system", "agent_name", "aws_ec2_name", "mac_address", "bigfix_asset_id",
	} {
		if all[name] != nil {
			row[name] = all[name]
		}
	}
	return row
}

func (a *vulnAPI) tagObjects(asset asset) []object {
	tags := []object{}
	for _, tag := range asset.Tags {
		tags = append(tags, object{"tag_uuid": a.tenant.TagUUID(tag), "tag_key": tag.Category, "tag_value": tag.Value, "added_at": iso(asset.FirstSeen)})
	}
	return tags
}

// frequency says how often the asset was scanned, by intervals in days.
func frequency(a asset) []object {
	var rows []object
	for _, interval := range []int{90, 30, 60} {
		rows = append(rows, object{"interval": interval, "frequency": 1 + a.Index%interval/7, "licensed": a.Licensed})
	}
	return rows
}

func interfaceOf(a asset) object {
	return object{"name": "UNKNOWN", "fqdn": some(a.FQDN), "mac_address": list(a.MACs), "ipv4": addresses(a.IPv4), "ipv6": addresses(a.IPv6)}
}
