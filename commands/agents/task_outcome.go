package agents

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// members are the agents of a group; nil where they are not known.
type members map[wire.ID]bool

func (s members) add(page []agent) {
	for _, a := range page {
		s[wire.ID(a.ID)] = true
	}
}

// ifWhole returns the members, or nil if the list holds some that cannot be told.
func (s members) ifWhole(list agentList) members {
	if list.others > 0 || s[""] {
		return nil
	}
	return s
}

// before returns the members of a group from which agents are to be removed by their IDs.
// One page is read, once: where it does not hold them all, nothing is known, and the
// removal itself tells what is wrong.
func (m *membership) before(ctx context.Context, group wire.ID, agents []wire.ID) members {
	if !m.removes {
		return nil
	}
	there := members{}
	if len(m.agentIDs) == 0 { // each of them was found in the group by its name
		for _, id := range agents {
			there[id] = true
		}
		return there
	}
	call := membersOf(agentGroup{ID: wire.NumericID(group)}, nil)
	call.Once = true
	var list agentList
	page, err := list.readPage(ctx, m.env, call, 1)
	if err != nil {
		return nil
	}
	list.add(page)
	if !list.endsWith(page) || list.distinct() < list.total {
		return nil
	}
	there.add(page.agents)
	return there.ifWhole(list)
}

// after returns the members of a group once a task has ended.
func (m *membership) after(ctx context.Context, group wire.ID) members {
	there := members{}
	list, err := listPages(ctx, m.env, membersOf(agentGroup{ID: wire.NumericID(group)}, nil), there.add)
	if err != nil || list.failedPage != nil {
		return nil
	}
	return there.ifWhole(list)
}

// conclude adds what came of a task: the agents that were changed for certain, and those
// that were not. Where a task does not count every agent as completed, the group tells.
// What a task that did not complete has changed is certain only where it is known who was
// a member before.
func (m *membership) conclude(ctx context.Context, given, id wire.ID, task bulkTask, agents []wire.ID, before members) {
	switch {
	case !task.ended(): // it was only started
		m.output.Done++
		return
	case task.done(len(agents)):
		m.addChanged(agents)
		m.output.Done++
		return
	}
	after := m.after(ctx, id)
	if after == nil {
		m.concludeUnseen(ctx, given, task, agents)
		return
	}
	wrong := slices.DeleteFunc(slices.Clone(agents), func(agent wire.ID) bool { return after[agent] != m.removes })
	right := without(agents, wrong)
	certain := right
	if !task.completedAs() && before == nil {
		certain = nil
	}
	m.addChanged(certain)
	failure := task.failure()
	switch {
	case failure == nil, len(wrong) == 0 && task.completedAs():
		m.warnOfCount(given, task, agents)
	case task.completedAs():
		m.fail(ctx, given, failure)
	default:
		m.fail(ctx, given, m.withChanged(failure, right))
	}
	where := "not in"
	if m.removes {
		where = "still in"
	}
	for _, agent := range wrong {
		const message = "Agent %s is %s group %s: the task %s ended as %s: %s"
		f := fault.New(http.StatusBadGateway, message,
			agent, where, given, task.TaskID, task.Status, command.Reason(task.Message)).WithHint(checkAgents)
		m.output.Failed = append(m.output.Failed, fault.Item{Input: "Agent IDs", Value: string(agent), Err: f})
	}
	if len(certain) > 0 {
		m.output.Done++
	}
}

// concludeUnseen is conclude without a look at the group: no change is certain.
func (m *membership) concludeUnseen(ctx context.Context, given wire.ID, task bulkTask, agents []wire.ID) {
	failure := task.failure()
	if failure == nil {
		m.warnOfCount(given, task, agents)
		m.output.Done++
		return
	}
	m.fail(ctx, given, failure)
	if completed, _, _ := task.counts(); completed > 0 {
		m.output.Done++
	}
}

// withChanged adds to the failure of a task the agents that are where they should be all the same.
func (m *membership) withChanged(failure *fault.Error, right []wire.ID) *fault.Error {
	if len(right) == 0 {
		return failure
	}
	where := "in"
	if m.removes {
		where = "not in"
	}
	return failure.WithMessage("%s. All the same, these agents are %s the group: %s.",
		strings.TrimSuffix(failure.Message, "."), where, command.Join(right))
}

// nonMembersAmong returns the given agents that were no members of the group before they
// were to be removed, and warns of them: they are nothing to do.
func (m *membership) nonMembersAmong(given wire.ID, before members) []wire.ID {
	if before == nil {
		return nil
	}
	nonMembers := slices.DeleteFunc(slices.Clone(m.agentIDs), func(id wire.ID) bool { return before[id] })
	if len(nonMembers) > 0 {
		m.warnOfNonMembers(given, command.Join(nonMembers))
	}
	return nonMembers
}

// warnOfNonMembers warns of agents, given by IDs or by a name, that are no members of a group.
func (m *membership) warnOfNonMembers(given wire.ID, agents string) {
	m.output.Warn("not_a_member", "There was nothing to remove from group %s, because these are no members of it: %s.",
		given, agents)
}

// addChanged adds the agents that were changed to the key fields.
func (m *membership) addChanged(agents []wire.ID) {
	for _, id := range agents {
		m.output.KeyFields.Add("agent_ids", id)
	}
}

// warnOfCount warns of a task that counts fewer agents as completed than it was for.
func (m *membership) warnOfCount(given wire.ID, task bulkTask, agents []wire.ID) {
	const members = "run List Agents by Group to see the members."
	if completed, _, counted := task.counts(); counted {
		m.output.Warn("fewer_agents", "Tenable counts %d of the %d agents as completed in the task of group %s; "+members,
			completed, len(agents), given)
		return
	}
	m.output.Warn("fewer_agents", "Tenable does not say that the task of group %s changed all of the %d agents; "+members,
		given, len(agents))
}
