package connection

import (
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tenableio/internal/values"
)

// maxURL is the longest URL of a server or a proxy, in bytes.
const maxURL = 2048

// parseServerURL checks the Server URL. Keys travel in a header, so plain http
// is for this machine only; parse errors are not passed on, because they quote
// the password of a URL that has one.
func parseServerURL(value string) (*url.URL, error) {
	const title = "Server URL"
	refuse := func(why string) (*url.URL, error) { return nil, invalid(title, why) }
	if len(value) > maxURL {
		return refuse("It is too long.")
	}
	u, err := url.Parse(value)
	switch {
	case err != nil:
		return refuse("It must be like " + DefaultServerURL + ".")
	case u.Scheme != "https" && u.Scheme != "http":
		return refuse("It must begin with https://, like " + DefaultServerURL + ".")
	case u.User != nil:
		return refuse("It must hold no user name or password; the API keys have their own parameters.")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(value, "#"):
		return refuse("It must hold no query and no fragment.")
	case u.Opaque != "" || u.Hostname() == "":
		return refuse("It names no host; it must be like " + DefaultServerURL + ".")
	case !plainHost(u.Hostname()):
		return refuse("The host name must be plain ASCII without spaces, empty parts or a final dot " +
			"(write an international name in punycode), and an address must have its usual form.")
	case !plainPort(u):
		return refuse("The port must be a number from 1 to 65535.")
	case u.Path != "" && path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") && u.Path != "/",
		strings.ContainsAny(u.EscapedPath(), "%;"): // some gateways take "..;" for ".."
		return refuse("The path must be plain, without dots, escapes or semicolons.")
	}
	if address, err := netip.ParseAddr(u.Hostname()); err == nil && forbidden(address) {
		return refuse("Link-local, metadata and multicast addresses are not allowed.")
	}
	if u.Scheme == "http" && !loopbackHost(u.Hostname()) {
		return refuse("It must begin with https://: plain http would send the API keys in clear, " +
			"and is allowed to this machine only.")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

// proxySchemes are the kinds of proxies that net/http speaks with.
var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

// parseProxyURL checks the Proxy URL and, where the server is plain http on
// this machine, that the proxy is here too: it would see the keys.
func parseProxyURL(value string, server *url.URL) (*url.URL, error) {
	const title = "Proxy URL"
	if len(value) > maxURL {
		return nil, invalid(title, "It is too long.")
	}
	u, err := url.Parse(value)
	if err == nil && u.Scheme != "" && !strings.Contains(value, "://") {
		err = strconv.ErrSyntax
	}
	switch {
	case err != nil || u.Hostname() == "" || !plainPort(u):
		return nil, invalid(title, "It must be like http://proxy.example.com:3128.")
	case !slices.Contains(proxySchemes, u.Scheme):
		return nil, invalid(title, "It must begin with http://, https:// or socks5://.")
	case server.Scheme == "http" && !loopbackHost(u.Hostname()):
		return nil, invalid(title, "A plain http Server URL is for this machine only, so the proxy must be on it too.")
	}
	return u, nil
}

// plainHost accepts ASCII host names and addresses in their usual form. A name
// made of digits and dots which is no address (127.1, 0x7f000001) is refused:
// resolvers disagree on what it means.
func plainHost(host string) bool {
	kind := values.Host(host)
	ascii := !strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII })
	return ascii && (kind == values.Address || kind == values.Name)
}

func plainPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.Atoi(u.Port())
	return err == nil && port >= 1 && port <= 65535
}

func loopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.Unmap().IsLoopback()
}

// amazonServices are Amazon's addresses of IPv6 for a machine's own services: metadata and
// the credentials of pods among them.
var amazonServices = netip.MustParsePrefix("fd00:ec2::/32")

// metadataAddresses serve credentials to cloud machines and are not link-local: those
// of Google (IPv6), Alibaba, Azure and Oracle.
var metadataAddresses = []netip.Addr{
	netip.MustParseAddr("fd20:ce::254"),
	netip.MustParseAddr("100.100.100.200"),
	netip.MustParseAddr("168.63.129.16"),
	netip.MustParseAddr("192.0.0.192"),
}

// forbidden tells addresses that are never Tenable: the link-local ones, where
// cloud machines find their metadata, the unspecified one and multicast.
// Private ranges are allowed, for gateways within an enterprise.
func forbidden(address netip.Addr) bool {
	return slices.ContainsFunc(reached(address.WithZone("")), func(end netip.Addr) bool {
		return slices.Contains(metadataAddresses, end) || amazonServices.Contains(end) || end.IsLinkLocalUnicast() ||
			end.IsMulticast() || end.IsUnspecified()
	})
}

// IPv6 addresses that a gateway turns into the IPv4 address within them: NAT64, with
// the prefix of everybody (RFC 6052) and one of a network's own (RFC 8215), 6to4 (RFC
// 3056), Teredo (RFC 4380), ISATAP (RFC 5214), translated ones (RFC 7915), and what came
// before them (RFC 4291, 2.5.5.1).
var (
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
	localNAT64 = netip.MustParsePrefix("64:ff9b:1::/48")
	sixTo4     = netip.MustParsePrefix("2002::/16")
	translated = netip.MustParsePrefix("::ffff:0:0:0/96")
	teredo     = netip.MustParsePrefix("2001::/32")
	compatible = netip.MustParsePrefix("::/96")
)

// reached is where a connection to address may end.
func reached(address netip.Addr) []netip.Addr {
	bytes := address.As16()
	switch {
	case address.IsLoopback(), address.IsUnspecified():
	case localNAT64.Contains(address):
		return embedded(bytes)
	case nat64.Contains(address), translated.Contains(address), compatible.Contains(address), isISATAP(bytes):
		return []netip.Addr{netip.AddrFrom4([4]byte(bytes[12:])), address}
	case teredo.Contains(address): // the server, and the client, which is turned over
		client := [4]byte{^bytes[12], ^bytes[13], ^bytes[14], ^bytes[15]}
		return []netip.Addr{netip.AddrFrom4([4]byte(bytes[4:8])), netip.AddrFrom4(client)}
	case sixTo4.Contains(address):
		return []netip.Addr{netip.AddrFrom4([4]byte(bytes[2:6]))}
	}
	return []netip.Addr{address.Unmap()}
}

// isISATAP tells an address whose last half is made of an IPv4 address.
func isISATAP(b [16]byte) bool { return b[8]&^0x02 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe }

// embedded are the IPv4 addresses that an address of NAT64 may hold, at the places that
// RFC 6052, 2.2, gives them after prefixes of 48, 56, 64 and 96 bits. Four zeros belong
// to another address.
func embedded(b [16]byte) []netip.Addr {
	var all []netip.Addr
	for _, octets := range [][4]byte{
		{b[6], b[7], b[9], b[10]}, {b[7], b[9], b[10], b[11]}, {b[9], b[10], b[11], b[12]}, {b[12], b[13], b[14], b[15]},
	} {
		if end := netip.AddrFrom4(octets); !end.IsUnspecified() {
			all = append(all, end)
		}
	}
	return all
}
