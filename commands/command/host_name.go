package command

import (
	"net/netip"

	"tenableio/result"
)

// AddHost adds the name by which Tenable calls a host to the key fields. Where
// the host has no name, that is its address.
func AddHost(out *result.Output, name string) {
	if _, err := netip.ParseAddr(name); err == nil {
		out.KeyFields.Add("ip_addresses", name)
		return
	}
	out.KeyFields.Add("host_names", name)
}
