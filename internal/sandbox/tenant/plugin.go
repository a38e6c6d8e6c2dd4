package tenant

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Plugin is a check of the scanner and what it is for. Empty members are absent.
//
// https://developer.tenable.com/docs/tenable-plugin-attributes
type Plugin struct {
	Identity
	Type      string // local, remote, combined
	Version   string
	Synopsis  string
	Text      string // the description
	Solution  string
	SeeAlso   []string
	BIDs      []int
	CWEs      []string
	CPEs      []string
	XRefs     []XRef
	Bulletins []string // of Microsoft: numbers of the knowledge base
	USN       string
	STIG      string // I, II, III

	Published     time.Time
	Modified      time.Time
	VulnPublished time.Time
	Patched       time.Time

	CVSS2, CVSS3, CVSS4 CVSS
	VPR                 VPR
	EPSS                float64 // per cent

	ExploitAvailable bool
	ByMalware        bool // exploited by malware
	ByNessus         bool // exploited by Nessus itself
	InTheNews        bool
	Malware          bool // the plugin checks for malware
	DefaultAccount   bool
	Unsupported      bool
	Metasploit       string // names of exploits; empty: none
	Canvas           string
	Elliot           string
	ExploitHub       string
	Core             bool
	Workaround       string

	on      string
	kind    *pluginKind
	output  string // what is left to fill in is of the finding
	product product
	fixed   [3]int // the version without the flaw
}

// Identity is what makes a plugin the one that people know. That of some is in the
// catalogue, so that examples can name them.
type Identity struct {
	ID       int      `json:"id"`
	Name     string   `json:"name"`
	Family   string   `json:"family"`
	FamilyID int      `json:"family_id"`
	Severity int      `json:"severity"` // 0 (info) to 4 (critical)
	CVEs     []string `json:"cves"`
}

// XRef is a reference to another catalogue.
type XRef struct{ Type, ID string }

// RiskFactors are the severities as words, the way plugins write them.
var RiskFactors = []string{"None", "Low", "Medium", "High", "Critical"}

// Risk is the risk factor of the plugin.
func (p *Plugin) Risk() string { return RiskFactors[p.Severity] }

// Ease says how hard an exploit is; empty for what is no vulnerability.
func (p *Plugin) Ease() string {
	switch {
	case p.Severity == 0:
		return ""
	case p.ExploitAvailable:
		return "Exploits are available"
	case p.DefaultAccount:
		return "No exploit is required"
	}
	return "No known exploits are available"
}

// makePlugins makes them all, by rising ID.
func makePlugins(config Config) []Plugin {
	plugins := make([]Plugin, config.Plugins)
	for i := range plugins {
		plugins[i] = makePlugin(config, i)
	}
	slices.SortFunc(plugins, func(a, b Plugin) int { return a.ID - b.ID })
	return plugins
}

// pluginID has 5 to 7 digits. The steps of 37 from the three bases never meet.
func pluginID(i int) int { return []int{10_007, 100_007, 1_000_007}[i%3] + i*37 }

func makePlugin(config Config, i int) Plugin {
	d := newDice(config.Seed, forPlugin, i, 0)
	kinds := catalogue().Kinds
	kind := &kinds[i%len(kinds)]
	p := Plugin{
		Identity: Identity{
			ID: pluginID(i), Family: kind.Family, FamilyID: kind.FamilyID,
			Severity: pick(&d, kind.Severity),
		},
		Type:    kind.Type,
		on:      kind.On,
		kind:    kind,
		product: pick(&d, catalogue().Products),
		fixed:   [3]int{1 + d.below(9), 1 + d.below(20), d.below(30)},
		Version: fmt.Sprintf("1.%d", 1+d.below(40)),
		SeeAlso: []string{
			fmt.Sprintf("https://advisories.example.com/%d", pluginID(i)),
			"https://www.example.org/?a=1&b=2",
		}[:1+d.below(2)],
	}
	known, isKnown := catalogue().Known[i]
	if isKnown {
		p.Severity = known.Severity
	}
	age := 3 + d.below(2000)
	day := config.Now.Truncate(24 * time.Hour)
	p.VulnPublished = day.AddDate(0, 0, -age)
	p.Published = day.AddDate(0, 0, -age*3/4)
	p.Modified = day.AddDate(0, 0, -age/4)
	p.CPEs = []string{"cpe:/a:" + p.product.CPE}
	if p.Severity > 0 {
		p.addVulnerability(&d, age)
	} else {
		p.VulnPublished = time.Time{}
	}
	p.Name = p.fill(kind.Name)
	p.Synopsis = p.fill(kind.Synopsis)
	p.Solution = p.fill(kind.Solution)
	p.Text = p.fill(kind.Text)
	p.output = p.fill(kind.Output)
	if isKnown {
		p.Identity = known
		p.Workaround = ""
	}
	return p
}

