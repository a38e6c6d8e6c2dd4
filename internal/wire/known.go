package wire

import (
	"net/netip"
	"strings"
)

// Address is an IP address as Tenable writes it, or "" for none. A text that is no address is another form.
type Address string

// UnmarshalJSON reads an address or null.
func (a *Address) UnmarshalJSON(data []byte) error {
	var text Text
	if err := text.UnmarshalJSON(data); err != nil {
		return err
	}
	*a = Address(strings.TrimSpace(string(text)))
	if _, err := netip.ParseAddr(string(*a)); *a != "" && err != nil {
		*a = ""
		return mismatch(data)
	}
	return nil
}

// Is reports whether the address is another one, however it is written.
func (a Address) Is(other netip.Addr) bool {
	address, err := netip.ParseAddr(string(a))
	return err == nil && address.Unmap() == other
}

// CVE is the identifier of a vulnerability, such as CVE-2023-1637, or "" for none. Any other text is another form.
type CVE string

// IsCVE reports whether a text is the identifier of a vulnerability. CVEs were candidates (CAN) first.
func IsCVE(text string) bool {
	kind, rest, _ := strings.Cut(text, "-")
	year, number, _ := strings.Cut(rest, "-")
	named := strings.EqualFold(kind, "CVE") || strings.EqualFold(kind, "CAN")
	return named && len(year) == len("2023") && number != "" && strings.Trim(year+number, "0123456789") == ""
}

// UnmarshalJSON reads an identifier or null.
func (c *CVE) UnmarshalJSON(data []byte) error {
	var text Text
	if err := text.UnmarshalJSON(data); err != nil {
		return err
	}
	*c = CVE(strings.TrimSpace(string(text)))
	if *c != "" && !IsCVE(string(*c)) {
		*c = ""
		return mismatch(data)
	}
	return nil
}
