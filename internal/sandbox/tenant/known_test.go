package tenant

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

// TestWhatExamplesName: the default account holds it, with any seed, as somebody
// would want to see it.
func TestWhatExamplesName(t *testing.T) {
	for seed := range int64(5) {
		account := Generate(Config{Seed: seed, Assets: 100, FindingsPerAsset: 40, Plugins: 400, Scans: 12, Now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)})
		a := account.Asset(knownAsset)
		if a.IPv4[0] != netip.MustParseAddr(KnownAddress) || a.Hostname != KnownHost || a.AgentUUID == "" || !a.Licensed {
			t.Errorf("seed %d: the known asset is %+v", seed, a)
		}
		severe := 0
		for f := range account.Findings(a) {
			if f.State == "OPEN" && f.Severity >= 3 && account.Now.Sub(f.LastFound) < 30*24*time.Hour {
				severe++
			}
		}
		if severe == 0 {
			t.Errorf("seed %d: the known asset has no severe findings", seed)
		}
		found := map[int]int{}
		for asset := range account.Assets() {
			for f := range account.Findings(asset) {
				if f.State != "FIXED" && account.Now.Sub(f.LastFound) < 400*24*time.Hour {
					found[f.Plugin.ID]++
				}
			}
		}
		for _, k := range catalogue().Known {
			p := account.Plugin(k.ID)
			if p == nil || p.Name != k.Name || p.Severity != k.Severity || !slices.Equal(p.CVEs, k.CVEs) || found[k.ID] == 0 {
				t.Errorf("seed %d: plugin %d is %+v, found %d times", seed, k.ID, p, found[k.ID])
			}
		}
	}
}

// TestAssetsWithLittleKnown: some have an IPv6 address alone, some a NetBIOS name.
func TestAssetsWithLittleKnown(t *testing.T) {
	account := Generate(Config{Seed: 1, Assets: 100, FindingsPerAsset: 4, Plugins: 400, Scans: 12})
	six, netbios := 0, 0
	for a := range account.Assets() {
		if len(a.IPv4) > 0 {
			continue
		}
		if a.Hostname != "" || a.FQDN != "" || a.AgentUUID != "" || a.Target() == "" || a.FirstIPv4() != "" {
			t.Errorf("%+v", a)
		}
		switch {
		case len(a.IPv6) == 1 && a.NetBIOS == "":
			six++
		case len(a.IPv6) == 0 && a.NetBIOS != "" && len(a.MACs) == 0:
			netbios++
		default:
			t.Errorf("%+v", a)
		}
		if findings := slices.Collect(account.Findings(a)); len(findings) == 0 {
			t.Errorf("%s has no findings", a.Target())
		}
	}
	if six == 0 || netbios == 0 {
		t.Errorf("%d with IPv6 alone, %d with a NetBIOS name alone", six, netbios)
	}
}

// TestEachScanKnowsItsAssets: whatever the number of scans, each asset is of one scan
// that ran and owns assets.
func TestEachScanKnowsItsAssets(t *testing.T) {
	for scans := range 60 {
		account := Generate(Config{Seed: 1, Assets: 200, Scans: scans})
		sum := 0
		for i := range max(1, scans) {
			count := 0
			for a := range account.AssetsOfScan(i) {
				if account.ScanOf(a).Index != i {
					t.Fatalf("%d scans: asset %d of scan %d is of scan %d", scans, a.Index, i, account.ScanOf(a).Index)
				}
				count++
			}
			if count != account.AssetCountOfScan(i) {
				t.Errorf("%d scans: scan %d has %d assets, said to have %d", scans, i, count, account.AssetCountOfScan(i))
			}
			if count > 0 && account.Scan(i).UUID == "" {
				t.Errorf("%d scans: scan %d never ran and has assets", scans, i)
			}
			sum += count
		}
		if sum != 200 {
			t.Errorf("%d scans: %d assets are of a scan", scans, sum)
		}
	}
}
