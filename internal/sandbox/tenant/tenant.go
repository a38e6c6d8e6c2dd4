// Package tenant makes up the content of a Tenable.io account: assets, plugins,
// findings and scans. Everything follows from a seed and an index by arithmetic,
// so a tenant of millions of findings starts at once and holds nothing but its
// plugins in memory. It knows no endpoints and none of their JSON.
package tenant

import (
	"iter"
	"time"
)

// Config says how large the tenant is. Zero means none.
type Config struct {
	Seed             int64     // the same seed and sizes make the same tenant
	Assets           int       // at most 8,323,072, the addresses that there are
	FindingsPerAsset int       // on average, over all assets
	Plugins          int       // at most 240,000: their identifiers have at most 7 digits
	Scans            int       // schedules
	Now              time.Time // all other times lie before it; zero: the clock's
}

// NetworkID is the one network, Tenable's default.
const NetworkID = "00000000-0000-0000-0000-000000000000"

// Tenant answers for the whole content of the account. It never changes, so it
// may be read from any number of goroutines.
type Tenant struct {
	Now           time.Time
	ContainerUUID string

	config  Config
	plugins []Plugin // by rising ID
	byID    map[int]*Plugin
	pools   map[string][]*Plugin // what can be found on each platform
	owners  []int                // the scans that own assets
	assetID uint64               // hides the index in an asset's UUID
}

// Generate makes the tenant.
func Generate(config Config) *Tenant {
	if config.Now.IsZero() {
		config.Now = time.Now()
	}
	config.Assets = min(config.Assets, mostAssets)
	config.Now = config.Now.UTC().Truncate(time.Millisecond)
	d := newDice(config.Seed, forTenant, 0, 0)
	t := &Tenant{
		Now:           config.Now,
		ContainerUUID: d.uuid(),
		config:        config,
		assetID:       d.roll(),
		owners:        ownersOf(config.Scans),
		pools:         map[string][]*Plugin{},
	}
	t.plugins = makePlugins(config)
	t.byID = make(map[int]*Plugin, len(t.plugins))
	for i := range t.plugins {
		p := &t.plugins[i]
		t.byID[p.ID] = p
		for _, on := range platforms {
			if p.on == anywhere || p.on == on {
				t.pools[on] = append(t.pools[on], p)
			}
		}
	}
	return t
}

// Plugins lists every plugin by rising ID. The caller must not change them.
func (t *Tenant) Plugins() []Plugin { return t.plugins }

// Plugin finds a plugin by its ID; nil when there is none.
func (t *Tenant) Plugin(id int) *Plugin { return t.byID[id] }

// AssetCount is the number of assets.
func (t *Tenant) AssetCount() int { return t.config.Assets }

// ScanCount is the number of scans.
func (t *Tenant) ScanCount() int { return t.config.Scans }

// Assets walks through all assets by rising index.
func (t *Tenant) Assets() iter.Seq[*Asset] {
	return func(yield func(*Asset) bool) {
		for i := range t.config.Assets {
			if !yield(t.Asset(i)) {
				return
			}
		}
	}
}
