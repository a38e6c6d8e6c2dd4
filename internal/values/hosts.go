package values

import (
	"net/netip"
	"strings"
	"unicode"
)

// Kind is what a text names on a network.
type Kind int

// The kinds.
const (
	Nothing Kind = iota // no host, though it may look like one: 192.0.2.999, a URL
	Address             // 192.0.2.1, 2001:db8::1
	Range               // 192.0.2.1-192.0.2.9
	Network             // 192.0.2.0/24
	Name                // web-01.example.com
)

// Host tells what a text names.
func Host(text string) Kind {
	if address, err := netip.ParseAddr(text); err == nil {
		if address.Zone() != "" { // of one machine alone
			return Nothing
		}
		return Address
	}
	if network, err := netip.ParsePrefix(text); err == nil && network.IsValid() {
		return Network
	}
	if first, last, found := strings.Cut(text, "-"); found && isRange(first, last) {
		return Range
	}
	if isName(text) {
		return Name
	}
	return Nothing
}

// isRange tells two addresses of the same family, the lower one first.
func isRange(first, last string) bool {
	from, err := netip.ParseAddr(strings.TrimSpace(first))
	if err != nil {
		return false
	}
	to, err := netip.ParseAddr(strings.TrimSpace(last))
	return err == nil && from.Is4() == to.Is4() && from.Zone()+to.Zone() == "" && !to.Less(from)
}

// isName tells a host name. Its last part is no number: such a text was meant as an
// address, and a resolver may take it for one.
func isName(text string) bool {
	const longest, longestPart = 253, 63
	if len(text) > longest || strings.Trim(text, "0123456789.-") == "" {
		return false
	}
	parts := strings.Split(text, ".")
	for _, part := range parts {
		if part == "" || len(part) > longestPart || strings.Trim(part, "-") != part || strings.ContainsFunc(part, notInName) {
			return false
		}
	}
	last := strings.ToLower(parts[len(parts)-1])
	digits, hex := strings.CutPrefix(last, "0x")
	hex = hex && strings.Trim(digits, "0123456789abcdef") == ""
	return strings.ContainsFunc(last, unicode.IsLetter) && !hex
}

func notInName(r rune) bool {
	return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}
