package agents

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"tenableio/internal/sandbox/tenant"
)

// firstAgentID is the id of agent 0; the others follow.
const firstAgentID = 2_000_001

// fleet makes the agents up when they are asked for: first those on the assets
// of the tenant, then others whose hosts were never scanned.
type fleet struct {
	seed   int64
	size   int
	tenant *tenant.Tenant

	once     sync.Once // fills in what is below; large fleets take a second
	onAssets []int     // agent -> asset
	byName   []int     // the agents by name, then id
}

func (f *fleet) load() {
	f.once.Do(func() {
		for asset := range f.tenant.Assets() {
			if len(f.onAssets) == f.size {
				break
			}
			if asset.AgentUUID != "" {
				f.onAssets = append(f.onAssets, asset.Index)
			}
		}
		names := make([]string, f.size)
		f.byName = make([]int, f.size)
		for i := range names {
			one, _ := f.identity(i)
			f.byName[i] = i
			names[i] = one.Name
		}
		slices.SortFunc(f.byName, func(a, b int) int {
			return cmp.Or(strings.Compare(names[a], names[b]), cmp.Compare(a, b))
		})
	})
}

// index finds an agent by its id; -1 when there is none.
func (f *fleet) index(id int) int {
	if i := id - firstAgentID; i >= 0 && i < f.size {
		return i
	}
	return -1
}

// numbers are some bytes that follow from the seed and the agent.
func (f *fleet) numbers(i int) (n [32]byte) {
	source := rand.NewPCG(uint64(f.seed), uint64(i)) //nolint:gosec // any 64 bits are a seed
	for at := 0; at < len(n); at += 8 {
		binary.BigEndian.PutUint64(n[at:], source.Uint64())
	}
	return n
}

// agentSystems are the operating systems of agents that run on no asset.
var agentSystems = []struct{ platform, distro, name string }{
	{"LINUX", "es8-x86-64", "app"},
	{"LINUX", "es7-x86-64", "db"},
	{"LINUX", "ubuntu1604-x86-64", "web"},
	{"WINDOWS", "win-x86-64", "LAPTOP"},
	{"WINDOWS", "win-x86-64", "DC"},
	{"DARWIN", "macosx", "mac"},
}

// agent makes agent i without its groups. The fleet must be loaded.
func (f *fleet) agent(i int) *agent {
	a, asset := f.identity(i)
	n := f.numbers(i)
	a.LinkedOn = f.tenant.Now.AddDate(0, 0, -30-int(binary.BigEndian.Uint16(n[1:3]))%700).Unix() - int64(n[3])
	switch {
	case n[4]%10 == 0:
		a.Status = "init"
		return a // it never connected
	case n[4]%3 == 0:
		a.Status = "off"
	}
	f.report(a, n)
	if asset != nil {
		a.AssetUUID = asset.UUID
	}
	return a
}

// identity is what tells agents apart: where agent i is, and on which asset. It
// is all that is needed to order a large fleet.
func (f *fleet) identity(i int) (*agent, *tenant.Asset) {
	n := f.numbers(i)
	system := agentSystems[int(n[0])%len(agentSystems)]
	a := &agent{ID: firstAgentID + i, Platform: system.platform, Distro: system.distro, Status: "on", index: i}
	if i >= len(f.onAssets) {
		f.invent(a, system.name, n)
		return a, nil
	}
	asset := f.tenant.Asset(f.onAssets[i])
	install(a, asset)
	return a, asset
}

func install(a *agent, asset *tenant.Asset) {
	raw := asset.AgentUUID
	a.UUID = strings.Join([]string{raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]}, "-")
	a.Name = asset.Hostname
	a.IP = asset.Target()
	a.Platform = "LINUX"
	a.Distro = "es8-x86-64"
	if strings.Contains(asset.OperatingSystem, "Windows") {
		a.Platform = "WINDOWS"
		a.Distro = "win-x86-64"
	}
}

// invent puts the agent on a host of its own. One in eight was installed again
// and has the name of the agent before it.
func (f *fleet) invent(a *agent, kind string, n [32]byte) {
	id := n[8:24]
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	a.UUID = fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
	a.Name = fmt.Sprintf("%s-%06d", kind, a.index)
	if a.index%8 == 5 && a.index > 0 {
		before, _ := f.identity(a.index - 1)
		a.Name = before.Name
	}
	a.IP = fmt.Sprintf("10.%d.%d.%d", 200+a.index>>16%50, a.index>>8&0xff, a.index&0xff)
}

// report makes the report of the agent's last connection: minutes ago, or days ago if
// the agent is off.
func (f *fleet) report(a *agent, n [32]byte) {
	now := f.tenant.Now
	connected := now.Unix() - int64(n[5])*10
	if a.Status == "off" {
		connected = now.AddDate(0, 0, -1-int(n[5])%60).Unix()
	}
	version := []string{"10.8.0", "10.8.2", "10.9.0", "7.7.4", "8.3.1"}[n[6]%5]
	a.Report = &Report{
		LastConnect:            max(connected, a.LinkedOn),
		CoreVersion:            version,
		CoreBuild:              fmt.Sprint(10 + n[6]%5),
		PluginFeedID:           now.AddDate(0, 0, -int(n[7])%20).Format("200601021504"),
		SupportsRemoteLogs:     n[6]%2 == 0,
		SupportsRemoteSettings: true,
		NetworkUUID:            tenant.NetworkID,
		NetworkName:            "Default",
		ProfileUUID:            tenant.NetworkID,
		ProfileName:            "Default",
		LastSafeMode:           a.LinkedOn * 1000,
		HealthStateName:        "HEALTHY",
	}
	if n[7]%5 != 0 {
		a.LastScanned = a.LastConnect - int64(n[7])*60
	}
	switch n[24] % 16 {
	case 0:
		a.Health = 20
		a.HealthStateName = "CRITICAL"
	case 1, 2:
		a.Health = 10
		a.HealthStateName = "WARNING"
	}
}
