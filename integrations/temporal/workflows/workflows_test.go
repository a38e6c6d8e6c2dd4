package workflows

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/envelope"
)

const scan = `{"tenant": "acme", "scan_id": 9007199254740993, "report_format": "CSV"}`

// TestScanAndReport: the report is of the run that was launched, and the looks
// at it become rarer.
func TestScanAndReport(t *testing.T) {
	a := newAccount(t)
	completed := a.await
	a.await = func(n int) (activities.ScanRun, error) {
		if n < 9 {
			return activities.ScanRun{}, temporal.NewApplicationError("the run is running", "not_ready")
		}
		return completed(n)
	}
	launched := fields("scan_uuids", `"new"`)
	launched.Warnings = []envelope.Warning{{Code: "of_the_launch"}}
	a.answer["launch_scan"] = always(launched)
	report := a.report(t, "ScanAndReport", scan)
	a.expect(t, "get_scan_history", "launch_scan", "export_scan", "download_exported_scan")
	if waited := a.Now().Sub(a.began); waited < 40*time.Second || waited > 2*time.Minute {
		t.Errorf("nine looks took %v", waited)
	}
	for member, want := range map[string]string{"scan_id": "9007199254740993", "history_id": "9007199254740993", "report_format": `"CSV"`} {
		var inputs map[string]json.RawMessage
		if err := json.Unmarshal(a.last["export_scan"].Inputs, &inputs); err != nil || string(inputs[member]) != want {
			t.Errorf("the export is asked for with %s", a.last["export_scan"].Inputs)
		}
	}
	if report.Name != "report.csv" || report.ScanUUID != "new" || report.Tenant != "acme" ||
		report.ReturnData != envelope.Successful || !slices.Equal(report.Warnings, launched.Warnings) {
		t.Errorf("the report is %+v", report)
	}
}

// TestCheckedFirst: a report that nobody can ask for launches no scan, and starts no export.
func TestCheckedFirst(t *testing.T) {
	for name, input := range map[string]string{
		"ScanAndReport":  `{"tenant": "acme", "scan_id": 32, "report_format": "DOCX"}`,
		"ExportFindings": `{"tenant": "acme", "asset_ip": "192.0.2.10", "export_fields": ["nothing"]}`,
	} {
		a := newAccount(t)
		a.refuse = activities.Refused("Export Scan", 400, "input", "It must be one of: CSV.", "")
		failure, problem := a.failure(t, name, input)
		if failure.Type() != "input" || problem.StatusCode != 400 || len(a.steps) > 0 || len(a.checked) != 1 {
			t.Errorf("%s: %v after %q and %d checks", name, failure, a.steps, len(a.checked))
		}
	}
	a := newAccount(t)
	a.report(t, "ExportFindings", `{"tenant": "acme", "asset_ip": "192.0.2.10"}`)
	if len(a.checked) > 0 {
		t.Error("an export without fields of its own is checked")
	}
}

// TestUnknownLaunch: the workflow looks before it acts, and never launches twice.
func TestUnknownLaunch(t *testing.T) {
	before := run("old", "completed", "2026-02-28T08:00:00Z")
	found := run("new", "pending", "")
	unread := fails("permission", false, 0)
	for name, tt := range map[string]struct {
		launch error
		looks  []any
		note   string // in the message; empty: the workflow goes on
	}{
		"there at once":     {fails("timeout", false, 0), []any{history(found, before)}, ""},
		"there late":        {fails("network", false, 0), []any{history(before), history(before), history(found, before)}, ""},
		"by a server error": {fails("upstream", false, 0), []any{history(found, before)}, ""},
		"the worker lost":   {activities.Unknown(commands.Find("launch_scan"), "the worker was lost"), []any{history(found, before)}, ""},
		"never there":       {fails("timeout", false, 0), []any{history(before)}, "shows no new run"},
		"two new runs":      {fails("timeout", false, 0), []any{history(found, run("other", "running", "2026-03-01T08:00:00Z"), before)}, "2 new runs"},
		"an old run":        {fails("timeout", false, 0), []any{history(before, run("older", "completed", "2026-02-01T08:00:00Z"))}, "shows no new run"},
		"nothing to see":    {fails("timeout", false, 0), []any{unread}, "could not be read either"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount(t)
			a.answer["launch_scan"] = inTurn(tt.launch)
			a.answer["get_scan_history"] = inTurn(append([]any{history(before)}, tt.looks...)...)
			if tt.note == "" {
				report := a.report(t, "ScanAndReport", scan)
				if report.Name != "report.csv" || len(report.Warnings) != 1 || report.Warnings[0].Code != "run_found" {
					t.Errorf("the report is %+v, want one with the warning run_found", report)
				}
			} else if failure, problem := a.failure(t, "ScanAndReport", scan); !strings.Contains(failure.Message(), tt.note) ||
				!strings.Contains(problem.Hint, tt.note) || problem.Retryable || !failure.NonRetryable() {
				t.Errorf("the failure is %v with %+v", failure, problem)
			}
			if n := a.ran("launch_scan"); n != 1 {
				t.Errorf("%d launches, want 1", n)
			}
		})
	}
}