// addVulnerability fills in what only a vulnerability has.
func (p *Plugin) addVulnerability(d *dice, age int) {
	day := p.VulnPublished
	if strings.Contains(p.kind.Text, "{cve}") {
		for range 1 + d.below(4) {
			p.CVEs = append(p.CVEs, fmt.Sprintf("CVE-%d-%d", day.Year(), 900_000+d.below(100_000)))
		}
		p.BIDs = []int{100_000 + d.below(10_000)}
		p.CWEs = []string{pick(d, []string{"20", "79", "119", "400", "787"})}
		p.Patched = day.AddDate(0, 0, min(age, d.below(30)))
		p.ExploitAvailable = d.oneIn(3)
		p.InTheNews = d.oneIn(8)
	}
	p.DefaultAccount = strings.Contains(p.kind.Name, "Default Credentials")
	p.Unsupported = d.oneIn(15)
	p.STIG = pick(d, []string{"", "", "", "I", "II", "III"})
	if p.Severity < 3 && d.oneIn(4) {
		p.Workaround = "Turn the feature off in the settings until the update is in place.\n"
	}
	if p.ExploitAvailable {
		p.addExploits(d)
	}
	p.addReferences(d)
	p.addScores(d, age)
}

func (p *Plugin) addExploits(d *dice) {
	p.ByMalware = d.oneIn(4)
	p.ByNessus = d.oneIn(6)
	p.Core = d.oneIn(4)
	p.Malware = d.oneIn(10)
	if d.oneIn(2) {
		p.Metasploit = p.product.Name + " Command Injection"
	}
	if d.oneIn(4) {
		p.Canvas = pick(d, []string{"CANVAS", "D2ExploitPack", "White_Phosphorus"})
	}
	if d.oneIn(5) {
		p.Elliot = p.product.Name + " RCE"
	}
	if d.oneIn(6) {
		p.ExploitHub = fmt.Sprintf("EH-%02d-%03d", 10+d.below(16), d.below(1000))
	}
}

func (p *Plugin) addReferences(d *dice) {
	year := p.VulnPublished.Year()
	for _, cwe := range p.CWEs {
		p.XRefs = append(p.XRefs, XRef{"CWE", cwe})
	}
	switch {
	case p.Family == "Windows : Microsoft Bulletins":
		p.Bulletins = []string{fmt.Sprint(p.ID)}
		p.XRefs = append(p.XRefs, XRef{"MSFT", fmt.Sprintf("MS%02d-%d", year%100, p.ID)}, XRef{"MSKB", fmt.Sprint(p.ID)})
	case strings.HasPrefix(p.Family, "Red Hat"):
		p.XRefs = append(p.XRefs, XRef{"RHSA", fmt.Sprintf("%d:%d", year, p.ID)})
	case strings.HasPrefix(p.Family, "Ubuntu"):
		p.USN = fmt.Sprint(p.ID)
		p.XRefs = append(p.XRefs, XRef{"USN", p.USN})
	}
	for _, other := range []struct {
		name, id string
		in       int
	}{
		{"IAVA", fmt.Sprintf("%d-A-%04d", year, d.below(1000)), 3},
		{"IAVB", fmt.Sprintf("%d-B-%04d", year, d.below(1000)), 6},
		{"IAVT", fmt.Sprintf("%d-T-%04d", year, d.below(1000)), 9},
		{"EDB-ID", fmt.Sprint(90_000 + d.below(10_000)), 5},
		{"CERT", fmt.Sprint(900_000 + d.below(1000)), 6},
		{"CERT-CC", fmt.Sprintf("CA-%d-%02d", year, 1+d.below(40)), 9},
		{"OSVDB", fmt.Sprint(190_000 + d.below(1000)), 7},
		{"Secunia", fmt.Sprint(99_000 + d.below(1000)), 9},
	} {
		if d.oneIn(other.in) {
			p.XRefs = append(p.XRefs, XRef{other.name, other.id})
		}
	}
}

// fill puts the plugin's own words into a text.
func (p *Plugin) fill(text string) string {
	return strings.NewReplacer("{product}", p.product.Name, "{fixed}", p.fixedVersion(), "{id}", fmt.Sprint(p.ID),
		"{cve}", strings.Join(p.CVEs, ", ")).Replace(text)
}

func (p *Plugin) fixedVersion() string {
	return fmt.Sprintf("%d.%d.%d", p.fixed[0], p.fixed[1], p.fixed[2])
}
