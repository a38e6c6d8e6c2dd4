package workbench_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/tenant"
)

// TestAssetFilters holds each filter of the assets to a walk through them.
func TestAssetFilters(t *testing.T) {
	w := newWorld(t, nil)
	all := slices.Collect(w.Assets())
	var a asset
	for _, each := range all {
		if each.NetBIOS != "" && each.AgentUUID != "" && each.FQDN != "" && len(each.IPv6) > 0 && each.Criticality > 0 {
			a = each
		}
	}
	asked := map[string]bool{}
	for _, c := range []struct {
		name, operator, value string
		holds                 func(asset) bool
	}{
		{"acr_score", "gte", "7", func(b asset) bool { return b.Criticality >= 7 }},
		{"acr_severity", "eq", "3,4", func(b asset) bool { return b.Criticality >= 7 }},
		{"exposure_score", "lte", "300", func(b asset) bool { return b.Exposure <= 300 }},
		{"exposure_severity", "eq", "2", func(b asset) bool { return b.Exposure >= 350 && b.Exposure < 650 }},
		{"acr_drivers.device_type", "neq", "general_purpose", func(b asset) bool { return b.Criticality == 0 }},
		{"host.id", "eq", a.UUID, func(b asset) bool { return b.Index == a.Index }},
		{"first_scan_time", "date-lt", "2025/12/01", func(b asset) bool { return b.FirstSeen.Before(time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC)) }},
		{"first_scan_time", "date-gt", "2025-12-01T08:30:00.000Z", func(b asset) bool { return b.FirstSeen.After(time.Date(2025, 12, 1, 8, 30, 0, 0, time.UTC)) }},
		{"fqdn", "match", "example", func(b asset) bool { return b.FQDN != "" }},
		{"has_plugin_results", "eq", "true", func(asset) bool { return true }},
		{"asset_assessed", "eq", "true", func(asset) bool { return true }},
		{"host.target", "eq", a.IPv6[0].String(), func(b asset) bool { return b.Index == a.Index }},
		{"host.target", "eq", w.Asset(17).IPv4[0].String(), func(b asset) bool { return b.Index == 16 || b.Index == 17 }},
		{"host.target", "eq", strings.ToUpper(a.FQDN), func(b asset) bool { return b.Index == a.Index }},
		{"host.target", "eq", a.Hostname, func(b asset) bool { return b.Index == a.Index }},
		{"host.target", "eq", a.NetBIOS, func(b asset) bool { return b.Index == a.Index }},
		{"host.target", "eq", "192.0.2.250", func(asset) bool { return false }},
		{"ipv4", "eq", "192.0.2.0/27", func(b asset) bool { return len(b.IPv4) > 0 && b.IPv4[0].As4()[3] < 32 }},
		{"last_authenticated_scan_time", "date-gt", "2020/01/01", func(b asset) bool { return !b.Authenticated.IsZero() }},
		{"last_authenticated_scan_time", "date-lt", "2020/01/01", func(b asset) bool { return b.Authenticated.IsZero() }},
		{"last_authenticated_scan_time", "date-lt-strict", "2026/02/20", func(b asset) bool {
			return !b.Authenticated.IsZero() && b.Authenticated.Before(time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC))
		}},
		{"last_scan_time", "date-lt", "2025/06/01", func(b asset) bool { return b.LastSeen.Before(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)) }},
		{"last_assessed", "date-gt", "2026/02/20", func(b asset) bool { return b.LastSeen.After(time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC)) }},
		{"last_assessed_date", "eq", a.LastSeen.Format("2006/01/02"), func(b asset) bool { return b.LastSeen.Format("2006/01/02") == a.LastSeen.Format("2006/01/02") }},
		{"is_licensed", "eq", "false", func(b asset) bool { return !b.Licensed }},
		{"mac_address", "eq", a.MACs[0], func(b asset) bool { return b.Index == a.Index }},
		{"netbios_name", "eq", a.NetBIOS, func(b asset) bool { return b.Index == a.Index }},
		{"network_id", "neq", tenant.NetworkID, func(asset) bool { return false }},
		{"operating_system", "match", "Linux", func(b asset) bool { return strings.Contains(b.OperatingSystem, "Linux") }},
		{"property_list", "set-hasnot", "operating_system", func(b asset) bool { return b.OperatingSystem == "" }},
		{"scan_frequency.90", "gte", "7", func(b asset) bool { return b.Index%90 >= 42 }},
		{"sources", "set-has", "NESSUS_AGENT", func(b asset) bool { return b.AgentUUID != "" }},
		{"sources", "set-hasnot", "NESSUS_AGENT", func(b asset) bool { return b.AgentUUID == "" }},
		{"sources", "set-hasonly", "NESSUS_SCAN", func(b asset) bool { return b.AgentUUID == "" }},
		{"tenable_uuid", "eq", a.AgentUUID, func(b asset) bool { return b.Index == a.Index }},
		{"tag.Site", "set-has", "Hill", func(b asset) bool { return hasTag(b, "Site", "Hill") }},
		{"tag.Stage", "set-hasnot", "Lab", func(b asset) bool { return !hasTag(b, "Stage", "Lab") }},
	} {
		asked[c.name] = true
		want := []string{}
		for _, b := range all {
			if c.holds(b) {
				want = append(want, b.UUID)
			}
		}
		if diff := cmp.Diff(want, w.assetIDs(sandboxtest.Filtered(c.name, c.operator, c.value))); diff != "" {
			t.Errorf("%s %s %s (-want +got):\n%s", c.name, c.operator, c.value, diff)
		}
		if len(want) == 0 && c.name != "network_id" && c.value != "192.0.2.250" {
			t.Errorf("%s %s %s finds nothing", c.name, c.operator, c.value)
		}
	}
	for _, f := range filters.OfAssets() {
		if !asked[f.Name] && !slices.Contains(ofNone, f.Name) {
			t.Errorf("no case asks for %s", f.Name)
		}
	}
	for _, name := range ofNone {
		for operator, want := range map[string]int{"eq": 0, "neq": w.AssetCount()} {
			query := sandboxtest.Filtered(name, operator, valueOf[name])
			status, _, body := w.Ask("GET", "/workbenches/assets"+query, "")
			if status == 400 && strings.Contains(string(body), "invalid_filter_operator") {
				continue // the filter lacks the operator
			}
			if got := strings.Count(string(body), `"last_scan_target"`); status != 200 || got != want {
				t.Errorf("%s: status %d, %d assets, want %d", query, status, got, want)
			}
		}
	}
	if status, _, body := w.Ask("GET", "/workbenches/assets"+sandboxtest.Filtered("severity", "eq", "High"), ""); status != 400 {
		t.Errorf("a filter of the other workbench: %d %s", status, body)
	}
}