// TestRefusedLaunch: where Tenable said no there is nothing to look for.
func TestRefusedLaunch(t *testing.T) {
	for _, category := range []string{"input", "auth", "permission", "not_found", "conflict"} {
		a := newAccount(t)
		a.answer["launch_scan"] = inTurn(fails(category, false, 0))
		if failure, _ := a.failure(t, "ScanAndReport", scan); failure.Type() != category {
			t.Errorf("%s: the failure is %v", category, failure)
		}
		a.expect(t, "get_scan_history", "launch_scan")
	}
}

// TestRunCommandLooksAfterALaunch, and tells what it saw.
func TestRunCommandLooksAfterALaunch(t *testing.T) {
	a := newAccount(t)
	a.answer["launch_scan"] = inTurn(fails("timeout", false, 0))
	_, problem := a.failure(t, "RunCommand", `{"tenant": "acme", "command": "launch_scan", "inputs": {"scan_id": 32}}`)
	if !strings.Contains(problem.Hint, "the newest run old (completed, started 2026-02-28T08:00:00Z)") {
		t.Errorf("the hint is %s", problem.Hint)
	}
	a.expect(t, "launch_scan", "get_scan_history")
}

// TestTimeIsOver: what the last attempt said counts where none was under way; else nobody knows
// whether the call of that attempt was sent.
func TestTimeIsOver(t *testing.T) {
	over, _ := errors.AsType[*temporal.TimeoutError](
		temporal.NewTimeoutError(enums.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, fails("rate_limited", true, 0)))
	for _, tt := range []struct {
		command  string
		underWay bool
		want     string
	}{
		{"launch_scan", false, "rate_limited"},
		{"launch_scan", true, activities.UnknownOutcome},
		{"get_scan_history", true, "rate_limited"},
	} {
		err := Workflows{Commands: commands}.lost(activities.Step{Command: tt.command}, over, tt.underWay)
		if failure, ok := failureOf(err); !ok || failure.Type() != tt.want {
			t.Errorf("%s, under way: %t: %v, want %s", tt.command, tt.underWay, err, tt.want)
		}
	}
}

// TestPanicIsAnUnknownOutcome: the call may have been sent before the worker's own code failed.
func TestPanicIsAnUnknownOutcome(t *testing.T) {
	a := newAccount(t)
	a.answer["launch_scan"] = func(int) (envelope.Result, error) { panic("a mistake of ours") }
	failure, problem := a.failure(t, "RunCommand", `{"tenant": "acme", "command": "launch_scan", "inputs": {"scan_id": 32}}`)
	if failure.Type() != activities.UnknownOutcome || !strings.Contains(problem.Message, "a mistake of ours") || problem.Retryable {
		t.Errorf("the failure is %v with %+v", failure, problem)
	}
	a.expect(t, "launch_scan", "get_scan_history")
}

// TestRetryAfterAnHour: Temporal waits as long as the envelope says.
func TestRetryAfterAnHour(t *testing.T) {
	a := newAccount(t)
	a.answer["launch_scan"] = inTurn(fails("rate_limited", true, time.Hour), fields("scan_uuids", `"new"`))
	a.ExecuteWorkflow("RunCommand", json.RawMessage(`{"tenant": "acme", "command": "launch_scan", "inputs": {"scan_id": 32}}`))
	if err := a.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if waited := a.Now().Sub(a.began); waited < time.Hour || waited > time.Hour+time.Minute {
		t.Errorf("the second attempt came after %v", waited)
	}
	a.expect(t, "launch_scan", "launch_scan")
}

