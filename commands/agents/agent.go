// Package agents holds the commands about agents and their groups, one file each under
// the command's key.
package agents

import (
	"cmp"
	"fmt"
	"slices"

	"tenableio/commands/command"
	"tenableio/internal/wire"
	"tenableio/result"
)

// agent is one agent of a list. Tenable leaves out what it does not know.
type agent struct {
	ID          wire.NumericID          `json:"id"`
	UUID        wire.Text               `json:"uuid"`
	Name        wire.Many[wire.Text]    `json:"name"`
	Platform    wire.Text               `json:"platform"`
	Distro      wire.Text               `json:"distro"`
	IP          wire.Many[wire.Address] `json:"ip"`
	Status      wire.Text               `json:"status"`
	CoreVersion wire.Text               `json:"core_version"`
	Groups      wire.List[struct {
		ID   wire.NumericID `json:"id"`
		Name wire.Text      `json:"name"`
	}] `json:"groups"`
	NetworkName    wire.Text `json:"network_name"`
	NetworkUUID    wire.Text `json:"network_uuid"`
	ProfileName    wire.Text `json:"profile_name"`
	AssetUUID      wire.Text `json:"asset_uuid"`
	Health         wire.Text `json:"health"`
	HealthState    wire.Text `json:"health_state_name"`
	RestartPending wire.Bool `json:"restart_pending"`
	LinkedOn       wire.Time `json:"linked_on"`
	LastConnect    wire.Time `json:"last_connect"`
	LastScanned    wire.Time `json:"last_scanned"`
}

// agentRecord is one agent for a playbook.
type agentRecord struct {
	AgentID        wire.NumericID   `json:"agent_id"`
	AgentUUID      wire.Text        `json:"agent_uuid"`
	Name           wire.Text        `json:"name"`
	Platform       wire.Text        `json:"platform"`
	Distro         wire.Text        `json:"distro"`
	IP             wire.Address     `json:"ip"`
	Status         wire.Text        `json:"status"`
	CoreVersion    wire.Text        `json:"core_version"`
	GroupIDs       []wire.NumericID `json:"group_ids"`
	GroupNames     []wire.Text      `json:"group_names"`
	Groups         []wire.Text      `json:"groups"` // the same, under Tenable's name
	NetworkName    wire.Text        `json:"network_name"`
	NetworkUUID    wire.Text        `json:"network_uuid"`
	ProfileName    wire.Text        `json:"profile_name"`
	AssetUUID      wire.Text        `json:"asset_uuid"`
	Health         wire.Text        `json:"health"`
	RestartPending wire.Bool        `json:"restart_pending"`
	LinkedOn       wire.Time        `json:"linked_on"`
	LastConnect    wire.Time        `json:"last_connect"`
	LastScanned    wire.Time        `json:"last_scanned"`
}

func (a agent) record() agentRecord {
	r := agentRecord{
		AgentID: a.ID, AgentUUID: a.UUID, Name: a.Name.First(), Platform: a.Platform, Distro: a.Distro, IP: a.IP.First(),
		Status: a.Status, CoreVersion: a.CoreVersion, GroupIDs: []wire.NumericID{}, GroupNames: []wire.Text{},
		NetworkName: a.NetworkName, NetworkUUID: a.NetworkUUID, ProfileName: a.ProfileName, AssetUUID: a.AssetUUID,
		Health: cmp.Or(a.HealthState, a.Health), RestartPending: a.RestartPending,
		LinkedOn: a.LinkedOn, LastConnect: a.LastConnect, LastScanned: a.LastScanned,
	}
	for _, group := range a.Groups {
		r.GroupIDs = append(r.GroupIDs, group.ID)
		r.GroupNames = append(r.GroupNames, group.Name)
	}
	r.Groups = r.GroupNames
	return r
}

// describeAgents returns a function that adds the agents of a page to out, and counts in others
// those that do not meet the filter.
func describeAgents(out *result.Output, filter agentFilter, others *int) func(page []agent) {
	out.Table.Columns = []string{"Agent ID", "Name", "IP", "Platform", "Status, Health", "Groups", "Last Connect"}
	return func(page []agent) {
		for _, a := range page {
			if !filter.mayTake(a) {
				*others++
			}
			r := a.record()
			out.ContextData.Add(r)
			out.KeyFields.Add("agent_ids", a.ID)
			for _, name := range a.Name {
				out.KeyFields.Add("agent_names", string(name))
			}
			command.AddHosts(out, a.Name...)
			command.AddAddresses(out, a.IP...)
			known := slices.DeleteFunc([]wire.Text{r.Status, r.Health}, func(word wire.Text) bool { return word == "" })
			out.Table.Add(
				string(r.AgentID), string(r.Name), string(r.IP), string(r.Platform), command.Join(known),
				command.Join(r.Groups), r.LastConnect.String(),
			)
		}
	}
}

// conclude adds the caption to out, the page that could not be read, and a warning of the others, which
// the filter should have left out.
func (l *agentList) conclude(out *result.Output, others int, caption string) {
	command.TellNotAsAsked(out, others, "agent", "Host Name, IP and Platform")
	out.Table.Caption = caption
	out.Done = l.pages
	if l.failedPage == nil {
		return
	}
	read := fmt.Sprint(l.agentCount())
	if l.counted {
		read += fmt.Sprintf(" of %d", l.total)
	}
	out.Failed = append(out.Failed, *l.failedPage)
	out.Warn("incomplete", "Page %s and those after it are not here: %s agents are.", l.failedPage.Value, read)
}