// ofNone are the filters of attributes that no asset of the sandbox has.
var ofNone = []string{
	"aes_score_prediction", "aws_availability_zone", "aws_ec2_instance_ami_id", "aws_ec2_instance_id", "aws_ec2_name", "aws_ec2_product_code",
	"aws_ec2_instance_state_name", "aws_ec2_instance_type", "aws_owner_id", "aws_region", "aws_ec2_instance_group_name", "aws_subnet_id",
	"aws_vpc_id", "azure_resource_id", "azure_vm_id", "gcp_instance_id", "gcp_project_id", "gcp_zone", "bigfix_asset_id",
	"installed_software", "qualys_asset_id", "qualys_host_id", "servicenow_sysid", "target_group", "belongs_to_access_group", "deleted_at",
	"is_deleted", "is_was_licensed", "is_terminated", "terminated_at", "sec_ctrl_security_protections", "sec_ctrl_last_detected_date",
	"sec_ctrl_product_name", "sec_ctrl_vendor_name", "sec_ctrl_version",
}

// valueOf has the values of those that do not take any text.
var valueOf = map[string]string{
	"aes_score_prediction": "true", "aws_availability_zone": "us-east-1a", "aws_ec2_instance_state_name": "running", "aws_ec2_instance_type": "t2.micro",
	"aws_region": "us-east-1", "gcp_zone": "us-east1-b", "installed_software": "cpe:/a:x", "qualys_asset_id": "1", "qualys_host_id": "1,2",
	"target_group": "1", "belongs_to_access_group": "true", "is_deleted": "true", "is_was_licensed": "true", "is_terminated": "true",
	"sec_ctrl_security_protections": "true",
}

