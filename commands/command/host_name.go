package command

import (
	"net/netip"

	"tenableio/result"
)

// AddHost adds a host to the key fields by the name that Tenable gives it. That name is
// an address if the host has no other.
func AddHost(out *result.Output, name string) {
	if _, err := netip.ParseAddr(name); err == nil {
		out.KeyFields.Add("ip_addresses", name)
		return
	}
	out.KeyFields.Add("host_names", name)
}
