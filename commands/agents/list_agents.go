package agents

import (
	"context"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/result"
)

// List returns all agents that match, sorted by name.
//
// GET /scanners/null/agents: https://developer.tenable.com/reference/agents-list
func List(ctx context.Context, env command.Env, filter agentFilter, out *result.Output) error {
	others := 0
	list, err := listPages(ctx, env, connection.Call{
		Path:  "/scanners/null/agents",
		Query: filter.query(),
	}, describeAgents(out, filter, &others))
	if err != nil {
		return err
	}
	out.RawData = list.raw()
	list.conclude(out, others, result.Counted(list.agentCount(), "agent"))
	command.TellNothing(out, filter.cause(), command.Always("no agent is linked"))
	return nil
}
