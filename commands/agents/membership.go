package agents

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"tenableio/commands/command"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

// membership is one run of Add Agents to Groups or Remove Agents From Groups:
// one bulk task for each group.
type membership struct {
	env      command.Env
	path     string           // of the bulk call
	groupIDs []wire.ID        // as given, each once
	names    []string         // as given, each once
	agentIDs []wire.ID        // as given, each once
	tried    []wire.NumericID // groups, of those that were looked up
	repeated int              // of groupIDs: another of them names the same group
	results  []json.RawMessage
	output   *result.Output
	groups   command.Series // writes to output
}

// membershipInput are the inputs of both commands.
type membershipInput struct {
	GroupIDs   []wire.ID `json:"group_ids"`
	AgentNames []string  `json:"agent_names"`
	AgentIDs   []wire.ID `json:"agent_ids"`
}

func newMembership(env command.Env, out *result.Output, path string, in membershipInput) *membership {
	m := &membership{env: env, output: out, path: path}
	m.groups.Out = out
	m.groupIDs = command.Once(out, "Group IDs", in.GroupIDs)
	m.names = command.Once(out, "Agent Names", in.AgentNames)
	m.agentIDs = command.Once(out, "Agent IDs", in.AgentIDs)
	m.output.Table.Columns = []string{"Group ID", "Task ID", "Status", "Agents", "Message"}
	return m
}

// named are the agents of a list that have exactly this name. The API's own
// comparison is not documented, so it is done again here.
func (m *membership) named(ctx context.Context, call connection.Call, name string) ([]wire.ID, error) {
	call.Query = url.Values{"f": {"name:eq:" + name}}
	var ids []wire.ID
	list, err := listPages(ctx, m.env, call, func(page []agent) {
		for _, agent := range page {
			if string(agent.Name) == name && !slices.Contains(ids, wire.ID(agent.ID)) {
				ids = append(ids, wire.ID(agent.ID))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if list.broken != nil {
		return nil, list.broken.Err
	}
	if slices.Contains(ids, "") {
		return nil, fault.New(http.StatusBadGateway, "Unexpected answer of the API: an agent with the name %s has no id.", name)
	}
	return ids, nil
}

// resolve is the given agents and those that the names stand for in a list. A
// name may belong to several agents, after a reinstallation say: all of them are
// meant. A name of no agent is a failed part, and the others go on.
func (m *membership) resolve(ctx context.Context, list connection.Call, where string) ([]wire.ID, error) {
	ids := slices.Clone(m.agentIDs)
	for _, name := range m.names {
		found, err := m.named(ctx, list, name)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			missing := fault.New(http.StatusNotFound, "No agent with the name %s was found%s.", name, where)
			m.output.Failed = append(m.output.Failed, fault.Item{Input: "Agent Names", Value: name, Err: missing})
		}
		if len(found) > 1 {
			m.output.Warn("ambiguous_name", fmt.Sprintf("The name %s belongs to %d agents%s, and all of them are meant: %s.", name, len(found), where, command.Join(found)))
		}
		for _, id := range found {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids, nil
}

// change starts the task of one group and follows it. given is the group as the
// user named it, id as the call takes it.
func (m *membership) change(ctx context.Context, given, id wire.ID, agents []wire.ID) {
	answer, err := m.env.Tenable.Post(ctx, connection.Call{
		Path:   m.path,
		Params: map[string]string{"group_id": string(id)},
		Body:   map[string][]wire.ID{"items": agents},
		Empty:  true,
	})
	if err != nil {
		m.fail(ctx, given, err)
		return
	}
	task, err := readTask(answer)
	if err != nil {
		m.fail(ctx, given, err)
		return
	}
	if m.env.Wait && task.TaskID != "" {
		task, err = followTask(ctx, m.env, id, task)
	}
	m.note(given, task, agents)
	if err != nil {
		m.fail(ctx, given, err)
		return
	}
	if failure := task.failure(); failure != nil {
		m.fail(ctx, given, failure)
		if task.completed() == 0 {
			return
		}
	}
	if completed, failed, said := task.counts(); said && completed+failed < len(agents) {
		m.output.Warn("fewer_agents", fmt.Sprintf("Tenable counts %d of the %d agents in the task of group %s; run List Agents by Group to see the members.", completed+failed, len(agents), given))
	}
	m.output.Done++
}

// fail makes a group a failed part.
func (m *membership) fail(ctx context.Context, given wire.ID, err error) {
	f := *fault.From(err)
	if f.Absent() {
		f.Message = unknownGroup(given).Message
	}
	m.groups.Fail(ctx, "Group IDs", string(given), &f)
}

// skipped tells whether a group is not to be tried any more.
func (m *membership) skipped(given wire.ID) bool { return m.groups.Skips("Group IDs", string(given)) }

// note adds what is known of a group's task to the result.
func (m *membership) note(given wire.ID, task bulkTask, agents []wire.ID) {
	type record struct {
		GroupID    wire.ID   `json:"group_id"`
		TaskID     wire.Text `json:"task_id"`
		Status     wire.Text `json:"status"`
		Message    wire.Text `json:"message"`
		AgentCount int       `json:"agent_count"`
		StartTime  wire.Time `json:"start_time"`
		EndTime    wire.Time `json:"end_time"`
	}
	raw := task.raw
	if len(raw) == 0 {
		raw = json.RawMessage("{}")
	}
	m.results = append(m.results, command.WithMember(raw, "group_id", string(given)))
	m.output.ContextData.Add(record{
		GroupID: given, TaskID: task.TaskID, Status: task.Status, Message: task.Message, AgentCount: len(agents),
		StartTime: task.StartTime, EndTime: task.EndTime,
	})
	m.output.KeyFields.Add("group_ids", given)
	m.output.KeyFields.Add("task_ids", string(task.TaskID))
	for _, id := range agents {
		m.output.KeyFields.Add("agent_ids", id)
	}
	m.output.Table.Add(
		string(given), string(task.TaskID), string(task.Status), fmt.Sprint(len(agents)), string(task.Message),
	)
}

// finish is the output of the whole run. The end of the run itself, by a signal
// or the time limit, is the command's failure; what was done before is said.
func (m *membership) finish(ctx context.Context) error {
	m.output.RawData = result.Array(`{"Results":`, result.RawOf(m.results...), `}`)
	parts, done := "groups", "done"
	if !m.env.Wait {
		parts, done = "tasks", "started"
	}
	groups := len(m.groupIDs) - m.repeated
	m.output.Table.Caption = fmt.Sprintf("%d of %d %s %s", m.output.Done, groups, parts, done)
	if ctx.Err() == nil || m.groups.End == nil {
		return nil
	}
	if m.output.Done > 0 {
		m.output.Warn("partly_done", fmt.Sprintf("%d of %d %s were %s before the run ended; the items of the error name the others.", m.output.Done, groups, parts, done))
	}
	return m.groups.End
}
