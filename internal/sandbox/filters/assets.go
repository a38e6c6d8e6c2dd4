package filters

import (
	"net/netip"
	"strings"
	"time"

	"tenableio/internal/sandbox/tenant"
)

type asset = *tenant.Asset

// AssetFilter is a filter of the asset workbench.
type AssetFilter = Filter[asset]

// OfAssets lists the filters of the asset workbench.
//
// https://developer.tenable.com/reference/io-filters-assets-list
func OfAssets(network string) []AssetFilter {
	whole := Control{Type: "entry", Regex: "^[0-9]+$", ReadableRegex: "NUMBER"}
	attribute := func(name, readable string, of func(asset) string) AssetFilter {
		return AssetFilter{name, readable, EqualLike, anyText, Word(of)}
	}
	yes := func(name, readable string, of func(asset) bool) AssetFilter {
		return AssetFilter{name, readable, Equal, yesOrNo, flags(of)}
	}
	on := func(name, readable string, of func(asset) time.Time) AssetFilter {
		return AssetFilter{name, readable, tracked, Day, Dates(of)}
	}
	filters := []AssetFilter{
		attribute("agent_name", "Agent Name", (*tenant.Asset).AgentName),
		{"acr_score", "ACR", compared, whole, scores(func(a asset) (float64, bool) {
			return float64(a.Criticality),
				a.Criticality > 0
		})},
		{
			"exposure_score", "AES", compared, whole,
			scores(func(a asset) (float64, bool) { return float64(a.Exposure), true }),
		},
		{"host.id", "Asset ID", EqualLike, assetID, Word(func(a asset) string { return a.UUID })},
		attribute("bios_uuid", "BIOS ID", func(a asset) string { return strings.ToLower(a.BIOSUUID) }),
		on("created_at", "Created Date", func(a asset) time.Time { return a.FirstSeen }),
		on("first_seen", "First Seen", func(a asset) time.Time { return a.FirstSeen }),
		attribute("fqdn", "FQDN", func(a asset) string { return a.FQDN }),
		yes("has_plugin_results", "Has Plugin Results", func(asset) bool { return true }),
		{
			"host.target", "Hostname/IP Address",
			[]string{"eq", "neq", "match", "nmatch", "begins"},
			target,
			hosts((*tenant.Asset).Hosts),
		},
		attribute("hostname", "Host Name", func(a asset) string { return a.Hostname }),
		{"ipv4", "IPv4 Address", EqualLike, target, hosts(func(a asset) ([]netip.Addr, []string) { return a.IPv4, nil })},
		{"ipv6", "IPv6 Address", EqualLike, target, hosts(func(a asset) ([]netip.Addr, []string) { return a.IPv6, nil })},
		on("last_authenticated_scan_date", "Last Authenticated Scan", func(a asset) time.Time { return a.Authenticated }),
		on("last_licensed_scan_date", "Last Licensed Scan", (*tenant.Asset).LastLicensed),
		on("last_seen", "Last Seen", func(a asset) time.Time { return a.LastSeen }),
		yes("is_licensed", "Licensed", func(a asset) bool { return a.Licensed }),
		{"mac_address", "MAC Address", EqualLike, anyText, Texts(func(a asset) []string { return a.MACs })},
		attribute("netbios_name", "NetBIOS Name", func(a asset) string { return a.NetBIOS }),
		attribute("network_id", "Network", func(asset) string { return network }),
		attribute("operating_system", "Operating System", func(a asset) string { return a.OperatingSystem }),
		{"sources", "Source", Equal, Control{
			Type: "dropdown_multi",
			List: tenant.AssetSources,
		}, Texts(func(a asset) []string { return []string{a.Source()} })},
		attribute("system_type", "System Type", func(a asset) string { return a.DeviceType }),
		attribute("tenable_uuid", "Tenable ID", func(a asset) string { return a.AgentUUID }),
		on("updated_at", "Updated Date", func(a asset) time.Time { return a.LastSeen }),
	}
	return append(filters, tagFilters(func(a asset) *tenant.Asset { return a })...)
}
