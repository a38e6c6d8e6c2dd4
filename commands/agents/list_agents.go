package agents

import (
	"context"
	"net/netip"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/result"
)

type listAgentsInput struct {
	HostName *string     `json:"host_name"`
	IP       *netip.Addr `json:"ip"`
	Platform *string     `json:"platform"`
}

// List returns all agents that match, sorted by name.
//
// GET /scanners/null/agents: https://developer.tenable.com/reference/agents-list
func List(ctx context.Context, env command.Env, in listAgentsInput, out *result.Output) error {
	filter := &agentFilter{hostName: in.HostName, ip: in.IP, platform: in.Platform}
	list, err := listPages(ctx, env, connection.Call{
		Path:  "/scanners/null/agents",
		Query: filter.query(),
	}, describeAgents(out, filter))
	if err != nil {
		return err
	}
	out.RawData = list.raw()
	list.conclude(out, filter, result.Counted(list.agentCount(), "agent"))
	command.TellNothing(out, filter.cause(), command.Always("no agent is linked"))
	return nil
}
