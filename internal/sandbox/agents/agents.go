// Package agents answers for agents, their groups and the bulk tasks that change these.
package agents

import (
	"sync"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// agent is a Nessus Agent. Times are Unix seconds.
//
// https://developer.tenable.com/reference/agents-list
type agent struct {
	ID       int          `json:"id"`
	UUID     string       `json:"uuid"`
	Name     string       `json:"name"`
	Platform string       `json:"platform"` // LINUX, WINDOWS, DARWIN
	Distro   string       `json:"distro"`
	IP       string       `json:"ip"`
	LinkedOn int64        `json:"linked_on"`
	Status   string       `json:"status"` // on, off, init
	Groups   []groupBrief `json:"groups,omitempty"`
	*Report

	index int
}

// Report is what an agent tells about itself; one that never connected has
// reported nothing.
type Report struct {
	LastConnect            int64  `json:"last_connect"`
	LastScanned            int64  `json:"last_scanned,omitempty"`
	PluginFeedID           string `json:"plugin_feed_id"` // YYYYMMDDhhmm
	CoreBuild              string `json:"core_build"`
	CoreVersion            string `json:"core_version"`
	SupportsRemoteLogs     bool   `json:"supports_remote_logs"`
	NetworkUUID            string `json:"network_uuid"`
	NetworkName            string `json:"network_name"`
	ProfileUUID            string `json:"profile_uuid"`
	ProfileName            string `json:"profile_name"`
	SupportsRemoteSettings bool   `json:"supports_remote_settings"`
	AssetUUID              string `json:"asset_uuid,omitempty"`
	Health                 int    `json:"health"`
	HealthStateName        string `json:"health_state_name"`
	SafeMode               int    `json:"safe_mode"`
	LastSafeMode           int64  `json:"last_safe_mode"` // Unix milliseconds
	Fredi                  bool   `json:"fredi_status"`
}

// groupBrief names a group in an agent's record.
type groupBrief struct {
	Name string `json:"name"`
	ID   int    `json:"id"`
}

// reported is the report of the agent, empty when there is none.
func (a *agent) reported() Report {
	if a.Report == nil {
		return Report{}
	}
	return *a.Report
}

// API answers for agents and their groups.
type API struct {
	config web.Config
	fleet  *fleet

	mu        sync.Mutex // guards all below
	groups    []*agentGroup
	lastGroup int // the highest id of a group
	tasks     []*bulkTask
}

// New makes the agents of a tenant and their groups.
func New(t *tenant.Tenant, config web.Config) *API {
	return &API{
		config:    config,
		fleet:     &fleet{seed: config.Seed, size: config.Agents, tenant: t},
		lastGroup: firstGroupID - 1,
	}
}

// Load makes the list of agents.
func (a *API) Load() { a.fleet.load() }

// lock carries out the bulk tasks that are due, and gives what the caller unlocks.
func (a *API) lock() *sync.Mutex {
	a.Load()
	a.mu.Lock()
	if a.groups == nil {
		a.groups = []*agentGroup{}
		a.firstGroups()
	}
	now := a.config.Now()
	for _, task := range a.tasks {
		if !task.settled && task.statusAt(now) == taskCompleted {
			task.settle()
		}
	}
	return &a.mu
}
