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
// so UUIDs are looked up, and names are looked for among the group's members. An agent that
// is no member is nothing to do, and is not sent.
//
// POST /scanners/null/agent-groups/{group_id}/agents/_bulk/remove:
// https://developer.tenable.com/reference/bulk-remove-agents
func RemoveFromGroups(ctx context.Context, env command.Env, in membershipInput, out *result.Output) error {
	m := newMembership(env, out, "/scanners/null/agent-groups/{group_id}/agents/_bulk/remove", in)
	m.removes = true
	var groups []agentGroup
	if slices.ContainsFunc(m.groupIDs, wire.ID.IsUUID) {
		var err error
		if groups, err = readGroups(ctx, env); err != nil {
			return err
		}
	}
	for _, id := range m.groupIDs {
		if !m.groups.Skip("Group IDs", string(id)) {
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
	agents := m.agentIDs
	nonMembers := 0
	for _, name := range m.names {
		found, err := m.membersNamed(ctx, group, id, name)
		if err != nil {
			m.fail(ctx, id, err)
			return
		}
		if len(found) == 0 && !m.unknown[name] {
			nonMembers++
			m.warnOfNonMembers(id, name)
		}
		agents = slices.Concat(agents, without(found, agents))
	}
	switch {
	case len(agents) > 0:
		m.change(ctx, id, wire.ID(group.ID), agents)
	case nonMembers > 0:
		m.nothingToDo(id, wire.ID(group.ID))
	}
}

// membersNamed returns the agents of a group that have a name. Where there is none, the name
// is looked up once among all agents: nobody may have it.
func (m *membership) membersNamed(ctx context.Context, group agentGroup, id wire.ID, name string) ([]wire.ID, error) {
	if m.unknown[name] {
		return nil, nil
	}
	found, err := m.resolve(ctx, membersOf(group, nil), name, " in group "+string(id))
	if _, lookedUp := m.unknown[name]; err != nil || len(found) > 0 || lookedUp {
		return found, err
	}
	elsewhere, err := m.named(ctx, allAgents(), name)
	if err != nil {
		return nil, err
	}
	m.unknown[name] = len(elsewhere) == 0
	if m.unknown[name] {
		m.failName(name)
	}
	return nil, nil
}
