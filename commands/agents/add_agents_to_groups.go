package agents

import (
	"context"
	"net/http"
	"slices"

	"tenableio/commands/command"
	"tenableio/internal/fault"
	"tenableio/result"
)

// AddToGroups starts one bulk task for each group, which adds the agents,
// and follows it to its end. Adding a member twice is harmless.
//
// POST /scanners/null/agent-groups/{group_id}/agents/_bulk/add:
// https://developer.tenable.com/reference/bulk-add-agents
func AddToGroups(ctx context.Context, env command.Env, in membershipInput, out *result.Output) error {
	m := newMembership(env, out, "/scanners/null/agent-groups/{group_id}/agents/_bulk/add", in)
	agents := m.agentIDs
	for _, name := range m.names {
		found, err := m.resolve(ctx, allAgents(), name, "")
		if err != nil {
			return err
		}
		if len(found) == 0 {
			m.failName(name)
		}
		agents = slices.Concat(agents, without(found, agents))
	}
	if len(agents) == 0 {
		return fault.New(http.StatusNotFound, "None of the Agent Names was found; no group was changed.").WithHint(namesHint)
	}
	for _, id := range m.groupIDs {
		if !m.groups.Skip("Group IDs", string(id)) {
			m.change(ctx, id, id, agents)
		}
	}
	return m.finish(ctx)
}
