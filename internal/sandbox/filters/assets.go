package filters

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"tenableio/internal/sandbox/tenant"
)

type asset = *tenant.Asset

// AssetFilter is a filter of the asset workbench.
type AssetFilter = Filter[asset]

// The operators of the asset filters, as they were recorded.
var (
	onlyEqual  = []string{"eq"}
	atLeast    = []string{"eq", "gte", "lte"}
	before     = []string{"date-lt", "date-gt"}
	strictly   = []string{"date-lt", "date-gt", "date-lt-strict"}
	frequently = []string{"eq", "lte", "gte", "lt", "gt"}
	reported   = []string{"set-has", "set-hasnot", "set-hasonly"}
)

// OfAssets lists the filters of the asset workbench. Most of those that ask for
// attributes of other products find nothing: no asset of the sandbox has them.
//
// https://developer.tenable.com/reference/io-filters-assets-list
func OfAssets(network string, now func() time.Time) []AssetFilter {
	return slices.Concat(
		ratingFilters(), cloudFilters(), hostFilters(network), lifeFilters(now), controlFilters(),
		tagFilters(func(a asset) *tenant.Asset { return a }),
	)
}

// text makes the filter of an attribute.
func text(name, readable, example string, operators []string, of func(asset) string) AssetFilter {
	return AssetFilter{
		name, readable, operators,
		Control{Type: "entry", Regex: ".*", ReadableRegex: "e.g. " + example},
		Word(of),
	}
}

// unknown makes the filter of an attribute that no asset has.
func unknown(name, readable, example string, operators []string) AssetFilter {
	return text(name, readable, example, operators, func(asset) string { return "" })
}

// whether makes the filter of something that is so or not.
func whether(name, readable string, of func(asset) bool) AssetFilter {
	return AssetFilter{name, readable, onlyEqual, yesOrNo, flags(of)}
}

// never is what holds of no asset.
func never(asset) bool { return false }

// level makes the filter of a rating by the word for it.
func level(name, readable string, levels []Choice, of func(asset) string) AssetFilter {
	return AssetFilter{name, readable, onlyEqual, Control{Type: "dropdown_multi", List: levels}, Word(of)}
}

func ratingFilters() []AssetFilter {
	unclassified := Choice{Name: "Unclassified", Value: "-1"}
	high := []Choice{{Name: "High", Value: "3"}, {Name: "Medium", Value: "2"}, {Name: "Low", Value: "1"}, unclassified}
	return []AssetFilter{
		{
			"acr_score", "ACR Score", atLeast,
			Control{Type: "entry", Regex: "^([1-9]|10)$", ReadableRegex: "NUMBER"},
			scores(criticality),
		},
		level("acr_severity", "ACR Severity", slices.Concat([]Choice{{Name: "Critical", Value: "4"}}, high),
			criticalityLevel),
		{
			"exposure_score", "AES", atLeast,
			Control{Type: "entry", Regex: `^\s*[+-]?[0-9]+\s*$`, ReadableRegex: "NUMBER"},
			scores(func(a asset) (float64, bool) { return float64(a.Exposure), true }),
		},
		whether("aes_score_prediction", "AES Prediction", never),
		level("exposure_severity", "AES Severity", high, exposureLevel),
		{
			"acr_drivers.device_type", "Device Type", Equal,
			Control{Type: "dropdown_multi", List: []Choice{{Name: "general purpose", Value: "general_purpose"}}},
			Word(func(a asset) string {
				if a.Criticality == 0 {
					return ""
				}
				return "general_purpose"
			}),
		},
	}
}

func criticality(a asset) (float64, bool) { return float64(a.Criticality), a.Criticality > 0 }

// criticalityLevel is 1 (low) to 4 (critical), -1 for an asset that is not rated.
func criticalityLevel(a asset) string {
	switch {
	case a.Criticality == 0:
		return "-1"
	case a.Criticality >= 9:
		return "4"
	case a.Criticality >= 7:
		return "3"
	case a.Criticality >= 4:
		return "2"
	}
	return "1"
}

// exposureLevel is 1 (low) to 3 (high).
func exposureLevel(a asset) string {
	switch {
	case a.Exposure >= 650:
		return "3"
	case a.Exposure >= 350:
		return "2"
	}
	return "1"
}

