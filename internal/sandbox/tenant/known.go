package tenant

// What the tenant holds whatever its seed, so that examples can name it.
const (
	KnownAddress = "192.0.2.10"
	KnownHost    = "web-01"
)

// knownAsset is the asset with this address and name.
const knownAsset = 9

func isKnown(asset int) bool { return asset == knownAsset }

// known is the identity of a plugin that examples name.
type known struct {
	id       int
	name     string
	family   string
	familyID int
	severity int
	cves     []string
}

// knownPlugins maps the number of a plugin, which decides its kind, to its identity.
var knownPlugins = map[int]known{
	2: {51192, "SSL Certificate Cannot Be Trusted", "General", 30, 2, nil},
	7: {70658, "SSH Server CBC Mode Ciphers Enabled", "Misc.", 23, 1, []string{"CVE-2008-5161"}},
	8: {
		173_911, "Kernel and SSH Flaws in Widget Framework", "CGI abuses", 6, 4,
		[]string{"CVE-2023-1637", "CVE-2008-5161"},
	},
	12: {19506, "Nessus Scan Information", "General", 30, 0, nil},
}

// become gives a plugin the identity of a known one.
func (p *Plugin) become(k known) {
	p.ID = k.id
	p.Name = k.name
	p.Family = k.family
	p.FamilyID = k.familyID
	p.CVEs = k.cves
	p.Workaround = ""
}
