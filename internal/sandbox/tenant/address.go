package tenant

import (
	"encoding/binary"
	"net/netip"
)

// The first assets live in the three networks for documentation (RFC 5737), the
// others in the lower half of 10.0.0.0/8; second addresses are in its upper half.
// The address of an index is arithmetic, so the index of an address is too.
var documentation = []netip.Prefix{
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
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

// indexOf is the index of which address is one of the above; -1 when of none.
func indexOf(address netip.Addr) int {
	if address.Is6() {
		bytes := address.As16()
		return int(binary.BigEndian.Uint32(bytes[12:])) - 1
	}
	for network, prefix := range documentation {
		if prefix.Contains(address) {
			return network*hosts + int(address.As4()[3]) - 1
		}
	}
	n := int(binary.BigEndian.Uint32(address.AsSlice()) & (1<<23 - 1))
	return n>>8*hosts + n&0xff - 1
}

// AssetsByIP finds the assets that have the address, by rising index. Networks
// that overlap and stale records make it more than one now and then.
func (t *Tenant) AssetsByIP(address netip.Addr) []*Asset {
	i := indexOf(address.Unmap())
	var found []*Asset
	for _, candidate := range []int{i, i + 1} { // a twin follows the asset the address of which it shares
		if candidate < 0 || candidate >= t.config.Assets {
			continue
		}
		if a := t.Asset(candidate); a.Has(address.Unmap()) {
			found = append(found, a)
		}
	}
	return found
}
