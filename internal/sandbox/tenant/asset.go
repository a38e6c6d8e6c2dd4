package tenant

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Asset is a host as Tenable remembers it. Empty members are unknown ones.
//
// https://developer.tenable.com/docs/common-asset-attributes
type Asset struct {
	Index           int
	UUID            string
	Hostname        string
	FQDN            string
	NetBIOS         string
	Workgroup       string
	IPv4            []netip.Addr // the first is the address that scans aim at
	IPv6            []netip.Addr
	MACs            []string
	OperatingSystem string
	DeviceType      string
	BIOSUUID        string
	SerialNumber    string
	AgentUUID       string // 32 hexadecimal digits; empty without an agent
	Licensed        bool
	Tags            []Tag
	Criticality     int // ACR, 1 to 10; 0: not rated
	Exposure        int // AES, 0 to 1000
	FirstSeen       time.Time
	LastSeen        time.Time
	Authenticated   time.Time // the last scan with credentials; zero: never

	on string
}

// Tag is one of the labels of an asset.
type Tag struct{ Category, Value string }

// TagValues lists the tags that the tenant knows, by category.
var TagValues = []struct {
	Category string
	Values   []string
}{
	{"Site", []string{"Harbour", "Hill", "River"}},
	{"Stage", []string{"Production", "Staging", "Lab"}},
}

// TagUUID names a tag.
func (t *Tenant) TagUUID(tag Tag) string {
	d := newDice(t.config.Seed, forTenant, int(crc32.ChecksumIEEE([]byte(tag.Category+": "+tag.Value))), 1)
	return d.uuid()
}

// twin says whether asset i shares the address of the asset before it, as happens
// where networks overlap or a record is out of date.
func twin(i int) bool { return i%29 == 17 }

// idle says whether asset i has no findings; those go to the next one.
func (t *Tenant) idle(i int) bool { return i%23 == 11 && i+1 < t.config.Assets }

// Source is what reported the asset.
func (a *Asset) Source() string {
	if a.AgentUUID != "" {
		return "NESSUS_AGENT"
	}
	return "NESSUS_SCAN"
}

// AgentName is the host's name where there is an agent.
func (a *Asset) AgentName() string {
	if a.AgentUUID == "" {
		return ""
	}
	return a.Hostname
}

// LastLicensed is when a scan last counted the asset; zero: never.
func (a *Asset) LastLicensed() time.Time {
	if !a.Licensed {
		return time.Time{}
	}
	return a.LastSeen
}

// Hosts are the addresses and the names by which people look for the asset.
func (a *Asset) Hosts() (addresses []netip.Addr, names []string) {
	for _, name := range []string{a.Hostname, a.FQDN, a.NetBIOS} {
		if name != "" {
			names = append(names, name)
		}
	}
	return slices.Concat(a.IPv4, a.IPv6), names
}

// TagValues are the asset's tags of a category.
func (a *Asset) TagValues(category string) []string {
	var values []string
	for _, tag := range a.Tags {
		if tag.Category == category {
			values = append(values, tag.Value)
		}
	}
	return values
}

// ScansIn is how often the asset was scanned in the last so many days.
func (a *Asset) ScansIn(days int) int { return 1 + a.Index%days/7 }

// Asset makes asset i, from 0 to AssetCount()-1.
func (t *Tenant) Asset(i int) *Asset {
	d := newDice(t.config.Seed, forAsset, i, 0)
	a := &Asset{Index: i, UUID: t.assetUUID(i), Licensed: !d.oneIn(12), Exposure: d.below(1000)}
	kind := pick(&d, catalogue().Systems)
	if isKnown(i) {
		kind = catalogue().Systems[0]
		a.Licensed = true
	}
	a.on = kind.On
	a.OperatingSystem = kind.Name
	a.DeviceType = kind.Device
	a.Hostname = fmt.Sprintf("%s-%04d", pick(&d, kind.Hosts), i)
	if isKnown(i) {
		a.Hostname = KnownHost
	}
	if !d.oneIn(5) || isKnown(i) {
		a.FQDN = a.Hostname + ".example.com"
	}
	t.placeAsset(a, &d)
	t.dateAsset(a, &d)
	if a.on == windows {
		a.NetBIOS = strings.ToUpper(a.Hostname)
		a.Workgroup = "EXAMPLE"
	}
	if a.OperatingSystem != "" {
		a.BIOSUUID = strings.ToUpper(d.uuid())
	}
	if d.oneIn(3) {
		a.SerialNumber = fmt.Sprintf("SB%08X", d.roll()>>32)
	}
	if d.oneIn(2) {
		a.Criticality = 1 + d.below(10)
	}
	if agentScan(t.scanOf(i)) || d.oneIn(8) || isKnown(i) {
		a.AgentUUID = strings.ReplaceAll(d.uuid(), "-", "")
	}
	for _, tag := range TagValues {
		if d.oneIn(2) {
			a.Tags = append(a.Tags, Tag{tag.Category, pick(&d, tag.Values)})
		}
	}
	a.hide()
	return a
}