// TestAssetFiltersAreAsRecorded: 60 of them, with the operators that they had in 2021.
func TestAssetFiltersAreAsRecorded(t *testing.T) {
	w := newWorld(t, nil)
	var answer struct {
		Filters []struct {
			Name      string
			Operators []string
		}
	}
	w.Get("/filters/workbenches/assets", &answer)
	operators := map[string]string{}
	tags := 0
	for _, f := range answer.Filters {
		operators[f.Name] = strings.Join(f.Operators, " ")
		if strings.HasPrefix(f.Name, "tag.") {
			tags++
		}
	}
	if len(answer.Filters)-tags != 60 {
		t.Errorf("%d filters and %d of tags", len(answer.Filters)-tags, tags)
	}
	for name, want := range map[string]string{
		"acr_score": "eq gte lte", "host.id": "eq neq", "host.target": "eq neq match nmatch", "ipv4": "eq", "fqdn": "eq neq match nmatch",
		"sources": "set-has set-hasnot set-hasonly", "is_licensed": "eq eq-hide", "last_authenticated_scan_time": "date-lt date-gt date-lt-strict",
		"last_scan_time": "date-lt date-gt", "scan_frequency.90": "eq lte gte lt gt", "property_list": "set-has set-hasnot",
		"aws_region": "eq neq", "gcp_zone": "eq", "tag.Site": "set-has set-hasnot", "sec_ctrl_version": "eq neq",
	} {
		if operators[name] != want {
			t.Errorf("%s has %q, want %q", name, operators[name], want)
		}
	}
}

// TestAssetInfoHasItsMembers: the 48 that were recorded in 2018, and those since.
func TestAssetInfoHasItsMembers(t *testing.T) {
	w := newWorld(t, nil)
	var answer struct{ Info map[string]any }
	w.Get("/workbenches/assets/"+w.Asset(3).UUID+"/info", &answer)
	if len(answer.Info) != 62 {
		t.Errorf("%d members", len(answer.Info))
	}
	for _, member := range strings.Fields("interfaces network_name last_scan_id last_schedule_id last_scan_target installed_software " +
		"security_protections security_protection_level scan_frequency acr_score acr_drivers exposure_score exposure_confidence_value bigfix_asset_id") {
		if _, there := answer.Info[member]; !there {
			t.Errorf("no member %s", member)
		}
	}
}

// TestScoresHaveADecimal: 10.0, not 10.
func TestScoresHaveADecimal(t *testing.T) {
	w := newWorld(t, nil)
	_, _, body := w.Ask("GET", "/workbenches/vulnerabilities", "")
	if whole := regexp.MustCompile(`"(?:cvss_base_score|cvss3_base_score|vpr_score)":[0-9]+[,}]`).FindString(string(body)); whole != "" {
		t.Errorf("%s", whole)
	}
	if !strings.Contains(string(body), `_base_score":10.0`) {
		t.Error("no score of 10.0")
	}
}

func (w *world) assetIDs(query string) []string {
	w.T.Helper()
	var answer struct {
		Assets []struct{ ID string }
		Total  int
	}
	w.Get("/workbenches/assets"+query, &answer)
	ids := []string{}
	for _, a := range answer.Assets {
		ids = append(ids, a.ID)
	}
	if len(ids) != answer.Total {
		w.T.Errorf("%s: %d assets, total %d", query, len(ids), answer.Total)
	}
	return ids
}

// TestAssetFields: what a list gives by default is a part of what it gives with
