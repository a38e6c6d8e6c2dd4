package tenant

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// Kind is what a scan looks for.
type Kind int

// The kinds of scans.
const (
	Network        Kind = iota // flaws, over the network
	ByAgent                    // flaws, by the agents on the hosts
	Compliance                 // settings that a policy wants, and no flaws
	WebApplication             // flaws of a site
	WithCompliance             // flaws and settings, over the network
)

// Scan is a schedule. Its numeric id is the business of who serves it.
type Scan struct {
	Index        int
	UUID         string // of the last run, 8-4-4-4-12; empty when it never ran
	ScheduleUUID string // 8-4-4-4-28, some of them behind "template-"
	Name         string
	Kind         Kind
	LastRun      time.Time // its start; zero when it never ran
}

// guests are scans that own no assets, by their index. They look at the assets of the first
// scan, or at none. The last one is an ordinary scan.
var guests = map[int]struct {
	name string
	kind Kind
}{
	8:  {"Policy audit", Compliance},
	9:  {"Web shop", WebApplication},
	10: {"Servers with policy", WithCompliance},
	11: {"Weekly perimeter", Network},
}

func isGuest(i int) bool { return guests[i].name != "" }

// neverRan is one scan in eight.
func neverRan(i int) bool { return i%8 == 7 }

// Scan makes scan i, from 0 to ScanCount()-1.
func (t *Tenant) Scan(i int) Scan {
	d := newDice(t.config.Seed, forScan, i, 0)
	s := Scan{Index: i, UUID: d.uuid(), ScheduleUUID: d.longUUID(), LastRun: t.lastRun(i)}
	if d.oneIn(3) {
		s.ScheduleUUID = "template-" + s.ScheduleUUID
	}
	rhythm := pick(&d, []string{"Weekly", "Nightly", "Monthly", "Quick"})
	place := pick(&d, []string{"servers", "office", "web front", "build farm"})
	s.Name = fmt.Sprintf("%s %s %d", rhythm, place, i+1)
	switch {
	case isGuest(i):
		s.Name = guests[i].name
		s.Kind = guests[i].kind
	case agentScan(i):
		s.Kind = ByAgent
	}
	if neverRan(i) && !isGuest(i) {
		s.UUID = ""
		s.LastRun = time.Time{}
	}
	return s
}

func agentScan(i int) bool { return i%3 == 2 && !isGuest(i) }

// lastRun is 2 hours to 20 days ago, so that a run of an hour is over by now. One
// scan in eight was given up 36 days before that: its results are archived, and
// still exported in all formats.
func (t *Tenant) lastRun(i int) time.Time {
	d := newDice(t.config.Seed, forScan, i, 1)
	hours := 2 + d.below(20*24)
	if i%8 == 6 {
		hours += 36 * 24
	}
	return t.Now.Add(-time.Duration(hours) * time.Hour).Truncate(time.Second)
}

// ownersOf lists the scans that own assets: they ran, and are no guests. Findings have a
// scan even where none is left: deleting a scan keeps them.
func ownersOf(scans int) []int {
	var list []int
	for i := range scans {
		if !neverRan(i) && !isGuest(i) {
			list = append(list, i)
		}
	}
	if list == nil {
		return []int{0}
	}
	return list
}

// owns says which of the owners scan i is.
func (t *Tenant) owns(i int) (n int, does bool) { return slices.BinarySearch(t.owners, i) }

// Scope is the scan whose assets scan i looks at: its own, or those of the first scan
// where it has none.
func (t *Tenant) Scope(i int) int {
	if _, does := t.owns(i); does {
		return i
	}
	return 0
}

func (t *Tenant) scanOf(asset int) int { return t.owners[asset%len(t.owners)] }

// ScanOf is the scan that sees the asset.
func (t *Tenant) ScanOf(a *Asset) Scan { return t.Scan(t.scanOf(a.Index)) }

// AssetCountOfScan is the number of assets that scan i sees.
func (t *Tenant) AssetCountOfScan(i int) int {
	n, does := t.owns(i)
	if !does || n >= t.config.Assets {
		return 0
	}
	return (t.config.Assets-1-n)/len(t.owners) + 1
}

// AssetsOfScan walks through the assets that scan i sees.
func (t *Tenant) AssetsOfScan(i int) iter.Seq[*Asset] {
	return func(yield func(*Asset) bool) {
		n, does := t.owns(i)
		if !does {
			return
		}
		for index := n; index < t.config.Assets; index += len(t.owners) {
			if !yield(t.Asset(index)) {
				return
			}
		}
	}
}
