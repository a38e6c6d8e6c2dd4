package workbench

import (
	"strings"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// emptyFields are attributes of other clouds and products, which no asset of the
// sandbox has. They are lists all the same.
var emptyFields = []string{
	"aws_ec2_instance_id", "aws_ec2_instance_ami_id", "aws_owner_id", "aws_availability_zone", "aws_region",
	"aws_vpc_id",
	"aws_ec2_instance_group_name", "aws_ec2_instance_state_name", "aws_ec2_instance_type", "aws_subnet_id",
	"aws_ec2_product_code", "aws_ec2_name",
	"azure_vm_id", "azure_resource_id", "gcp_project_id", "gcp_zone", "gcp_instance_id", "ssh_fingerprint",
	"mcafee_epo_guid", "mcafee_epo_agent_guid",
	"qualys_asset_id", "qualys_host_id", "manufacturer_tpm_id", "symantec_ep_hardware_key", "servicenow_sysid",
	"installed_software", "bigfix_asset_id",
	"security_protections", "tag_id", "sec_ctrl_cpe", "access_group_id",
}

// listOnlyFields are in the list of assets and not in the details of one.
var listOnlyFields = []string{
	"has_plugin_results", "terminated_at", "terminated_by", "first_scan_time", "last_scan_time", "network_id",
	"manufacturer_tpm_id", "symantec_ep_hardware_key", "container_uuid", "tag_id", "sec_ctrl_cpe", "access_group_id",
	"acr_score_value", "exposure_score_value",
}

// describeAsset gives all attributes of an asset; the list and the details each
// leave some out.
//
// https://developer.tenable.com/docs/common-asset-attributes
func (a *API) describeAsset(asset asset) web.Object {
	scan := a.tenant.ScanOf(asset)
	source := web.Members{
		{"name", asset.Source()},
		{"first_seen", web.ISO(asset.FirstSeen)},
		{"last_seen", web.ISO(asset.LastSeen)},
	}
	network := web.Members{
		{"name", "UNKNOWN"},
		{"fqdn", web.OneOrNone(asset.FQDN)},
		{"mac_address", web.OrEmpty(asset.MACs)},
		{"ipv4", web.Addresses(asset.IPv4)},
		{"ipv6", web.Addresses(asset.IPv6)},
	}
	described := web.Object{
		"id":                           asset.UUID,
		"has_agent":                    asset.AgentUUID != "",
		"has_plugin_results":           true,
		"created_at":                   web.ISO(asset.FirstSeen),
		"updated_at":                   web.ISO(asset.LastSeen),
		"terminated_at":                nil,
		"terminated_by":                nil,
		"first_seen":                   web.ISO(asset.FirstSeen),
		"last_seen":                    web.ISO(asset.LastSeen),
		"first_scan_time":              web.ISO(asset.FirstSeen),
		"last_scan_time":               web.ISO(asset.LastSeen),
		"last_authenticated_scan_date": web.ISOOrNull(asset.Authenticated),
		"last_licensed_scan_date":      web.ISOOrNull(asset.LastLicensed()),
		"last_scan_target":             asset.Target(),
		"last_scan_id":                 scan.UUID,
		"last_schedule_id":             scan.ScheduleUUID,
		"sources":                      []web.Members{source},
		"tags":                         a.tagRecords(asset),
		"acr_score":                    nil,
		"acr_score_value":              nil,
		"acr_drivers":                  nil,
		"exposure_score":               asset.Exposure,
		"exposure_score_value":         asset.Exposure,
		"exposure_confidence_value":    0.5,
		"scan_frequency":               frequency(asset),
		"interfaces":                   []web.Members{network},
		"network_id":                   []string{tenant.NetworkID},
		"container_uuid":               a.tenant.ContainerUUID,
		"security_protection_level":    nil,
		"ipv4":                         web.Addresses(asset.IPv4),
		"ipv6":                         web.Addresses(asset.IPv6),
		"mac_address":                  web.OrEmpty(asset.MACs),
		"fqdn":                         web.OneOrNone(asset.FQDN),
		"hostname":                     web.OneOrNone(asset.Hostname),
		"netbios_name":                 web.OneOrNone(asset.NetBIOS),
		"operating_system":             web.OneOrNone(asset.OperatingSystem),
		"system_type":                  web.OneOrNone(asset.DeviceType),
		"agent_name":                   web.OneOrNone(asset.AgentName()),
		"tenable_uuid":                 web.OneOrNone(asset.AgentUUID),
		"bios_uuid":                    web.OneOrNone(strings.ToLower(asset.BIOSUUID)),
	}
	for _, name := range emptyFields {
		described[name] = []string{}
	}
	if asset.Criticality > 0 {
		described["acr_score"] = asset.Criticality
		described["acr_score_value"] = asset.Criticality
		described["acr_drivers"] = []web.Object{
			{"driver_name": "device_type", "driver_value": []string{"general_purpose"}},
			{"driver_name": "device_capability", "driver_value": []string{}},
			{"driver_name": "internet_exposure", "driver_value": []string{"internal"}},
		}
	}
	return described
}

// defaultFields keeps what the list gives without all_fields. The ratings are
// left out where there are none.
func defaultFields(all web.Object) web.Object {
	row := web.Object{}
	for _, name := range []string{
		"id", "has_agent", "last_seen", "last_scan_target", "sources", "acr_score", "acr_drivers", "exposure_score",
		"scan_frequency",
		"ipv4", "ipv6", "fqdn", "netbios_name", "operating_system", "agent_name", "aws_ec2_name", "mac_address",
		"bigfix_asset_id",
	} {
		if all[name] != nil {
			row[name] = all[name]
		}
	}
	return row
}

func (a *API) tagRecords(asset asset) []web.Members {
	tags := []web.Members{}
	for _, tag := range asset.Tags {
		tags = append(tags, web.Members{
			{"tag_uuid", a.tenant.TagUUID(tag)},
			{"tag_key", tag.Category},
			{"tag_value", tag.Value},
			{"added_at", web.ISO(asset.FirstSeen)},
		})
	}
	return tags
}

// frequency says how often the asset was scanned, by intervals in days.
func frequency(a asset) []web.Members {
	var rows []web.Members
	for _, interval := range []int{90, 30, 60} {
		rows = append(rows, web.Members{
			{"interval", interval},
			{"frequency", a.ScansIn(interval)},
			{"licensed", a.Licensed},
		})
	}
	return rows
}