func cloudFilters() []AssetFilter {
	choice := func(name, readable string, operators []string, values ...string) AssetFilter {
		list := make([]Choice, len(values))
		for i, value := range values {
			list[i] = Choice{Name: value, Value: value}
		}
		return AssetFilter{name, readable, operators, Control{Type: "dropdown", List: list}, flags(never)}
	}
	states := Control{Type: "dropdown", List: []string{
		"pending", "rebooting", "running", "shutting-down", "stopped", "stopping", "terminated",
	}}
	sizes := Control{Type: "dropdown", List: []string{"t2.micro", "t2.small", "m4.large", "c4.large", "r4.large"}}
	azure := "5cff7d6e-0f3d-4bd8-a09f-2c654a0d8947"
	return []AssetFilter{
		choice("aws_availability_zone", "AWS Availability Zone", Equal, "us-east-1a", "us-east-1b", "eu-west-1a"),
		unknown("aws_ec2_instance_ami_id", "AWS EC2 AMI ID", "ami-12345678", Equal),
		unknown("aws_ec2_instance_id", "AWS EC2 Instance ID", "i-1234567890abcdef0", Equal),
		unknown("aws_ec2_name", "AWS EC2 Name", "aws-server1", Equal),
		unknown("aws_ec2_product_code", "AWS EC2 Product Code", "amzn-ami-hvm-2016.03.0.x86_64-ebs", Equal),
		{"aws_ec2_instance_state_name", "AWS Instance State", Equal, states, flags(never)},
		{"aws_ec2_instance_type", "AWS Instance Type", Equal, sizes, flags(never)},
		unknown("aws_owner_id", "AWS Owner", "123456789012", Equal),
		choice("aws_region", "AWS Region", Equal, "us-east-1", "us-west-2", "eu-west-1", "ap-south-1"),
		unknown("aws_ec2_instance_group_name", "AWS Security Group", "sg-edcd9784", Equal),
		unknown("aws_subnet_id", "AWS Subnet ID", "subnet-ae552f1b", Equal),
		unknown("aws_vpc_id", "AWS VPC ID", "vpc-f4fbc091", Equal),
		unknown("azure_resource_id", "Azure Resource ID", azure, Equal),
		unknown("azure_vm_id", "Azure VM ID", azure, Equal),
		unknown("gcp_instance_id", "Google Cloud Instance ID", "359889107416955862", onlyEqual),
		unknown("gcp_project_id", "Google Cloud Project ID", "sample-project-12345", onlyEqual),
		choice("gcp_zone", "Google Cloud Zone", onlyEqual, "us-east1-b", "europe-west1-b", "asia-east1-a"),
	}
}

func hostFilters(network string) []AssetFilter {
	numbers := Control{Type: "entry", Regex: `^\d+(,\d+)*$`, ReadableRegex: "e.g. 1111111,2222222"}
	return []AssetFilter{
		{"host.id", "Asset ID", Equal, assetID, Word(func(a asset) string { return a.UUID })},
		unknown("bigfix_asset_id", "BigFix Asset ID", "12315195", Equal),
		text("fqdn", "DNS", "mail01.example.com", EqualLike, func(a asset) string { return a.FQDN }),
		{"host.target", "Hostname/IP Address", EqualLike, target, hosts((*tenant.Asset).Hosts)},
		{
			"installed_software", "Installed Software", EqualLike,
			Control{Type: "entry", Regex: "^.{2,}$", ReadableRegex: "e.g. cpe:/a:nginx:nginx:0.3.18"},
			flags(never),
		},
		{"ipv4", "IPv4 Address", onlyEqual, target, hosts(func(a asset) ([]netip.Addr, []string) { return a.IPv4, nil })},
		{
			"mac_address", "MAC Address", Equal,
			Control{Type: "entry", Regex: "^([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2})$", ReadableRegex: "e.g. 01:23:45:67:89:AB"},
			Texts(func(a asset) []string { return a.MACs }),
		},
		text("netbios_name", "NetBIOS Name", "mail01", EqualLike, func(a asset) string { return a.NetBIOS }),
		{
			"network_id", "Network Name", Equal,
			Control{Type: "dropdown_multi", List: []Choice{{Name: "Default", Value: network}}},
			Word(func(asset) string { return network }),
		},
		text("operating_system", "Operating System", "Windows", EqualLike, func(a asset) string { return a.OperatingSystem }),
		{
			"property_list", "Property List", tagged,
			Control{Type: "dropdown", List: []Choice{
				{Name: "Operating System", Value: "operating_system"}, {Name: "ServiceNow Sys ID", Value: "servicenow_sysid"},
			}},
			Texts(func(a asset) []string {
				if a.OperatingSystem == "" {
					return nil
				}
				return []string{"operating_system"}
			}),
		},
		{"qualys_asset_id", "Qualys Asset ID", Equal, numbers, flags(never)},
		{"qualys_host_id", "Qualys Host ID", Equal, numbers, flags(never)},
		unknown("servicenow_sysid", "ServiceNow Sys ID", "9d385017c611228701d22104cc95c371", Equal),
		{
			"sources", "Source", reported,
			Control{Type: "dropdown_multi", List: []Choice{
				{Name: "AWS Connector", Value: "AWS"},
				{Name: "Agent", Value: tenant.AssetSources[1]},
				{Name: "NNM", Value: "PVS"},
				{Name: "Nessus", Value: tenant.AssetSources[0]},
			}},
			Texts(func(a asset) []string { return []string{a.Source()} }),
		},
		{
			"target_group", "Target Group", Equal,
			Control{Type: "dropdown_multi", List: []Choice{{Name: "Default", Value: "1"}}},
			flags(never),
		},
		text("tenable_uuid", "Tenable UUID", "123e4567e89b12d3a456426655440000", Equal,
			func(a asset) string { return a.AgentUUID }),
	}
}

