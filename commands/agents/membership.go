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
	removes  bool             // or it adds
	groupIDs []wire.ID        // as given, without repeats
	names    []string         // as given, without repeats
	agentIDs []wire.ID        // as given, without repeats
	tried    []wire.NumericID // groups that were looked up and tried
	repeated int              // how many of groupIDs name a group that another one names

	unknown map[string]bool // names that were looked up among all agents: whether no agent has them

	results []json.RawMessage
	output  *result.Output
	groups  command.Items // writes to output
}

// membershipInput are the inputs of both commands.
type membershipInput struct {
	GroupIDs   []wire.ID `json:"group_ids"`
	AgentNames []string  `json:"agent_names"`
	AgentIDs   []wire.ID `json:"agent_ids"`
}

func newMembership(env command.Env, out *result.Output, path string, in membershipInput) *membership {
	m := &membership{env: env, output: out, path: path, unknown: map[string]bool{}}
	m.groups.Out = out
	m.groupIDs = command.Dedupe(out, "Group IDs", in.GroupIDs)
	m.names = command.Dedupe(out, "Agent Names", in.AgentNames)
	m.agentIDs = command.Dedupe(out, "Agent IDs", in.AgentIDs)
	m.output.Table.Columns = []string{"Group ID", "Task ID", "Status", "Agents", "Message"}
	return m
}

// namesHint says how names are given, because a name with a comma in one text is two.
const namesHint = "Names must be exact: run List Agents to see them. " +
	"One text is split at commas, semicolons and line breaks; " +
	`give a name that holds one of them in a JSON list: ["Smith, John"].`

// named returns the agents of a list that have exactly this name. The plugin compares
// the names itself, because the API's comparison is not documented.
func (m *membership) named(ctx context.Context, call connection.Call, name string) ([]wire.ID, error) {
	call.Query = url.Values{"f": {"name:eq:" + name}}
	var ids []wire.ID
	list, err := listPages(ctx, m.env, call, func(page []agent) {
		for _, agent := range page {
			if slices.Contains(agent.Name, wire.Text(name)) && !slices.Contains(ids, wire.ID(agent.ID)) {
				ids = append(ids, wire.ID(agent.ID))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if list.failedPage != nil {
		return nil, list.failedPage.Err
	}
	if slices.Contains(ids, "") {
		return nil, fault.New(http.StatusBadGateway,
			"Unexpected answer of the API: an agent with the name %s has no id.", name)
	}
	return ids, nil
}

// resolve returns the agents that a name stands for in a list: all that have it, since
// there are several after a reinstallation.
func (m *membership) resolve(ctx context.Context, list connection.Call, name, where string) ([]wire.ID, error) {
	found, err := m.named(ctx, list, name)
	if len(found) > 1 {
		m.output.Warn("ambiguous_name", "The name %s belongs to %d agents%s, and all of them are meant: %s.",
			name, len(found), where, command.Join(found))
	}
	return found, err
}

// failName adds a name that no agent has to the failed items. The others go on.
func (m *membership) failName(name string) {
	missing := fault.New(http.StatusNotFound, "No agent with the name %s was found.", name).WithHint(namesHint)
	m.output.Failed = append(m.output.Failed, fault.Item{Input: "Agent Names", Value: name, Err: missing})
}

// without returns the agents that are not in others.
func without(agents, others []wire.ID) []wire.ID {
	return slices.DeleteFunc(slices.Clone(agents), func(id wire.ID) bool { return slices.Contains(others, id) })
}

// change starts the task of one group and follows it. The user named the group by
// given; the call takes id.
func (m *membership) change(ctx context.Context, given, id wire.ID, agents []wire.ID) {
	before := m.before(ctx, id, agents)
	if agents = without(agents, m.nonMembersAmong(given, before)); len(agents) == 0 {
		m.nothingToDo(given, id)
		return
	}
	answer, err := m.env.Tenable.Post(ctx, connection.Call{
		Path:   m.path,
		Params: map[string]string{"group_id": string(id)},
		Body:   map[string][]wire.ID{"items": agents},
	})
	task := bulkTask{raw: answer.Body}
	if err == nil {
		err = connection.Require(answer, &task, "task_id", &task.TaskID)
	}
	if err != nil {
		m.fail(ctx, given, err)
		return
	}
	if m.env.Wait {
		task, err = followTask(ctx, m.env, id, task)
	}
	m.describe(given, id, task, agents)
	if err != nil {
		m.fail(ctx, given, err)
		return
	}
	m.conclude(ctx, given, id, task, agents, before)
}

// nothingToDo adds a group of which none of the agents is a member.
func (m *membership) nothingToDo(given, id wire.ID) {
	m.refer(given, id)
	m.output.Done++
}

// fail adds a group to the failed items.
func (m *membership) fail(ctx context.Context, given wire.ID, err error) {
	f := fault.From(err)
	if f.Absent() {
		f = f.WithMessage("%s", unknownGroup(given).Message)
	}
	m.groups.Fail(ctx, "Group IDs", string(given), f)
}

// refer adds a group to the key fields: by its UUID if it was given by it, and by its number if that is known.
func (m *membership) refer(given, id wire.ID) (number wire.NumericID, uuid wire.Text) {
	_, uuid = given.Split()
	number, _ = id.Split()
	m.output.KeyFields.Add("group_ids", number)
	m.output.KeyFields.Add("group_uuids", string(uuid))
	return number, uuid
}

// describe adds the task of a group to the output. The call took id.
func (m *membership) describe(given, id wire.ID, task bulkTask, agents []wire.ID) {
	type record struct {
		GroupID    wire.NumericID `json:"group_id"`
		GroupUUID  wire.Text      `json:"group_uuid"`
		TaskID     wire.Text      `json:"task_id"`
		Status     wire.Text      `json:"status"`
		Message    wire.Text      `json:"message"`
		AgentCount int            `json:"agent_count"`
		StartTime  wire.Time      `json:"start_time"`
		EndTime    wire.Time      `json:"end_time"`
	}
	number, uuid := m.refer(given, id)
	m.results = append(m.results, command.SetMember(task.raw, "group_id", string(given)))
	m.output.ContextData.Add(record{
		GroupID: number, GroupUUID: uuid, TaskID: task.TaskID, Status: task.Status, Message: task.Message,
		AgentCount: len(agents), StartTime: task.StartTime, EndTime: task.EndTime,
	})
	m.output.KeyFields.Add("task_ids", string(task.TaskID))
	m.output.Table.Add(
		string(given), string(task.TaskID), string(task.Status), fmt.Sprint(len(agents)), string(task.Message),
	)
}

// finish completes the output. If a signal or the time limit ended the run, that is the
// failure of the command, and a warning counts what was done before.
func (m *membership) finish(ctx context.Context) error {
	m.output.RawData = result.Array(`{"Results":`, result.RawOf(m.results...), `}`)
	items := "groups"
	done := "done"
	if !m.env.Wait {
		items = "tasks"
		done = "started"
	}
	groups := len(m.groupIDs) - m.repeated
	m.output.Table.Caption = fmt.Sprintf("%d of %d %s %s", m.output.Done, groups, items, done)
	if ctx.Err() == nil || m.groups.Stopped == nil {
		return nil
	}
	if m.output.Done > 0 {
		m.output.Warn("partly_done", "%d of %d %s were %s before the run ended; the items of the error name the others.",
			m.output.Done, groups, items, done)
	}
	return m.groups.Stopped
}
