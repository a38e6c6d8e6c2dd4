package agents

import (
	"context"
	"slices"

	"tenableio/commands/command"

	"tenableio/internal/wire"
	"tenableio/result"
)

// RemoveFromGroups starts one bulk task for each group, which removes the
// agents, and follows it to its end. The call takes the number of a group only,
// so UUIDs are looked up, and names are looked for among the group's members.
//
// POST /scanners/null/agent-groups/{group_id}/agents/_bulk/remove:
// https://developer.tenable.com/reference/bulk-remove-agents
func RemoveFromGroups(ctx context.Context, env command.Env, in membershipInput, out *result.Output) error {
	m := newMembership(env, out, "/scanners/null/agent-groups/{group_id}/agents/_bulk/remove", in)
	groups, err := groupsWithUUID(ctx, env, m.groupIDs)
	if err != nil {
		return err
	}
	for _, id := range m.groupIDs {
		if !m.skip(id) {
			m.removeFrom(ctx, groups, id)
		}
	}
	return m.finish(ctx)
}

// removeFrom removes the agents from one group.
func (m *membership) removeFrom(ctx context.Context, groups []agentGroup, id wire.ID) {
	group := agentGroup{ID: wire.NumericID(id)}
	if id.IsUUID() {
		var err error
		if group, err = findGroup(groups, id); err != nil {
			m.fail(ctx, id, err)
			return
		}
	}
	if slices.Contains(m.tried, group.ID) {
		m.repeated++
		m.output.Warn("repeated_value", "Group IDs holds group %s by its number and by its UUID; it was used once.", group.ID)
		return
	}
	m.tried = append(m.tried, group.ID)
	agents, err := m.resolve(ctx, membersOf(group, nil), " in group "+string(id))
	if err != nil {
		m.fail(ctx, id, err)
		return
	}
	if len(agents) > 0 {
		m.change(ctx, id, wire.ID(group.ID), agents)
	}
}

// groupsWithUUID lists the groups when one of the ids is a UUID.
func groupsWithUUID(ctx context.Context, env command.Env, ids []wire.ID) ([]agentGroup, error) {
	for _, id := range ids {
		if id.IsUUID() {
			return readGroups(ctx, env)
		}
	}
	return nil, nil
}
