package commands

import (
	"context"
	"net/http"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type addAgentsToGroupsInput struct {
	GroupIDs   []wire.ID `json:"group_ids"`
	AgentNames []string  `json:"agent_names"`
	AgentIDs   []wire.ID `json:"agent_ids"`
}

// addAgentsToGroups starts one bulk task for each group, which adds the agents,
// and follows it to its end. Adding a member twice is harmless.
//
// POST /scanners/null/agent-groups/{group_id}/agents/_bulk/add:
// https://developer.tenable.com/reference/bulk-add-agents
func addAgentsToGroups(ctx context.Context, env Env, in addAgentsToGroupsInput) (result.Output, error) {
	m := newMembership(env, "/scanners/null/agent-groups/{group_id}/agents/_bulk/add", in.GroupIDs, in.AgentNames, in.AgentIDs)
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
