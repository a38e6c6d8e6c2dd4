package tenant

import (
	"fmt"
	"iter"
	"time"
)

// Scan is a schedule. Its numeric id is the business of who serves it.
type Scan struct {
	Index        int
	UUID         string // of the last run, 8-4-4-4-12; empty when it never ran
	ScheduleUUID string // 8-4-4-4-28, some of them behind "template-"
	Name         string
	Agent        bool      // by agents, else over the network
	LastRun      time.Time // its start; zero when it never ran
}

// Scan makes scan i, from 0 to ScanCount()-1. The last of four and more never ran.
func (t *Tenant) Scan(i int) Scan {
	d := newDice(t.config.Seed, forScan, i, 0)
	s := Scan{Index: i, UUID: d.uuid(), ScheduleUUID: d.longUUID(), Agent: agentScan(i), LastRun: t.lastRun(i)}
	if d.oneIn(3) {
		s.ScheduleUUID = "template-" + s.ScheduleUUID
	}
	s.Name = fmt.Sprintf("%s %s %d", pick(&d, []string{"Weekly", "Nightly", "Monthly", "Quick"}),
		pick(&d, []string{"servers", "office", "web front", "build farm"}), i+1)
	if i >= t.scansRun() {
		s.UUID = ""
		s.LastRun = time.Time{}
	}
	return s
}

func agentScan(i int) bool { return i%3 == 2 }

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

// scansRun is the number of scans that ran. Findings have a scan even where none
// is left: deleting a scan keeps them.
func (t *Tenant) scansRun() int {
	if t.config.Scans >= 4 {
		return t.config.Scans - 1
	}
	return max(1, t.config.Scans)
}

func (t *Tenant) scanOf(asset int) int { return asset % t.scansRun() }

// ScanOf is the scan that sees the asset.
func (t *Tenant) ScanOf(a *Asset) Scan { return t.Scan(t.scanOf(a.Index)) }

// AssetCountOfScan is the number of assets that scan i sees.
func (t *Tenant) AssetCountOfScan(i int) int {
	if i >= t.scansRun() || i >= t.config.Assets {
		return 0
	}
	return (t.config.Assets-1-i)/t.scansRun() + 1
}

// AssetsOfScan walks through the assets that scan i sees.
func (t *Tenant) AssetsOfScan(i int) iter.Seq[*Asset] {
	return func(yield func(*Asset) bool) {
		if i >= t.scansRun() {
			return
		}
		for index := i; index < t.config.Assets; index += t.scansRun() {
			if !yield(t.Asset(index)) {
				return
			}
		}
	}
}
