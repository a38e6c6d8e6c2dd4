package exports

import (
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// exportedAsset is the asset of a finding as chunks have it: one address of each
// sort, unlike the workbenches.
type exportedAsset struct {
	AgentUUID           string   `json:"agent_uuid,omitempty"`
	BIOSUUID            string   `json:"bios_uuid,omitempty"`
	DeviceType          string   `json:"device_type,omitempty"`
	FQDN                string   `json:"fqdn,omitempty"`
	Hostname            string   `json:"hostname,omitempty"`
	UUID                string   `json:"uuid"`
	IPv4                string   `json:"ipv4,omitempty"`
	IPv6                string   `json:"ipv6,omitempty"`
	MACAddress          string   `json:"mac_address,omitempty"`
	LastAuthenticated   string   `json:"last_authenticated_results,omitempty"`
	LastUnauthenticated string   `json:"last_unauthenticated_results,omitempty"`
	NetBIOSName         string   `json:"netbios_name,omitempty"`
	NetBIOSWorkgroup    string   `json:"netbios_workgroup,omitempty"`
	SerialNumber        string   `json:"serial_number,omitempty"`
	OperatingSystem     []string `json:"operating_system,omitempty"`
	NetworkID           string   `json:"network_id"`
	Tracked             bool     `json:"tracked"`
}

func exportAsset(a asset) exportedAsset {
	exported := exportedAsset{
		AgentUUID:        a.AgentUUID,
		BIOSUUID:         a.BIOSUUID,
		DeviceType:       a.DeviceType,
		FQDN:             a.FQDN,
		Hostname:         a.Hostname,
		UUID:             a.UUID,
		IPv4:             a.FirstIPv4(),
		NetBIOSName:      a.NetBIOS,
		NetBIOSWorkgroup: a.Workgroup,
		SerialNumber:     a.SerialNumber,
		OperatingSystem:  web.OneOrNone(a.OperatingSystem),
		NetworkID:        tenant.NetworkID,
		Tracked:          true,
	}
	if len(a.IPv6) > 0 {
		exported.IPv6 = a.IPv6[0].String()
	}
	if len(a.MACs) > 0 {
		exported.MACAddress = a.MACs[0]
	}
	if a.Authenticated.IsZero() {
		exported.LastUnauthenticated = web.ISO(a.LastSeen)
	} else {
		exported.LastAuthenticated = web.ISO(a.Authenticated)
	}
	return exported
}