// TestHealthCheckGivesUp: a check that cannot be made is a failed one.
func TestHealthCheckGivesUp(t *testing.T) {
	a := newAccount(t)
	a.answer["test_connection"] = inTurn(fails("network", true, 0))
	if failure, _ := a.failure(t, "HealthCheck", `{"tenant": "acme"}`); failure.Type() != "network" {
		t.Errorf("the failure is %v", failure)
	}
	a.expect(t, "test_connection", "test_connection", "test_connection")
}

// TestExportIsAskedForAgain: as its hint says, and not for ever.
func TestExportIsAskedForAgain(t *testing.T) {
	const findings = `{"tenant": "acme", "asset_ip": "192.0.2.1"}`
	unknown := fails("timeout", false, 0)
	a := newAccount(t)
	started := fields("export_uuids", `"export-1"`)
	started.Warnings = []envelope.Warning{{Code: "adopted_export"}}
	a.answer["export_vulnerabilities"] = inTurn(unknown, started)
	if report := a.report(t, "ExportFindings", findings); report.Name != "findings.json" || len(report.Warnings) != 1 || string(report.ExportUUID) != `"export-1"` {
		t.Errorf("the report is %+v", report)
	}
	a.expect(t, "export_vulnerabilities", "export_vulnerabilities", "get_vulnerabilities_export_report")

	a = newAccount(t)
	a.answer["export_vulnerabilities"] = inTurn(unknown)
	a.failure(t, "ExportFindings", findings)
	a.expect(t, "export_vulnerabilities", "export_vulnerabilities", "export_vulnerabilities")
	if waited := a.Now().Sub(a.began); waited < 30*time.Second {
		t.Errorf("it gave up after %v: no network is back so soon", waited)
	}

	a = newAccount(t)
	a.answer["export_vulnerabilities"] = inTurn(fails("permission", false, 0))
	a.failure(t, "ExportFindings", findings)
	a.expect(t, "export_vulnerabilities")
}

// TestPartlySuccessfulReport: the file is there, and so is what is missing in it.
func TestPartlySuccessfulReport(t *testing.T) {
	a := newAccount(t)
	a.answer["get_vulnerabilities_export_report"] = always(envelope.Result{
		ReturnData: envelope.Partly, Error: json.RawMessage(`{"message": "Chunk 7 is gone."}`), Files: []envelope.File{{Name: "findings.json"}},
	})
	report := a.report(t, "ExportFindings", `{"tenant": "acme", "asset_ip": "192.0.2.1"}`)
	if report.ReturnData != envelope.Partly || !strings.Contains(string(report.Error), "Chunk 7") {
		t.Errorf("the report is %+v", report)
	}
}

// TestInputsAreRead strictly: what is not known would be left out in silence.
func TestInputsAreRead(t *testing.T) {
	for _, tt := range []struct{ workflow, input, message string }{
		{"RunCommand", `{"tenant": "acme"}`, `"command" is required`},
		{"RunCommand", `{"tenant": "acme", "comand": "list_scans"}`, `unknown field "comand"`},
		{"RunCommand", `"acme"`, "cannot be read"},
		{"HealthCheck", `{}`, "no tenant's name"},
		{"HealthCheck", `{"tenant": "a/b"}`, "no tenant's name"},
		{"HealthCheck", `{"tenant": "` + strings.Repeat("a", 65) + `"}`, "1 to 64"},
		{"ScanAndReport", `{"tenant": "acme", "scan": 3}`, `unknown field "scan"`},
		{"ExportFindings", `null`, "no tenant's name"},
	} {
		a := newAccount(t)
		if _, problem := a.failure(t, tt.workflow, tt.input); problem.StatusCode != 400 || !strings.Contains(problem.Message, tt.message) {
			t.Errorf("%s of %s is %+v", tt.workflow, tt.input, problem)
		}
		a.expect(t)
	}
}

func TestTimeout(t *testing.T) {
	for options, want := range map[string]time.Duration{
		``: 2 * time.Minute, `null`: 2 * time.Minute, `{}`: 2 * time.Minute, `{"timeout_seconds": 900}`: 15 * time.Minute,
		`{"timeoutSeconds": "0.5"}`: 500 * time.Millisecond, `{"timeout-seconds": " 60 "}`: time.Minute,
		`{"timeout_seconds": -1}`: 2 * time.Minute, `{"timeout_seconds": "soon"}`: 2 * time.Minute, `{"timeout_seconds": 1e300}`: 2 * time.Minute,
	} {
		if got := timeout(json.RawMessage(options)); got != want {
			t.Errorf("%s is %v, want %v", options, got, want)
		}
	}
}