// lifeFilters are those of what happened to an asset.
func lifeFilters(now func() time.Time) []AssetFilter {
	since := Control{Type: "dropdown", List: recentDays{now}}
	on := func(name, readable string, operators []string, of func(asset) time.Time) AssetFilter {
		return AssetFilter{name, readable, operators, since, instants(of)}
	}
	nothing := func(asset) time.Time { return time.Time{} }
	seen := func(a asset) time.Time { return a.LastSeen }
	return []AssetFilter{
		whether("asset_assessed", "Asset Assessed", func(asset) bool { return true }),
		whether("belongs_to_access_group", "Belongs to Access Group", never),
		on("deleted_at", "Deleted Date", before, nothing),
		on("first_scan_time", "First Seen", before, func(a asset) time.Time { return a.FirstSeen }),
		whether("has_plugin_results", "Has Plugin Results", func(asset) bool { return true }),
		whether("is_deleted", "Is Deleted", never),
		{
			"is_licensed", "Is Licensed (VM)",
			[]string{"eq", "eq-hide"},
			yesOrNo,
			flags(func(a asset) bool { return a.Licensed }),
		},
		whether("is_was_licensed", "Is Licensed (WAS)", never),
		whether("is_terminated", "Is Terminated", never),
		on("last_assessed", "Last Assessed", before, seen),
		{"last_assessed_date", "Last Assessed Date", onlyEqual, Day, Dates(seen)},
		on("last_authenticated_scan_time", "Last Authenticated Scan", strictly,
			func(a asset) time.Time { return a.Authenticated }),
		on("last_scan_time", "Last Seen", before, seen),
		{
			"scan_frequency.90", "Scan Frequency", frequently,
			Control{Type: "dropdown", List: dayCounts(0, 1, 7, 14, 30, 60, 90)},
			scores(func(a asset) (float64, bool) { return float64(a.ScansIn(90)), true }),
		},
		on("terminated_at", "Terminated Date", before, nothing),
	}
}

// controlFilters are those of products that protect an asset, which Tenable calls
// mitigations.
func controlFilters() []AssetFilter {
	return []AssetFilter{
		whether("sec_ctrl_security_protections", "Mitigation - Detected", never),
		{
			"sec_ctrl_last_detected_date", "Mitigation - Last Detected", before, Day,
			Dates(func(asset) time.Time { return time.Time{} }),
		},
		unknown("sec_ctrl_product_name", "Mitigation - Product Name", "Shield", EqualLike),
		unknown("sec_ctrl_vendor_name", "Mitigation - Vendor Name", "Example", EqualLike),
		unknown("sec_ctrl_version", "Mitigation - Version", "4.20.8305.0", Equal),
	}
}

// recentDays are the moments some days before now, which a form offers. Others are
// taken too.
type recentDays struct{ now func() time.Time }

// MarshalJSON implements json.Marshaler.
func (r recentDays) MarshalJSON() ([]byte, error) {
	var list []Choice
	for _, days := range []int{7, 14, 30, 90} {
		at := r.now().AddDate(0, 0, -days).UTC()
		list = append(list, Choice{Name: fmt.Sprintf("%d Days Ago", days), Value: at.Format("2006-01-02T15:04:05.000Z")})
	}
	return json.Marshal(list)
}

// dayCounts are numbers of days that a form offers.
func dayCounts(days ...int) []Choice {
	list := make([]Choice, len(days))
	for i, n := range days {
		list[i] = Choice{Name: fmt.Sprintf("%d days", n), Value: strconv.Itoa(n)}
	}
	return list
}
