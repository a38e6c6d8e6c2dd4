package workflows

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/envelope"
)

// The keys of the commands that the workflows use by themselves.
const (
	launchScan     = "launch_scan"
	getScanHistory = "get_scan_history"
)

// refusals are the categories of errors with which Tenable, or the plugin before it,
// has said no. After any other failure of a command that changes something, nobody
// knows whether it did.
var refusals = []string{
	"input", "auth", "permission", "not_found", "conflict", "rate_limited", "not_ready", activities.NotStarted,
}

// refused tells whether a failure says for certain that nothing was changed.
func refused(err error) bool {
	failure, ok := failureOf(err)
	return ok && slices.Contains(refusals, failure.Type())
}

// launch runs Launch Scan for RunCommand. When its outcome is unknown, the workflow
// looks and tells what it saw; it never launches again.
func (w Workflows) launch(ctx workflow.Context, step activities.Step) (*envelope.Result, error) {
	result, err := w.run(ctx, step, usual)
	if err == nil || refused(err) || ctx.Err() != nil {
		return result, plain(ctx, err)
	}
	var named struct {
		ScanID json.RawMessage `json:"scan_id"`
	}
	_ = json.Unmarshal(step.Inputs, &named) // in another spelling it is not found, and not looked for
	runs, looked := w.history(ctx, step.Tenant, named.ScanID)
	if looked != nil || len(runs) == 0 {
		return nil, plain(ctx, err)
	}
	newest := runs[0]
	const seen = "Get Scan History now shows as the newest run %s (%s, started %s)."
	return nil, withNote(err, fmt.Sprintf(seen, newest.ScanUUID, newest.Status, started(newest)))
}

// started is when a run started, as a person reads it.
func started(run activities.ScanRun) string {
	if run.TimeStart == nil {
		return "not yet"
	}
	return *run.TimeStart
}

// history is the runs of a scan.
func (w Workflows) history(ctx workflow.Context, tenant string, scanID json.RawMessage) ([]activities.ScanRun, error) {
	result, err := w.run(ctx, historyOf(tenant, scanID), usual)
	if err != nil {
		return nil, err
	}
	runs, err := activities.RunsOf(*result)
	if err != nil {
		return nil, activities.Refused("Get Scan History", 502, "upstream", err.Error(), "")
	}
	return runs, nil
}

func historyOf(tenant string, scanID json.RawMessage) activities.Step {
	return step(tenant, getScanHistory, map[string]json.RawMessage{"scan_id": scanID})
}

// looks are the waits before each look for a run that may have been launched. A call
// may be on its way for a while after the worker that sent it was lost.
var looks = []time.Duration{2 * time.Second, 10 * time.Second, 30 * time.Second}

// find looks for the run that a launch of unknown outcome may have made: one that was
// not there before. It fails with the launch's own error when there is none.
func (w Workflows) find(
	ctx workflow.Context, asked scanInput, before []activities.ScanRun, launched time.Time, failed error,
) (string, error) {
	isNew := func(run activities.ScanRun) bool {
		known := slices.ContainsFunc(before, func(b activities.ScanRun) bool { return b.ScanUUID == run.ScanUUID })
		return !known && !startedBefore(run, launched)
	}
	for _, wait := range looks {
		if err := workflow.Sleep(ctx, wait); err != nil {
			return "", err
		}
		now, err := w.history(ctx, asked.Tenant, asked.ScanID)
		if err != nil {
			return "", withNote(failed, "Get Scan History could not be read either.")
		}
		now = slices.DeleteFunc(now, func(run activities.ScanRun) bool { return !isNew(run) })
		switch {
		case len(now) == 1:
			return now[0].ScanUUID, nil
		case len(now) > 1:
			const several = "Get Scan History shows %d new runs, and which of them was launched here is not known."
			return "", withNote(failed, fmt.Sprintf(several, len(now)))
		}
	}
	const none = "Get Scan History shows no new run so far. A worker that is cut off may still launch the scan within " +
		"its time limit: look again in %.0f seconds, before you launch."
	return "", withNote(failed, fmt.Sprintf(none, usualTimeout.Seconds()))
}

// startedBefore tells whether a run is older than the launch, with room for clocks
// that differ. Such a run shows up when a newer one was deleted.
func startedBefore(run activities.ScanRun, launched time.Time) bool {
	if run.TimeStart == nil {
		return false
	}
	start, err := time.Parse(time.RFC3339, *run.TimeStart)
	return err == nil && start.Before(launched.Add(-time.Hour))
}

// withNote adds a sentence to the message of a failure, and to the hint of its error
// object.
func withNote(err error, note string) error {
	failure, ok := failureOf(err)
	if !ok {
		return err
	}
	object := map[string]json.RawMessage{}
	_ = json.Unmarshal(activities.Details(failure), &object) // an object, or nothing
	var hint string
	_ = json.Unmarshal(object["hint"], &hint)
	if hint != "" {
		hint += " "
	}
	object["hint"], _ = json.Marshal(hint + note) // a text has no error
	text, _ := json.Marshal(object)
	options := temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{json.RawMessage(text)}}
	return temporal.NewApplicationErrorWithOptions(failure.Message()+" "+note, failure.Type(), options)
}
