package workflows

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/envelope"
)

// patience is how long a step is tried again while the envelope says that it may work.
type patience struct {
	limit    time.Duration // for all attempts and the waits between them
	attempts int32         // 0: as many as fit
	first    time.Duration // the first wait; the next ones grow
	growth   float64
	longest  time.Duration // the longest wait
}

var (
	// A health check that takes its time is a failed one, and the next one comes soon.
	prompt = patience{limit: 5 * time.Minute, attempts: 3, first: 2 * time.Second, growth: 2, longest: time.Minute}
	// Longer than the outages of a cloud, and than any Retry-After that was seen.
	usual = patience{limit: 4 * time.Hour, first: 2 * time.Second, growth: 2, longest: 5 * time.Minute}
	// Tenable keeps the chunks of an export for 24 hours.
	fetching = patience{limit: 24 * time.Hour, first: 2 * time.Second, growth: 2, longest: 5 * time.Minute}
	// A large scan runs for days, and one that is paused longer.
	scanning = patience{limit: 7 * 24 * time.Hour, first: 2 * time.Second, growth: 1.3, longest: time.Minute}
)

const (
	// A worker that has not been heard of for so long is taken for dead.
	heartbeatTimeout = 10 * time.Second
	// What a run may take beyond its own time limit: the plugin ends within a second of
	// it, the rest is for a machine that is busy.
	margin = 30 * time.Second
	// The plugin's own time limit where a step names none.
	usualTimeout = 120 * time.Second
)

// run runs one command as an activity.
func (w Workflows) run(ctx workflow.Context, step activities.Step, p patience) (*envelope.Result, error) {
	var result envelope.Result
	if err := w.execute(ctx, activities.RunName, step, step, p, &result); err != nil {
		return nil, err
	}
	return &result, nil
}

// execute runs an activity for a step, with the input that it takes.
func (w Workflows) execute(
	ctx workflow.Context, activity string, step activities.Step, input any, p patience, into any,
) error {
	command := w.Commands.Find(step.Command)
	options := workflow.ActivityOptions{
		StartToCloseTimeout:    timeout(step.Options) + margin,
		ScheduleToCloseTimeout: p.limit,
		HeartbeatTimeout:       heartbeatTimeout,
		WaitForCancellation:    true, // the process is gone when the workflow is
		Summary:                command.Title,
		Priority:               temporal.Priority{FairnessKey: step.Tenant},
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval:    p.first,
			BackoffCoefficient: p.growth,
			MaximumInterval:    p.longest,
			MaximumAttempts:    p.attempts,
		},
	}
	if !command.ReadOnly { // the worker was lost or failed on the way, and the call may have been sent
		options.RetryPolicy.NonRetryableErrorTypes = []string{
			timedOut + enums.TIMEOUT_TYPE_HEARTBEAT.String(), timedOut + enums.TIMEOUT_TYPE_START_TO_CLOSE.String(),
			panicked, tooLarge,
		}
	}
	err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), activity, input).Get(ctx, into)
	if lost, ok := errors.AsType[*temporal.TimeoutError](err); ok {
		failed, _ := errors.AsType[*temporal.ActivityError](err) // it is round every failure of an activity
		return w.lost(step, lost, failed != nil && failed.StartedEventID() != 0)
	}
	if fault, ok := errors.AsType[*temporal.PanicError](err); ok && !command.ReadOnly {
		return activities.Unknown(command, "the worker panicked while it ran the command: "+fault.Error())
	}
	return err
}

// check holds the inputs of a step that runs later to what the plugin takes.
func (w Workflows) check(ctx workflow.Context, step activities.Step) error {
	options := workflow.ActivityOptions{
		StartToCloseTimeout:    margin,
		ScheduleToCloseTimeout: usual.limit,
		Summary:                "Check of the inputs of " + w.Commands.Find(step.Command).Title,
		Priority:               temporal.Priority{FairnessKey: step.Tenant},
	}
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), activities.CheckName, step).Get(ctx, nil)
}

// What the server calls a timeout, and the SDK a panic and a result beyond the server's
// limit, among the types of errors.
const (
	timedOut = "TemporalTimeout:"
	panicked = "PanicError"
	tooLarge = "payloadSizeError"
)

// lost is the failure of a step whose worker was lost, or whose time is over; underWay tells
// whether an attempt was being made then, or waited for.
func (w Workflows) lost(step activities.Step, timeout *temporal.TimeoutError, underWay bool) error {
	command := w.Commands.Find(step.Command)
	kind := timeout.TimeoutType()
	if kind == enums.TIMEOUT_TYPE_HEARTBEAT || kind == enums.TIMEOUT_TYPE_START_TO_CLOSE {
		underWay = true
	}
	if underWay && !command.ReadOnly {
		return activities.Unknown(command, "the worker that ran the command was lost")
	}
	if last, ok := errors.AsType[*temporal.ApplicationError](timeout.Unwrap()); ok { // what the last attempt said
		return last
	}
	return activities.Refused(command.Title, 504, "timeout", "No worker could run the command to its end in time.", "")
}

// timeout is the time limit that the options of a step name.
func timeout(options json.RawMessage) time.Duration {
	var named map[string]any
	_ = json.Unmarshal(options, &named) // the activity refuses what is no object
	for name, value := range named {
		text, isText := value.(string)
		seconds, isNumber := value.(float64)
		if isText {
			var err error
			seconds, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
			isNumber = err == nil
		}
		if child.Plain(name) == "timeoutseconds" && isNumber && seconds > 0 && seconds < 1e6 {
			return time.Duration(seconds * float64(time.Second))
		}
	}
	return usualTimeout
}
