package tenant

import (
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// smallConfig makes a tenant with something of everything.
func smallConfig() Config {
	return Config{Seed: 1, Assets: 100, FindingsPerAsset: 40, Plugins: 400, Scans: 8, Now: now}
}

func small() *Tenant { return Generate(smallConfig()) }

// TestSeedDecides: the same seed is the same tenant, another seed is another.
func TestSeedDecides(t *testing.T) {
	other := smallConfig()
	other.Seed = 2
	a, b, c := small(), small(), Generate(other)
	if diff := cmp.Diff(a.Asset(7).UUID, b.Asset(7).UUID); diff != "" {
		t.Errorf("asset 7 of the same seed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(texts(a), texts(b)); diff != "" {
		t.Errorf("findings of the same seed (-want +got):\n%s", diff)
	}
	if slices.Equal(texts(a), texts(c)) || a.ContainerUUID == c.ContainerUUID || a.Asset(7).UUID == c.Asset(7).UUID {
		t.Error("another seed made the same tenant")
	}
}

func texts(t *Tenant) []string {
	var list []string
	for a := range t.Assets() {
		for f := range t.Findings(a) {
			list = append(list, f.ID()+f.Plugin.Name+f.Output()+f.State+f.FirstFound.String())
		}
	}
	return list
}

func TestAssetsAreFoundByUUID(t *testing.T) {
	tenant := small()
	for a := range tenant.Assets() {
		found := tenant.AssetByUUID(a.UUID)
		if found == nil || found.Index != a.Index {
			t.Fatalf("AssetByUUID(%s) = %v, want asset %d", a.UUID, found, a.Index)
		}
	}
	for _, uuid := range []string{"", "00000000-0000-4000-8000-000000000000", tenant.Asset(0).UUID[:35] + "g", tenant.Asset(0).UUID[:24] + tenant.Asset(1).UUID[24:]} {
		if a := tenant.AssetByUUID(uuid); a != nil {
			t.Errorf("AssetByUUID(%q) = asset %d, want none", uuid, a.Index)
		}
	}
}

// TestAddressesAreShared: as in an account, by some assets and not by most.
func TestAddressesAreShared(t *testing.T) {
	tenant := Generate(Config{Seed: 3, Assets: 3000, Plugins: 40, FindingsPerAsset: 1, Scans: 5, Now: now})
	walked := map[netip.Addr]int{}
	for a := range tenant.Assets() {
		for _, address := range slices.Concat(a.IPv4, a.IPv6) {
			walked[address]++
		}
	}
	shared := 0
	for _, assets := range walked {
		if assets > 1 {
			shared++
		}
	}
	if shared < 50 || len(walked) < 3500 {
		t.Errorf("%d addresses, %d of them shared: want several for some assets, and shared ones", len(walked), shared)
	}
}

// TestAddressesAreDistinct up to the most assets that are possible.
func TestAddressesAreDistinct(t *testing.T) {
	const documented = 3 * hosts
	for i := documented + 1; i < mostAssets; i++ {
		if !firstAddress(i - 1).Less(firstAddress(i)) {
			t.Fatalf("asset %d has the address %s after %s", i, firstAddress(i), firstAddress(i-1))
		}
	}
	if last, second := firstAddress(mostAssets-1), secondAddress(0); !last.Less(second) {
		t.Errorf("the last first address %s is not below the first second one %s", last, second)
	}
	seen := map[netip.Addr]int{}
	for _, i := range []int{0, 253, 254, 507, 508, 761, 762, 100_000, 5_000_000, mostAssets - 1} {
		for _, address := range []netip.Addr{firstAddress(i), secondAddress(i), ipv6Address(i)} {
			if other, twice := seen[address]; twice {
				t.Errorf("assets %d and %d both have %s", other, i, address)
			}
			seen[address] = i
		}
	}
}

// TestFindingsAddUp: the number is what was asked for, nothing is there twice,
// and nothing happened after now or in the wrong order.
func TestFindingsAddUp(t *testing.T) {
	for _, c := range []Config{
		{Seed: 1, Assets: 100, FindingsPerAsset: 40, Plugins: 400, Scans: 8, Now: now},
		{Seed: 2, Assets: 60, FindingsPerAsset: 90, Plugins: 5, Scans: 0, Now: now},
		{Seed: 3, Assets: 1, FindingsPerAsset: 3, Plugins: 1, Scans: 1, Now: now},
		{Seed: 4, Assets: 12, Plugins: 10, FindingsPerAsset: 5, Scans: 3, Now: now},
		{Seed: 5, Assets: 10, FindingsPerAsset: 10, Now: now},
		{Seed: 6, Now: now},
	} {
		tenant := Generate(c)
		count := 0
		type place struct {
			asset, plugin, port int
			protocol            string
		}
		seen := map[place]bool{}
		ids := map[string]bool{}
		for a := range tenant.Assets() {
			for f := range tenant.Findings(a) {
				count++
				at := place{a.Index, f.Plugin.ID, f.Port, f.Protocol}
				if seen[at] || ids[f.ID()] {
					t.Fatalf("%+v: finding %+v is there twice", c, at)
				}
				seen[at], ids[f.ID()] = true, true
				times := []time.Time{a.FirstSeen, f.FirstFound, f.LastFound, a.LastSeen, f.Indexed, now}
				if !slices.IsSortedFunc(times, time.Time.Compare) {
					t.Fatalf("%+v: times %v of a finding %s are not in order", c, times, f.State)
				}
				if f.Port > 65535 || f.State == "FIXED" && f.LastFixed.Before(f.LastFound) || f.State == "REOPENED" &&
					f.Resurfaced.Before(f.LastFixed) {
					t.Fatalf("%+v: finding %+v cannot be", c, f)
				}
			}
		}
		want := c.Assets * c.FindingsPerAsset
		if c.Plugins == 0 {
			want = 0
		}
		if count != want {
			t.Errorf("%+v: %d findings, want %d", c, count, want)
		}
	}
}

// TestSomethingOfEverything: a default tenant has each kind that a playbook meets.
func TestSomethingOfEverything(t *testing.T) {
	tenant := small()
	got := map[string]int{}
	count := func(name string, is bool) {
		if _, known := got[name]; !known {
			got[name] = 0
		}
		if is {
			got[name]++
		}
	}
	for a := range tenant.Assets() {
		count("stale asset", a.LastSeen.Before(now.AddDate(0, 0, -450)))
		count("asset of this month", a.LastSeen.After(now.AddDate(0, 0, -30)))
		count("two addresses", len(a.IPv4) > 1)
		count("IPv6", len(a.IPv6) > 0)
		count("agent", a.AgentUUID != "")
		count("unlicensed", !a.Licensed)
		count("no name", a.FQDN == "")
		count("unknown system", a.OperatingSystem == "")
		count("tagged", len(a.Tags) > 0)
		none := true
		for f := range tenant.Findings(a) {
			none = false
			count(f.State, true)
			count(f.Modification, true)
			count(f.Source, true)
			count(f.Protocol, true)
			count(f.Plugin.Risk(), true)
			count("no output", f.Output() == "")
			count("seen once", f.FirstFound.Equal(f.LastFound))
			count("exploit", f.Plugin.ExploitAvailable)
			count("seven digits", f.Plugin.ID > 999_999)
			count("CVSS 4", f.Plugin.CVSS4.Base > 0)
			count("unrated vulnerability", f.Plugin.Severity > 0 && f.Plugin.CVSS3.Base == 0)
		}
		count("no findings", none)
	}
	for i := range tenant.ScanCount() {
		s := tenant.Scan(i)
		count("never ran", s.LastRun.IsZero())
		count("not run for 35 days", !s.LastRun.IsZero() && s.LastRun.Before(now.AddDate(0, 0, -35)))
		count("run lately", s.LastRun.After(now.AddDate(0, 0, -21)))
		count("agent scan", (s.Kind == ByAgent))
		count("template-", len(s.ScheduleUUID) == len("template-")+52)
	}
	for name, n := range got {
		if n == 0 {
			t.Errorf("the tenant has nothing of the sort %q", name)
		}
	}
	for _, name := range []string{"OPEN", "REOPENED", "FIXED", "NONE", "RECASTED", "ACCEPTED", "NESSUS", "AGENT", "TCP", "UDP", "ICMP", "None", "Low", "Medium", "High", "Critical"} {
		if got[name] == 0 {
			t.Errorf("no finding is %s", name)
		}
	}
}

func TestScansSeeTheirAssets(t *testing.T) {
	tenant := small()
	seen := 0
	for i := range tenant.ScanCount() {
		for a := range tenant.AssetsOfScan(i) {
			seen++
			if of := tenant.ScanOf(a); of.Index != i || of.UUID != tenant.Scan(i).UUID {
				t.Errorf("asset %d of scan %d says scan %d", a.Index, i, of.Index)
			}
		}
		if s := tenant.Scan(i); tenant.AssetCountOfScan(i) == 0 != s.LastRun.IsZero() {
			t.Errorf("scan %+v sees %d assets", s, tenant.AssetCountOfScan(i))
		}
	}
	if seen != tenant.AssetCount() {
		t.Errorf("the scans see %d assets of %d", seen, tenant.AssetCount())
	}
}

// TestPluginsHaveIDsOfTheirOwn up to the most plugins that are possible.
func TestPluginsHaveIDsOfTheirOwn(t *testing.T) {
	const most = 240_000
	ids := map[int]bool{}
	for i := range most {
		id := pluginID(i)
		if ids[id] || id > 9_999_999 {
			t.Fatalf("plugin %d has ID %d", i, id)
		}
		ids[id] = true
	}
	tenant := small()
	plugins := tenant.Plugins()
	for i := range plugins {
		if i > 0 && plugins[i].ID <= plugins[i-1].ID {
			t.Fatalf("plugin %d has ID %d after %d", i, plugins[i].ID, plugins[i-1].ID)
		}
		if tenant.Plugin(plugins[i].ID) != &plugins[i] {
			t.Fatalf("Plugin(%d) is another", plugins[i].ID)
		}
	}
	if tenant.Plugin(1) != nil {
		t.Error("Plugin(1) is something")
	}
}

// TestMillionsOfFindingsStartAtOnce: nothing is made for an asset or a finding
// before somebody asks, so that a large tenant starts like a small one.
func TestMillionsOfFindingsStartAtOnce(t *testing.T) {
	large := Config{Seed: 1, Assets: 125_000, FindingsPerAsset: 40, Plugins: 400, Scans: 100, Now: now}
	quickest := func(c Config) (took time.Duration) {
		for range 5 {
			start := time.Now()
			Generate(c)
			if d := time.Since(start); took == 0 || d < took {
				took = d
			}
		}
		return took
	}
	// Compared rather than measured: the machine may be busy.
	if s, l := quickest(smallConfig()), quickest(large); l > 5*s+20*time.Millisecond {
		t.Errorf("a tenant of 5 million findings takes %s, one of 4,000 takes %s", l, s)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	tenant := Generate(large)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 50<<20 {
		t.Errorf("it holds %d MiB", grown>>20)
	}
	if last := tenant.Asset(124_999); tenant.AssetByUUID(last.UUID) == nil {
		t.Error("the last asset is not found")
	}
}

func BenchmarkFindings(b *testing.B) {
	tenant := Generate(Config{Seed: 1, Assets: 125_000, FindingsPerAsset: 40, Plugins: 5000, Scans: 100, Now: now})
	n := 0
	for b.Loop() {
		for range tenant.Findings(tenant.Asset(n % 125_000)) {
		}
		n++
	}
}
