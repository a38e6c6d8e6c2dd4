package activities

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"tenableio/integrations/child"
	"tenableio/integrations/temporal/envelope"
	"tenableio/integrations/temporal/plugin"
	"tenableio/integrations/temporal/tenants"
)

// runner is a plugin that gives one answer, and remembers what it was asked.
type runner struct {
	result  envelope.Result
	err     error
	request envelope.Request
}

func (r *runner) Run(_ context.Context, request envelope.Request, _ plugin.Listener) (*plugin.Answer, error) {
	r.request = request
	if r.err != nil {
		return nil, r.err
	}
	return &plugin.Answer{Result: r.result}, nil
}

// Validate refuses what the answer refuses, in the words of validate: without a category.
func (r *runner) Validate(_ context.Context, request envelope.Request) (*child.Refusal, error) {
	r.request = request
	if problem := r.result.Problem(); problem.StatusCode != 0 {
		return &child.Refusal{StatusCode: problem.StatusCode, Message: problem.Message, Hint: problem.Hint}, r.err
	}
	return nil, r.err
}

var commands = child.Manifest{Commands: []child.About{
	{Key: "list_scans", Title: "List Scans", ReadOnly: true},
	{Key: "get_scan_history", Title: "Get Scan History", ReadOnly: true},
	{Key: "launch_scan", Title: "Launch Scan", Unknown: "Look first."},
}}

