package exports

import (
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// exportAsset describes the asset of a finding as chunks have it: one address of each
// sort, unlike the workbenches.
func exportAsset(a asset) web.Members {
	unauthenticated := ""
	if a.Authenticated.IsZero() {
		unauthenticated = web.ISO(a.LastSeen)
	}
	return web.Members{
		{"agent_uuid", a.AgentUUID},
		{"bios_uuid", a.BIOSUUID},
		{"device_type", a.DeviceType},
		{"fqdn", a.FQDN},
		{"hostname", a.Hostname},
		{"uuid", a.UUID},
		{"ipv4", a.FirstIPv4()},
		{"ipv6", firstOf(web.Addresses(a.IPv6))},
		{"mac_address", firstOf(a.MACs)},
		{"last_authenticated_results", web.ISOOrNull(a.Authenticated)},
		{"last_unauthenticated_results", unauthenticated},
		{"netbios_name", a.NetBIOS},
		{"netbios_workgroup", a.Workgroup},
		{"serial_number", a.SerialNumber},
		{"operating_system", web.OneOrNone(a.OperatingSystem)},
		{"network_id", tenant.NetworkID},
		{"tracked", true},
	}.Filled()
}

// firstOf is the first text of a list; empty for none.
func firstOf(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}
