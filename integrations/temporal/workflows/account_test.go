package workflows

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/envelope"
)

// account is a Tenable account as the workflows see it: through the activities.
type account struct {
	*testsuite.TestWorkflowEnvironment
	began time.Time
	steps []string // the keys of the commands that ran, in their order
	last  map[string]activities.Step

	checked []activities.Step
	refuse  error // what every check comes to

	// What the n-th run of a command, counted from 1, comes to. A command without an
	// entry is Successful with nothing in it.
	answer map[string]func(n int) (envelope.Result, error)
	await  func(n int) (activities.ScanRun, error)
}

var commands = child.Manifest{Commands: []child.About{
	{Key: "test_connection", Title: "Test Connection", ReadOnly: true},
	{Key: "get_scan_history", Title: "Get Scan History", ReadOnly: true},
	{Key: "launch_scan", Title: "Launch Scan", Unknown: "Before you launch again, look."},
	{Key: "export_scan", Title: "Export Scan"},
	{Key: "download_exported_scan", Title: "Download Exported Scan", ReadOnly: true},
	{Key: "export_vulnerabilities", Title: "Export Vulnerabilities"},
	{Key: "get_vulnerabilities_export_report", Title: "Get Vulnerabilities Export Report", ReadOnly: true},
}}

// newAccount is an account in which all goes well.
func newAccount(t *testing.T) *account {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	a := &account{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), last: map[string]activities.Step{}}
	a.SetTestTimeout(20 * time.Second)
	a.SetStartTime(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC))
	a.began = a.Now()
	a.answer = map[string]func(int) (envelope.Result, error){
		"get_scan_history":                  always(history(run("old", "completed", "2026-02-28T08:00:00Z"))),
		"launch_scan":                       always(fields("scan_uuids", `"new"`)),
		"export_scan":                       always(fields("file_ids", `"file-1"`)),
		"download_exported_scan":            always(envelope.Result{ReturnData: envelope.Successful, Files: []envelope.File{{Name: "report.csv", Size: 3}}}),
		"export_vulnerabilities":            always(fields("export_uuids", `"export-1"`)),
		"get_vulnerabilities_export_report": always(envelope.Result{ReturnData: envelope.Successful, Files: []envelope.File{{Name: "findings.json", Size: 3}}}),
	}
	a.await = func(int) (activities.ScanRun, error) {
		return activities.ScanRun{HistoryID: json.RawMessage("9007199254740993"), ScanUUID: "new", Status: "completed"}, nil
	}
	workflows := Workflows{Commands: commands}
	a.RegisterWorkflow(workflows.RunCommand)
	a.RegisterWorkflow(workflows.HealthCheck)
	a.RegisterWorkflow(workflows.ScanAndReport)
	a.RegisterWorkflow(workflows.ExportFindings)
	a.RegisterActivityWithOptions(a.run, activity.RegisterOptions{Name: activities.RunName})
	awaited := 0
	a.RegisterActivityWithOptions(func(context.Context, activities.AwaitedScan) (activities.ScanRun, error) {
		awaited++
		return a.await(awaited)
	}, activity.RegisterOptions{Name: activities.AwaitName})
	a.RegisterActivityWithOptions(a.check, activity.RegisterOptions{Name: activities.CheckName})
	return a
}

func (a *account) check(_ context.Context, step activities.Step) error {
	a.checked = append(a.checked, step)
	return a.refuse
}

func (a *account) run(_ context.Context, step activities.Step) (envelope.Result, error) {
	a.steps = append(a.steps, step.Command)
	a.last[step.Command] = step
	if answer := a.answer[step.Command]; answer != nil {
		return answer(a.ran(step.Command))
	}
	return envelope.Result{ReturnData: envelope.Successful}, nil
}

// ran is how often a command ran.
func (a *account) ran(command string) int {
	n := 0
	for _, step := range a.steps {
		if step == command {
			n++
		}
	}
	return n
}

// failure runs a workflow that must fail, and returns its failure and error object.
func (a *account) failure(t *testing.T, workflow any, input string) (*temporal.ApplicationError, envelope.Error) {
	t.Helper()
	a.ExecuteWorkflow(workflow, json.RawMessage(input))
	failure, ok := errors.AsType[*temporal.ApplicationError](a.GetWorkflowError())
	if !ok {
		t.Fatalf("the workflow ended with %v, want a failure of its own", a.GetWorkflowError())
	}
	var problem envelope.Error
	if err := json.Unmarshal(activities.Details(failure), &problem); err != nil {
		t.Fatalf("the failure %v has no error object: %v", failure, err)
	}
	return failure, problem
}

// report runs a workflow that must end with a file.
func (a *account) report(t *testing.T, workflow any, input string) Report {
	t.Helper()
	a.ExecuteWorkflow(workflow, json.RawMessage(input))
	var report Report
	if err := a.GetWorkflowResult(&report); err != nil {
		t.Fatal(err)
	}
	return report
}

func always(result envelope.Result) func(int) (envelope.Result, error) {
	return func(int) (envelope.Result, error) { return result, nil }
}

// inTurn answers one after the other, and the last one from then on.
func inTurn(results ...any) func(int) (envelope.Result, error) {
	return func(n int) (envelope.Result, error) {
		if err, failed := results[min(n, len(results))-1].(error); failed {
			return envelope.Result{}, err
		}
		return results[min(n, len(results))-1].(envelope.Result), nil
	}
}

func fields(key, value string) envelope.Result {
	return envelope.Result{ReturnData: envelope.Successful, KeyFields: map[string][]json.RawMessage{key: {json.RawMessage(value)}}}
}

func run(uuid, status, start string) string {
	return `{"history_id": 1, "scan_uuid": "` + uuid + `", "status": "` + status + `", "time_start": ` + quoteOrNull(start) + `}`
}

func quoteOrNull(text string) string {
	if text == "" {
		return "null"
	}
	return `"` + text + `"`
}

func history(runs ...string) envelope.Result {
	result := envelope.Result{ReturnData: envelope.Successful}
	for _, run := range runs {
		result.ContextData = append(result.ContextData, json.RawMessage(run))
	}
	return result
}

// fails is the failure of an activity as the envelope told it.
func fails(category string, retryable bool, after time.Duration) error {
	return temporal.NewApplicationErrorWithOptions("it failed", category, temporal.ApplicationErrorOptions{
		NonRetryable: !retryable, NextRetryDelay: after,
		Details: []any{activities.Problem("Launch Scan", 504, category, "it failed", "Look.", retryable)},
	})
}

func (a *account) expect(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(a.steps, want) {
		t.Errorf("the steps are\n%q, want\n%q", a.steps, want)
	}
}