// hide takes away what is not known of some assets: one in 31 has no address but
// one of IPv6, and one in 37 nothing but a NetBIOS name. Nobody put agents there.
func (a *Asset) hide() {
	switch {
	case a.Index%31 == 20:
		a.IPv6 = []netip.Addr{ipv6Address(a.Index)}
		a.NetBIOS = ""
	case a.Index%37 == 25:
		a.IPv6 = nil
		a.MACs = nil
		a.NetBIOS = fmt.Sprintf("KIOSK-%04d", a.Index)
	default:
		return
	}
	a.IPv4 = nil
	a.Hostname = ""
	a.FQDN = ""
	a.AgentUUID = ""
}

// Target is what scans aim at: the first address, or the name where there is none.
func (a *Asset) Target() string {
	switch {
	case len(a.IPv4) > 0:
		return a.IPv4[0].String()
	case len(a.IPv6) > 0:
		return a.IPv6[0].String()
	}
	return cmp.Or(a.FQDN, a.Hostname, a.NetBIOS)
}

// FirstIPv4 is the first IPv4 address as text; empty without one.
func (a *Asset) FirstIPv4() string {
	if len(a.IPv4) == 0 {
		return ""
	}
	return a.IPv4[0].String()
}

func (t *Tenant) placeAsset(a *Asset, d *dice) {
	a.IPv4 = []netip.Addr{firstAddress(a.Index)}
	if twin(a.Index) {
		a.IPv4[0] = firstAddress(a.Index - 1)
	}
	if d.oneIn(4) {
		a.IPv4 = append(a.IPv4, secondAddress(a.Index))
	}
	if d.oneIn(5) {
		a.IPv6 = []netip.Addr{ipv6Address(a.Index)}
	}
	for range a.IPv4 {
		b := d.roll()
		a.MACs = append(a.MACs, fmt.Sprintf("02:00:5e:%02x:%02x:%02x", b>>16&0xff, b>>8&0xff, b&0xff))
	}
	if a.OperatingSystem == "" {
		a.MACs = nil
	}
}

// dateAsset says when the asset was seen: most of them by the last run of their
// scan, some months ago, and a few more than the 450 days ago that the
// workbenches look back.
func (t *Tenant) dateAsset(a *Asset, d *dice) {
	run := t.lastRun(t.scanOf(a.Index))
	a.LastSeen = run.Add(time.Duration(d.below(3600_000)) * time.Millisecond)
	switch {
	case isKnown(a.Index):
	case twin(a.Index) && d.oneIn(2), d.oneIn(40):
		a.LastSeen = run.AddDate(0, 0, -451-d.below(200))
	case d.oneIn(8):
		a.LastSeen = run.AddDate(0, 0, -20-d.below(380))
	}
	a.FirstSeen = a.LastSeen.Add(-time.Duration(d.below(400*24*3600)) * time.Second)
	if a.OperatingSystem != "" && !d.oneIn(4) {
		a.Authenticated = a.LastSeen
	}
}

// assetUUID hides the index in the last 12 digits, so that AssetByUUID needs no table.
func (t *Tenant) assetUUID(i int) string {
	d := newDice(t.config.Seed, forAsset, i, 1)
	return fmt.Sprintf("%s%012x", d.uuid()[:24], uint64(i)^t.assetID&(1<<48-1)) //nolint:gosec // i is an index
}

// AssetByUUID finds an asset; nil when there is none. Digits are lower case.
func (t *Tenant) AssetByUUID(uuid string) *Asset {
	if len(uuid) != 36 {
		return nil
	}
	hidden, err := strconv.ParseUint(uuid[24:], 16, 48)
	if err != nil {
		return nil
	}
	i := hidden ^ t.assetID&(1<<48-1)
	if i >= uint64(t.config.Assets) || t.assetUUID(int(i)) != uuid { //nolint:gosec // compared before it is converted
		return nil
	}
	return t.Asset(int(i)) //nolint:gosec // as above
}
