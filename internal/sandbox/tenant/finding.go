package tenant

import (
	"iter"
	"strconv"
	"strings"
	"time"
)

// Finding is one plugin's result on one port of one asset.
//
// https://developer.tenable.com/docs/vulnerability-states
type Finding struct {
	Asset        *Asset
	Plugin       *Plugin
	N            int // of the asset's findings
	Port         int
	Protocol     string // TCP, UDP, ICMP
	Service      string // empty: not known
	Severity     int    // 0 to 4, after a recast
	Modification string // NONE, RECASTED, ACCEPTED
	State        string // OPEN, REOPENED, FIXED
	Source       string // NESSUS, AGENT
	FirstFound   time.Time
	LastFound    time.Time
	LastFixed    time.Time // zero: never
	Resurfaced   time.Time // zero: never
	Indexed      time.Time

	tenant *Tenant
}

// The severities 0 to 4, as filters and as exports write them.
var (
	SeverityNames = []string{"Info", "Low", "Medium", "High", "Critical"}
	SeverityWords = []string{"info", "low", "medium", "high", "critical"}
)

// NewAt says whether the finding was first found less than 14 days before.
func (f *Finding) NewAt(now time.Time) bool { return now.Sub(f.FirstFound) < 14*24*time.Hour }

// StateAt is the state as workbenches call it.
//
// https://developer.tenable.com/docs/vulnerability-states
func (f *Finding) StateAt(now time.Time) string {
	switch {
	case f.State == "FIXED":
		return "Fixed"
	case f.State == "REOPENED":
		return "Resurfaced"
	case f.NewAt(now):
		return "New"
	}
	return "Active"
}

// stride is a prime beyond any number of plugins, so that steps of it visit all
// plugins of a pool before one comes again.
const stride = 1_299_709

// Findings walks through what was found on the asset. Plugin, port and protocol
// never repeat.
func (t *Tenant) Findings(a *Asset) iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		pool := t.pools[a.on]
		if len(pool) == 0 || t.idle(a.Index) {
			return
		}
		count := t.config.FindingsPerAsset
		if a.Index > 0 && t.idle(a.Index-1) {
			count *= 2
		}
		d := newDice(t.config.Seed, forFinding, a.Index, -1)
		start := d.below(len(pool))
		for n := range count {
			place := n - (n+1)/8 // one in eight repeats the plugin before it on another port
			f := &Finding{Asset: a, Plugin: pool[(start+place%len(pool)*stride)%len(pool)], N: n, tenant: t}
			f.place(place/len(pool)*2 + n%8/7)
			f.addHistory()
			if !yield(f) {
				return
			}
		}
	}
}

// place puts the finding on the nth port of its plugin; beyond its usual ports
// there are the dynamic ones.
func (f *Finding) place(n int) {
	at := f.Plugin.kind.at
	f.Protocol = at.Protocol
	f.Service = at.Name
	if n < len(at.Ports) {
		f.Port = at.Ports[n]
		return
	}
	f.Port = 1024 + (n-len(at.Ports))%64512
	f.Service = ""
}

// addHistory says when the finding was seen and what became of it.
func (f *Finding) addHistory() {
	d := newDice(f.tenant.config.Seed, forFinding, f.Asset.Index, f.N)
	first := f.Asset.FirstSeen
	last := f.Asset.LastSeen
	span := int(last.Sub(first) / time.Millisecond)
	switch roll := d.below(6); {
	case roll < 3:
		first = first.Add(time.Duration(d.below(span+1)) * time.Millisecond)
	case roll == 3:
		first = last // seen once
	}
	f.FirstFound = first
	f.LastFound = last
	f.State = "OPEN"
	f.Severity = f.Plugin.Severity
	f.Modification = "NONE"
	f.Source = "NESSUS"
	if f.Asset.AgentUUID != "" && f.Plugin.Type == "local" {
		f.Source = "AGENT"
	}
	switch between := last.Sub(first) / 3; {
	case d.oneIn(6):
		f.State = "FIXED"
		f.LastFixed = last
		f.LastFound = first.Add(between)
	case d.oneIn(12):
		f.State = "REOPENED"
		f.LastFixed = first.Add(between)
		f.Resurfaced = first.Add(2 * between)
	}
	switch {
	case f.Severity > 1 && d.oneIn(25):
		f.Severity--
		f.Modification = "RECASTED"
	case f.Severity > 0 && d.oneIn(30):
		f.Modification = "ACCEPTED"
	}
	f.Indexed = last.Add(time.Duration(1+d.below(900)) * time.Second)
	if f.Indexed.After(f.tenant.Now) {
		f.Indexed = f.tenant.Now
	}
}

// ID is the UUID of the finding.
func (f *Finding) ID() string {
	d := newDice(f.tenant.config.Seed, forFindingID, f.Asset.Index, f.N)
	return d.uuid()
}

// Output is what the plugin wrote; empty for some plugins.
func (f *Finding) Output() string {
	text := strings.ReplaceAll(f.Plugin.output, "{version}", f.installed())
	text = strings.ReplaceAll(text, "{host}", f.Asset.Target())
	return strings.ReplaceAll(text, "{port}", strconv.Itoa(f.Port))
}
