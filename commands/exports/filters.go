package exports

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"tenableio/internal/names"
	"tenableio/result"
)

// knownExportFilters are the filters of a vulnerability export that Tenable
// documents, besides tag.CATEGORY.
//
// https://developer.tenable.com/reference/exports-vulns-request-export
var knownExportFilters = []string{
	"cidr_range", "cve_category", "cve_id", "cvss4_base_score", "epss_score", "exploit_maturity", "first_found", "first_seen",
	"indexed_at", "initiative_id", "last_fixed", "last_found", "last_seen", "network_id", "plugin_family", "plugin_id", "plugin_type",
	"resurfaced_date", "scan_uuid", "severity", "severity_modification_type", "since", "software_vulns_potential",
	"software_vulns_potential_reasons", "source", "state", "time_taken_to_fix", "vpr_score", "vpr_threat_intensity", "vpr_v2_score",
	"weaponization", "zero_day",
}

// timeFilters lift Tenable's own limit to the last 30 days.
var timeFilters = []string{"since", "first_found", "first_seen", "last_found", "last_seen", "last_fixed", "indexed_at", "resurfaced_date"}

// exportFilters are the filters as they were given, with the asset's address as
// cidr_range. What Tenable leaves out by default is said, and so are filters
// that it does not document: it may have new ones, so they are sent.
func exportFilters(out *result.Output, ip netip.Addr, given map[string]json.RawMessage) map[string]json.RawMessage {
	filters := maps.Clone(given)
	if filters == nil {
		filters = map[string]json.RawMessage{}
	}
	if _, there := given["cidr_range"]; there {
		out.Warn("filter_replaced", "The filter cidr_range was replaced by Asset IP.")
	}
	filters["cidr_range"] = json.RawMessage(`"` + ip.String() + `/32"`)
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(knownExportFilters, name) && !strings.HasPrefix(name, "tag.") {
			out.Warn("unknown_filter", fmt.Sprintf("Tenable documents no filter %q; it was sent as it is.%s", names.Clip(name), didYouMean(name, knownExportFilters)))
		}
	}
	has := func(name string) bool { _, there := given[name]; return there }
	if !slices.ContainsFunc(timeFilters, has) {
		out.Warn("default_period", "Tenable exports the last 30 days, because the Filters Object holds no time filter such as last_found.")
	}
	if !has("state") && !has("since") {
		out.Warn("default_state", "Tenable exports the states OPEN and REOPENED, because the Filters Object holds no state.")
	}
	return filters
}

// didYouMean is the nearest known name as the end of a message, or nothing.
func didYouMean(name string, known []string) string {
	if nearest := names.Nearest(name, known); nearest != "" {
		return fmt.Sprintf(" Did you mean %q?", nearest)
	}
	return ""
}
