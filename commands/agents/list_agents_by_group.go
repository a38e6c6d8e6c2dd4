package agents

import (
	"context"
	"fmt"
	"net/netip"

	"tenableio/commands/command"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type listAgentsByGroupInput struct {
	GroupID  wire.ID     `json:"group_id"`
	HostName *string     `json:"host_name"`
	IP       *netip.Addr `json:"ip"`
	Platform *string     `json:"platform"`
}

// ListByGroup returns the agents of one group, sorted by name. The group
// is looked up first, because the list takes its number only.
//
// GET /scanners/null/agent-groups/{agent_group_id}/agents:
// https://developer.tenable.com/reference/agent-group-list-agents
func ListByGroup(ctx context.Context, env command.Env, in listAgentsByGroupInput, out *result.Output) error {
	groups, err := readGroups(ctx, env)
	if err != nil {
		return err
	}
	group, err := findGroup(groups, in.GroupID)
	if err != nil {
		return err
	}
	filter := agentFilter{HostName: in.HostName, IP: in.IP, Platform: in.Platform}
	others := 0
	list, err := listPages(ctx, env, membersOf(group, filter.query()), describeAgents(out, filter, &others))
	if f := fault.From(err); f.Absent() {
		return groupGone(in.GroupID, f)
	}
	if err != nil {
		return err
	}
	if list.failedPage != nil && list.failedPage.Err.Absent() {
		list.failedPage.Err = groupGone(in.GroupID, list.failedPage.Err)
	}
	out.RawData = list.joined(`{"Results":`, `}`)
	list.conclude(out, others, fmt.Sprintf("%s of group %s", result.Counted(list.agentCount(), "agent"), group.Name))
	out.KeyFields.Add("group_ids", group.ID)
	out.KeyFields.Add("group_names", string(group.Name))
	command.TellNothing(out, filter.cause(), command.Always("the group has no agents"))
	return nil
}
