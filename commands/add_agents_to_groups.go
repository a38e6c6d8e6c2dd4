package commands

import (
	"context"
	"net/http"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/result"
)

// addAgentsToGroups starts one bulk task for each group, which adds the agents,
// and follows it to its end. Adding a member twice is harmless.
//
// POST /scanners/null/agent-groups/{group_id}/agents/_bulk/add:
// https://developer.tenable.com/reference/bulk-add-agents
func addAgentsToGroups(ctx context.Context, env Env, in membershipInput) (result.Output, error) {
	m := newMembership(env, "/scanners/null/agent-groups/{group_id}/agents/_bulk/add", in)
	agents, err := m.resolve(ctx, connection.Call{Path: "/scanners/null/agents"}, "")
	if err != nil {
		return m.output, err
	}
	if len(agents) == 0 {
		return m.output, fault.New(http.StatusNotFound, "None of the Agent Names was found; no group was changed.")
	}
	for _, id := range m.groupIDs {
		if !m.skipped(id) {
			m.change(ctx, id, id, agents)
		}
	}
	return m.finish(ctx)
}
