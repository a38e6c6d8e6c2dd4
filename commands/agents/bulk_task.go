package agents

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// bulkTask is a task that Tenable carries out on the agents of a group.
type bulkTask struct {
	TaskID    wire.Text `json:"task_id"`
	Status    wire.Text `json:"status"`
	Message   wire.Text `json:"message"`
	StartTime wire.Time `json:"start_time"`
	EndTime   wire.Time `json:"end_time"`
	Units     wire.Int  `json:"total_work_units"`
	UnitsDone wire.Int  `json:"total_work_units_completed"`

	raw json.RawMessage // the API's own bytes
}

// taskPauses lie before each poll of a task, also the first.
var taskPauses = connection.Pauses{First: time.Second, Step: time.Second, Last: 5 * time.Second}

// followTask polls a task until it ends. If the time limit comes first, the failure
// says that the task goes on at Tenable.
//
// GET /scanners/null/agent-groups/{group_id}/agents/_bulk/{task_uuid}:
// https://developer.tenable.com/reference/bulk-task-agent-group-status
func followTask(ctx context.Context, env command.Env, group wire.ID, task bulkTask) (bulkTask, error) {
	poll := env.Tenable.Poll("bulk task "+string(task.TaskID), taskPauses)
	for !task.ended() {
		const message = "The task %s was started and was still %s when the time limit ended; Tenable goes on with it."
		unfinished := fault.New(http.StatusGatewayTimeout, message, task.TaskID, task.Status).
			WithHint("Run List Agents by Group to see the members, or raise options.timeout_seconds. " +
				"Running the command again is harmless.")
		if err := poll.Wait(ctx, unfinished); err != nil {
			return task, err
		}
		answer, err := env.Tenable.Get(ctx, connection.Call{
			Path:   "/scanners/null/agent-groups/{group_id}/agents/_bulk/{task_uuid}",
			Params: map[string]string{"group_id": string(group), "task_uuid": string(task.TaskID)},
		})
		next := bulkTask{raw: answer.Body}
		if err == nil {
			err = connection.Require(answer, &next, "status", &next.Status)
		}
		if err != nil {
			return task, taskUnseen(task, err)
		}
		if next.TaskID == "" {
			next.raw = command.SetMember(next.raw, "task_id", task.TaskID)
		}
		next.TaskID = task.TaskID
		task = next
	}
	return task, nil
}

// taskUnseen returns the failure of a task whose end could not be seen.
func taskUnseen(task bulkTask, err error) error {
	f := fault.From(err).AsUnknownOutcome()
	if f.Status == http.StatusNotFound { // the task: the group is there, since it took the task
		f = f.WithStatus(http.StatusBadGateway, fault.Upstream)
	}
	return f.WithMessage("The task %s was started, and its end could not be seen: %s", task.TaskID, f.Message)
}

func (t bulkTask) ended() bool {
	return t.completedAs() || t.Status.Word() == "stale" || command.EndedEarly(t.Status)
}

// counts reads the message "2 items completed, 0 failed." The status says less: it is
// COMPLETED even if items failed.
func (t bulkTask) counts() (completed, failed int, ok bool) {
	m := regexp.MustCompile(`(\d+) items? completed, (\d+)(?: items?)? failed`).FindStringSubmatch(string(t.Message))
	if m == nil {
		return 0, 0, false
	}
	changed, _ := strconv.ParseInt(m[1], 10, 32) // too many digits count as the largest number
	unchanged, _ := strconv.ParseInt(m[2], 10, 32)
	return int(changed), int(unchanged), true
}

// done reports whether the task changed all of so many agents, as far as Tenable tells.
func (t bulkTask) done(agents int) bool {
	completed, _, counted := t.counts()
	return t.ended() && t.failure() == nil && (counted && completed >= agents || !counted && !t.doubtful())
}

// doubtful reports whether a task without counts in its message says otherwise that it may not have changed all.
func (t bulkTask) doubtful() bool {
	speaksOfFailure := regexp.MustCompile(`(?i)fail|error|invalid|not found|skip|ignor|unknown`)
	return t.UnitsDone.Known && t.UnitsDone.Value < t.Units.Value || speaksOfFailure.MatchString(string(t.Message))
}

// completedAs reports whether the task ended as it should, whatever it counts.
func (t bulkTask) completedAs() bool { return t.Status.Word() == "completed" }

// checkAgents is what to do about agents that a task did not change.
const checkAgents = "Run List Agents to check the Agent IDs, and List Agents by Group to see the members."

// failure returns what went wrong in a task that ended, or nil.
func (t bulkTask) failure() *fault.Error {
	_, failed, _ := t.counts()
	if failed == 0 && (t.completedAs() || !t.ended()) {
		return nil
	}
	f := fault.New(http.StatusBadGateway, "The task %s ended as %s: %s", t.TaskID, t.Status, command.Reason(t.Message))
	return f.WithBody(t.raw).WithHint(checkAgents)
}