// newActivities are activities with one tenant, acme, in an environment of the SDK's.
func newActivities(t *testing.T, r *runner) (*testsuite.TestActivityEnvironment, *Activities) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "acme.json"), []byte(`{"api_access_key": "key"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	connections, err := tenants.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	a := &Activities{Plugin: r, Commands: commands, Tenants: connections, OutputDir: filepath.Join(t.TempDir(), "files")}
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	a.Register(env)
	return env, a
}

func failed(text string) envelope.Result {
	return envelope.Result{ReturnData: envelope.Failed, Error: json.RawMessage(text)}
}

// TestTheEnvelopeDecides what Temporal does next.
func TestTheEnvelopeDecides(t *testing.T) {
	torn := &plugin.NoEnvelopeError{Cause: errors.New("exit status 2")}
	never := &child.NotStartedError{Cause: errors.New("no such file")}
	for name, tt := range map[string]struct {
		command string
		runner  runner
		kind    string // of the failure; empty: a result
		final   bool
		after   time.Duration
	}{
		"successful":           {"list_scans", runner{result: envelope.Result{ReturnData: envelope.Successful}}, "", false, 0},
		"partly successful":    {"Launch Scan", runner{result: envelope.Result{ReturnData: envelope.Partly, Error: json.RawMessage(`{}`)}}, "", false, 0},
		"retryable":            {"Launch Scan", runner{result: failed(`{"category": "network", "retryable": true}`)}, "network", false, 0},
		"with a time":          {"list_scans", runner{result: failed(`{"category": "rate_limited", "retryable": true, "retry_after_seconds": 90}`)}, "rate_limited", false, 90 * time.Second},
		"not retryable":        {"list_scans", runner{result: failed(`{"category": "permission", "retryable": false}`)}, "permission", true, 0},
		"silent about retries": {"list_scans", runner{result: failed(`{"category": "upstream"}`)}, "upstream", true, 0},
		"a read without one":   {"list_scans", runner{err: torn}, NoEnvelope, false, 0},
		"a change without one": {"Launch Scan", runner{err: torn}, UnknownOutcome, true, 0},
		"an unknown command":   {"erase", runner{err: torn}, UnknownOutcome, true, 0},
		"never started":        {"Launch Scan", runner{err: never}, NotStarted, false, 0},
	} {
		env, _ := newActivities(t, &tt.runner)
		_, err := env.ExecuteActivity(RunName, Step{Tenant: "acme", Command: tt.command})
		failure, isFailure := errors.AsType[*temporal.ApplicationError](err)
		if tt.kind == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if !isFailure || failure.Type() != tt.kind || failure.NonRetryable() != tt.final || failure.NextRetryDelay() != tt.after || Details(err) == nil {
			t.Errorf("%s: %v, want %s, final %t, after %v", name, err, tt.kind, tt.final, tt.after)
		}
	}
}

// patient is a plugin whose runs end when they are told to.
type patient struct {
	runner
	began chan struct{}
	took  time.Duration
}

func (p *patient) Run(ctx context.Context, _ envelope.Request, _ plugin.Listener) (*plugin.Answer, error) {
	close(p.began)
	began := time.Now()
	select {
	case <-ctx.Done():
	case <-time.After(10 * time.Second):
	}
	p.took = time.Since(began)
	return &plugin.Answer{Result: failed(`{"category": "timeout", "retryable": false}`)}, nil
}

// TestWorkerStops: a run that reads ends with its worker, one that changes something has the
// grace, and after that none begins.
func TestWorkerStops(t *testing.T) {
	const grace = 300 * time.Millisecond
	for command, least := range map[string]time.Duration{"list_scans": 0, "launch_scan": grace} {
		env, a := newActivities(t, nil)
		p := &patient{began: make(chan struct{})}
		a.Plugin, a.Grace = p, grace
		stops := make(chan struct{})
		env.SetWorkerStopChannel(stops)
		go func() {
			<-p.began
			close(stops)
		}()
		if _, err := env.ExecuteActivity(RunName, Step{Tenant: "acme", Command: command}); err == nil {
			t.Errorf("%s: no failure", command)
		}
		if p.took < least || p.took > 5*time.Second {
			t.Errorf("%s ended after %v, want %v", command, p.took, least)
		}
		p.began = nil // a run would close it again
		_, err := env.ExecuteActivity(RunName, Step{Tenant: "acme", Command: command})
		failure, ok := errors.AsType[*temporal.ApplicationError](err)
		if !ok || failure.Type() != WorkerStopped || failure.NonRetryable() {
			t.Errorf("%s on a worker that stops: %v", command, err)
		}
	}
}

// TestCancelled: of all that ends an activity, only the workflow's wish is a cancellation.
func TestCancelled(t *testing.T) {
	for _, tt := range []struct {
		cause error
		want  bool
	}{
		{temporal.NewCanceledError(), true},
		{serviceerror.NewUnavailable("the answer to a heartbeat is lost"), false},
		{serviceerror.NewNotFound("the activity is not known any more"), false},
		{errors.New("activity paused"), false},
		{nil, false},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(tt.cause)
		if got := cancelled(ctx); got != tt.want {
			t.Errorf("an end because of %v is cancelled: %t, want %t", tt.cause, got, tt.want)
		}
	}
}

// TestDetailsAreTheErrorObject, with all that the plugin says.
func TestDetailsAreTheErrorObject(t *testing.T) {
	const object = `{"message":"m","status_code":403,"category":"permission","items":[{"value":"7"}]}`
	env, _ := newActivities(t, &runner{result: failed(object)})
	_, err := env.ExecuteActivity(RunName, Step{Tenant: "acme", Command: "list_scans"})
	if got := string(Details(err)); got != object {
		t.Errorf("the details are %s, want %s", got, object)
	}
}

// TestRequest: the keys come in here, and the folder for files.
func TestRequest(t *testing.T) {
	r := &runner{result: envelope.Result{ReturnData: envelope.Successful}}
	env, a := newActivities(t, r)
	_, err := env.ExecuteActivity(RunName, Step{Tenant: "acme", Command: "list_scans", Inputs: json.RawMessage(`{"folder_id":9007199254740993}`), Options: json.RawMessage(`{"wait":false}`)})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(r.request)
	want := `{"version":"1","connection":{"api_access_key":"key"},"command":"list_scans","inputs":{"folder_id":9007199254740993},` +
		`"options":{"output_dir":"` + filepath.Join(a.OutputDir, "acme") + `","wait":false}}`
	if string(got) != want {
		t.Errorf("the request is\n%s, want\n%s", got, want)
	}
	folder, err := os.Stat(filepath.Join(a.OutputDir, "acme"))
	if err != nil || folder.Mode().Perm() != 0o700 {
		t.Errorf("the tenant's folder: %v, %v", folder, err)
	}
}

func TestRefusedSteps(t *testing.T) {
	for _, tt := range []struct {
		step    Step
		status  int
		message string
	}{
		{Step{Tenant: "nobody", Command: "list_scans"}, 404, "nobody.json"},
		{Step{Tenant: "acme", Command: "list_scans", Options: json.RawMessage(`{"Output-Dir": "/etc"}`)}, 400, "output_dir"},
		{Step{Tenant: "acme", Command: "list_scans", Options: json.RawMessage(`[]`)}, 400, "JSON object"},
	} {
		r := &runner{}
		env, _ := newActivities(t, r)
		_, err := env.ExecuteActivity(RunName, tt.step)
		var problem envelope.Error
		if json.Unmarshal(Details(err), &problem) != nil || problem.StatusCode != tt.status || !strings.Contains(problem.Message, tt.message) {
			t.Errorf("%+v is %v", tt.step, err)
		}
		if problem.FailureIndicator != "List Scans failed." || (problem.Hint != "") != (tt.status == 404) {
			t.Errorf("%+v is called %q, with the hint %q", tt.step, problem.FailureIndicator, problem.Hint)
		}
		if r.request.Command != "" {
			t.Errorf("%+v was run", tt.step)
		}
	}
}

// TestCheckInputs: what the plugin refuses is not tried again, and nothing runs.
func TestCheckInputs(t *testing.T) {
	const object = `{"failure_indicator":"List Scans failed.","status_code":400,"message":"m","category":"input","retryable":false,"hint":"h"}`
	env, _ := newActivities(t, &runner{result: failed(object)})
	_, err := env.ExecuteActivity(CheckName, Step{Tenant: "acme", Command: "list_scans"})
	failure, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok || failure.Type() != "input" || !failure.NonRetryable() || string(Details(err)) != object {
		t.Errorf("got %v", err)
	}
	env, _ = newActivities(t, &runner{})
	if _, err := env.ExecuteActivity(CheckName, Step{Tenant: "acme", Command: "list_scans"}); err != nil {
		t.Errorf("inputs that are right: %v", err)
	}
}

// TestAwaitScan: one look at one run.
func TestAwaitScan(t *testing.T) {
	for status, kind := range map[string]string{
		"completed": "", "imported": "", "running": "not_ready", "paused": "not_ready", "a new one": "not_ready",
		"aborted": "conflict", "canceled": "conflict", "absent": "not_ready",
	} {
		result := envelope.Result{ReturnData: envelope.Successful, ContextData: []json.RawMessage{
			json.RawMessage(`{"history_id": 2, "scan_uuid": "other", "status": "completed"}`),
			json.RawMessage(`{"history_id": 1, "scan_uuid": "ours", "status": "` + status + `"}`),
		}}
		awaited := AwaitedScan{Step: Step{Tenant: "acme", Command: "get_scan_history"}, ScanUUID: "ours"}
		if status == "absent" {
			awaited.ScanUUID = "nobody's"
		}
		env, _ := newActivities(t, &runner{result: result})
		value, err := env.ExecuteActivity(AwaitName, awaited)
		failure, isFailure := errors.AsType[*temporal.ApplicationError](err)
		if kind == "" {
			var run ScanRun
			if err != nil || value.Get(&run) != nil || string(run.HistoryID) != "1" {
				t.Errorf("%s: %v", status, err)
			}
			continue
		}
		if !isFailure || failure.Type() != kind || failure.NonRetryable() != (kind == "conflict") {
			t.Errorf("%s: %v, want %s", status, err, kind)
		}
	}
}
