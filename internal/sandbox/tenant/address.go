package tenant

import (
	"encoding/binary"
	"net/netip"
)

// The first assets live in the three networks for documentation (RFC 5737), the
// others in the lower half of 10.0.0.0/8; second addresses are in its upper half.
var documentation = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
}

const (
	hosts      = 254 // .1 to .254 of each /24
	tenFirst   = 10 << 24
	tenSecond  = tenFirst + 1<<23
	inHalf     = 1 << 15 // networks of /24 in half of 10.0.0.0/8
	mostAssets = inHalf * hosts
)

// firstAddress is the IPv4 address that asset i has of its own.
func firstAddress(i int) netip.Addr {
	if network := i / hosts; network < len(documentation) {
		return host(binary.BigEndian.Uint32(documentation[network].Addr().AsSlice()), i%hosts)
	}
	return host(tenFirst, i)
}

// secondAddress is a further address of asset i, if it has any.
func secondAddress(i int) netip.Addr { return host(tenSecond, i) }

// ipv6Address is the IPv6 address of asset i, if it has any.
func ipv6Address(i int) netip.Addr {
	address := netip.MustParseAddr("2001:db8:0:1::").As16()
	binary.BigEndian.PutUint32(address[12:], uint32(i)+1) //nolint:gosec // i is an index
	return netip.AddrFrom16(address)
}

// host is the nth usable address counted from base.
func host(base uint32, n int) netip.Addr {
	var address [4]byte
	binary.BigEndian.PutUint32(address[:], base+uint32(n/hosts)<<8+uint32(n%hosts)+1) //nolint:gosec // within 10.0.0.0/8
	return netip.AddrFrom4(address)
}
