// Package agents holds the commands about agents and their groups, one file each under
// the command's key.
package agents

import (
	"fmt"
	"net/netip"
	"net/url"

	"tenableio/commands/command"

	"tenableio/internal/wire"
	"tenableio/result"
)

// agent is one agent of a list. Tenable leaves out what it does not know.
type agent struct {
	ID          wire.NumericID `json:"id"`
	UUID        wire.Text      `json:"uuid"`
	Name        wire.Text      `json:"name"`
	Platform    wire.Text      `json:"platform"`
	Distro      wire.Text      `json:"distro"`
	IP          wire.Text      `json:"ip"`
	Status      wire.Text      `json:"status"`
	CoreVersion wire.Text      `json:"core_version"`
	Groups      wire.List[struct {
		ID   wire.NumericID `json:"id"`
		Name wire.Text      `json:"name"`
	}] `json:"groups"`
	NetworkName wire.Text `json:"network_name"`
	AssetUUID   wire.Text `json:"asset_uuid"`
	Health      wire.Text `json:"health_state_name"`
	LinkedOn    wire.Time `json:"linked_on"`
	LastConnect wire.Time `json:"last_connect"`
	LastScanned wire.Time `json:"last_scanned"`
}

// agentRecord is one agent for a playbook.
type agentRecord struct {
	AgentID     wire.NumericID   `json:"agent_id"`
	AgentUUID   wire.Text        `json:"agent_uuid"`
	Name        wire.Text        `json:"name"`
	Platform    wire.Text        `json:"platform"`
	Distro      wire.Text        `json:"distro"`
	IP          wire.Text        `json:"ip"`
	Status      wire.Text        `json:"status"`
	CoreVersion wire.Text        `json:"core_version"`
	GroupIDs    []wire.NumericID `json:"group_ids"`
	GroupNames  []string         `json:"group_names"`
	NetworkName wire.Text        `json:"network_name"`
	AssetUUID   wire.Text        `json:"asset_uuid"`
	Health      wire.Text        `json:"health"`
	LinkedOn    wire.Time        `json:"linked_on"`
	LastConnect wire.Time        `json:"last_connect"`
	LastScanned wire.Time        `json:"last_scanned"`
}

func (a agent) record() agentRecord {
	r := agentRecord{
		AgentID: a.ID, AgentUUID: a.UUID, Name: a.Name, Platform: a.Platform, Distro: a.Distro, IP: a.IP,
		Status: a.Status, CoreVersion: a.CoreVersion, GroupIDs: []wire.NumericID{}, GroupNames: []string{},
		NetworkName: a.NetworkName, AssetUUID: a.AssetUUID, Health: a.Health,
		LinkedOn: a.LinkedOn, LastConnect: a.LastConnect, LastScanned: a.LastScanned,
	}
	for _, group := range a.Groups {
		r.GroupIDs = append(r.GroupIDs, group.ID)
		r.GroupNames = append(r.GroupNames, string(group.Name))
	}
	return r
}

// describeAgents returns a function that adds the agents of a page to out.
func describeAgents(out *result.Output) func(page []agent) {
	out.Table.Columns = []string{"Agent ID", "Name", "IP", "Platform", "Status", "Last Connect"}
	return func(page []agent) {
		for _, a := range page {
			out.ContextData.Add(a.record())
			out.KeyFields.Add("agent_ids", a.ID)
			out.KeyFields.Add("agent_names", string(a.Name))
			out.KeyFields.Add("host_names", string(a.Name))
			out.KeyFields.Add("ip_addresses", string(a.IP))
			out.Table.Add(string(a.ID), string(a.Name), string(a.IP), string(a.Platform), string(a.Status),
				a.LastConnect.String())
		}
	}
}

// conclude adds the caption to out, and the page that could not be read.
func (l *agentList) conclude(out *result.Output, caption string) {
	out.Table.Caption = caption
	out.Done = l.pages
	if l.failedPage != nil {
		out.Failed = append(out.Failed, *l.failedPage)
		out.Warn("incomplete", "Page %s and those after it are not here: %s agents are.", l.failedPage.Value, l.readCount())
	}
}

// readCount says how many of the agents were read, each counted once.
func (l *agentList) readCount() string {
	if !l.counted {
		return fmt.Sprint(l.distinct())
	}
	return fmt.Sprintf("%d of %d", l.distinct(), l.total)
}

// agentFilters returns the filters of a list of agents in Tenable's form
// field:operator:value. An agent must meet all of them.
//
// https://developer.tenable.com/docs/filter-agents
func agentFilters(hostName *string, ip *netip.Addr, platform *string) url.Values {
	query := url.Values{}
	if hostName != nil {
		query.Add("f", "name:match:"+*hostName)
	}
	if ip != nil {
		query.Add("f", "ip:eq:"+ip.Unmap().String())
	}
	if platform != nil {
		query.Add("f", "platform:eq:"+*platform)
	}
	return query
}

// noAgent is the cause of an empty list that was asked for by filters.
func noAgent(hostName *string, ip *netip.Addr, platform *string) command.Cause {
	return command.Cause{
		Fits: hostName != nil || ip != nil || platform != nil,
		Why:  "no agent meets Host Name, IP and Platform together; an agent reports one IP address",
	}
}
