package command

import (
	"net/netip"

	"tenableio/internal/wire"
	"tenableio/result"
)

// AddHosts adds hosts to the key fields by the names that Tenable gives them. A name is
// an address if the host has no other.
func AddHosts[T ~string](out *result.Output, names ...T) {
	for _, name := range names {
		if _, err := netip.ParseAddr(string(name)); err == nil {
			out.KeyFields.Add("ip_addresses", string(name))
			continue
		}
		out.KeyFields.Add("host_names", string(name))
	}
}

// AddAddresses adds addresses of hosts to the key fields.
func AddAddresses(out *result.Output, addresses ...wire.Address) {
	for _, address := range addresses {
		out.KeyFields.Add("ip_addresses", address)
	}
}
