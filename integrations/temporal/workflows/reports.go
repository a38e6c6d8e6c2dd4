package workflows

import (
	"encoding/json"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"tenableio/integrations/temporal/activities"
	"tenableio/integrations/temporal/envelope"
)

// Report is the file that a workflow fetched, with what a reader of it must know.
type Report struct {
	envelope.File
	Tenant     string             `json:"tenant"`
	ReturnData string             `json:"return_data"`
	Error      json.RawMessage    `json:"error"` // null unless ReturnData is Partially Successful
	Warnings   []envelope.Warning `json:"warnings"`
	ScanUUID   string             `json:"scan_uuid,omitempty"`
	HistoryID  json.RawMessage    `json:"history_id,omitempty"`
	ExportUUID json.RawMessage    `json:"export_uuid,omitempty"`
}

// scanInput is the input of ScanAndReport.
type scanInput struct {
	Tenant       string          `json:"tenant"`
	ScanID       json.RawMessage `json:"scan_id"`
	ReportFormat json.RawMessage `json:"report_format"`
	Chapters     json.RawMessage `json:"chapters"`
}

// ScanAndReport launches a scan, waits for the end of that very run, and fetches the
// report of it.
func (w Workflows) ScanAndReport(ctx workflow.Context, input json.RawMessage) (*Report, error) {
	var asked scanInput
	if err := decode("ScanAndReport", input, &asked, &asked.Tenant); err != nil {
		return nil, err
	}
	report, err := w.scanAndReport(ctx, asked)
	return report, plain(ctx, err)
}

func (w Workflows) scanAndReport(ctx workflow.Context, asked scanInput) (*Report, error) {
	export := map[string]json.RawMessage{
		"scan_id": asked.ScanID, "report_format": asked.ReportFormat, "chapters": asked.Chapters,
	}
	if err := w.check(ctx, step(asked.Tenant, "export_scan", export)); err != nil { // before a scan runs for it
		return nil, err
	}
	scanUUID, told, err := w.launchOnce(ctx, asked)
	if err != nil {
		return nil, err
	}
	var run activities.ScanRun
	history := historyOf(asked.Tenant, asked.ScanID)
	awaited := activities.AwaitedScan{Step: history, ScanUUID: scanUUID}
	if err := w.execute(ctx, activities.AwaitName, history, awaited, scanning, &run); err != nil {
		return nil, err
	}
	export["history_id"] = run.HistoryID
	exported, err := w.ask(ctx, step(asked.Tenant, "export_scan", export))
	if err != nil {
		return nil, err
	}
	download := step(asked.Tenant, "download_exported_scan", map[string]json.RawMessage{
		"scan_id": asked.ScanID, "file_id": exported.First("file_ids"),
	})
	report, err := w.fetch(ctx, download, append(told, exported.Warnings...))
	if err != nil {
		return nil, err
	}
	report.ScanUUID, report.HistoryID = run.ScanUUID, run.HistoryID
	return report, nil
}

// launchOnce launches the scan and returns the UUID of the run, with what is to be told of
// it. It knows the runs from before, so that after an unknown outcome it can tell the one
// that came of it.
func (w Workflows) launchOnce(ctx workflow.Context, asked scanInput) (string, []envelope.Warning, error) {
	before, err := w.history(ctx, asked.Tenant, asked.ScanID)
	if err != nil {
		return "", nil, err
	}
	launched := workflow.Now(ctx)
	result, err := w.run(ctx, step(asked.Tenant, launchScan, map[string]json.RawMessage{"scan_id": asked.ScanID}), usual)
	if err == nil {
		var scanUUID string
		if err := json.Unmarshal(result.First("scan_uuids"), &scanUUID); err == nil && scanUUID != "" {
			return scanUUID, result.Warnings, nil
		}
		err = activities.Unknown(w.Commands.Find(launchScan), "the result names no run")
	}
	if refused(err) || ctx.Err() != nil {
		return "", nil, err
	}
	scanUUID, err := w.find(ctx, asked, before, launched, err)
	if err != nil {
		return "", nil, err
	}
	return scanUUID, []envelope.Warning{{Code: "run_found", Message: fmt.Sprintf(runFound, scanUUID)}}, nil
}

// runFound tells that a run was found, and not named by Tenable's answer to the launch.
const runFound = "The answer to the launch was lost. This is the report of run %s, the only one that Get Scan " +
	"History did not list before. If the scan's schedule or a person may have started it, look for another run."

// findingsInput is the input of ExportFindings.
type findingsInput struct {
	Tenant        string          `json:"tenant"`
	AssetIP       json.RawMessage `json:"asset_ip"`
	FiltersObject json.RawMessage `json:"filters_object"`
	ExportFields  json.RawMessage `json:"export_fields"`
}

// ExportFindings starts an export of vulnerabilities and fetches its report.
func (w Workflows) ExportFindings(ctx workflow.Context, input json.RawMessage) (*Report, error) {
	var asked findingsInput
	if err := decode("ExportFindings", input, &asked, &asked.Tenant); err != nil {
		return nil, err
	}
	report, err := w.exportFindings(ctx, asked)
	return report, plain(ctx, err)
}

func (w Workflows) exportFindings(ctx workflow.Context, asked findingsInput) (*Report, error) {
	start := step(asked.Tenant, "export_vulnerabilities", map[string]json.RawMessage{
		"asset_ip": asked.AssetIP, "filters_object": asked.FiltersObject,
	})
	if len(asked.ExportFields) > 0 { // before Tenable makes an export for them
		fields := map[string]json.RawMessage{"export_uuid": anyUUID, "export_fields": asked.ExportFields}
		if err := w.check(ctx, step(asked.Tenant, "get_vulnerabilities_export_report", fields)); err != nil {
			return nil, err
		}
	}
	started, err := w.ask(ctx, start)
	if err != nil {
		return nil, err
	}
	exportUUID := started.First("export_uuids")
	fetch := step(asked.Tenant, "get_vulnerabilities_export_report", map[string]json.RawMessage{
		"export_uuid": exportUUID, "export_fields": asked.ExportFields,
	})
	report, err := w.fetch(ctx, fetch, started.Warnings)
	if err != nil {
		return nil, err
	}
	report.ExportUUID = exportUUID
	return report, nil
}

// anyUUID stands for the UUID of an export that is not there yet.
var anyUUID = json.RawMessage(`"00000000-0000-4000-8000-000000000000"`)

// step is a step with inputs of its own.
func step(tenant, command string, named map[string]json.RawMessage) activities.Step {
	return activities.Step{Tenant: tenant, Command: command, Inputs: inputs(named)}
}

// again are the waits before an export is asked for again, because the outcome is unknown:
// what lost the answer, such as a network or a proxy, is often back a little later.
var again = []time.Duration{5 * time.Second, 30 * time.Second}

// ask asks Tenable to make an export. Where the outcome is unknown it asks again, as
// the hint of both commands says: at worst Tenable makes one more file of a scan, and
// an export of vulnerabilities that was started is named and taken.
func (w Workflows) ask(ctx workflow.Context, step activities.Step) (*envelope.Result, error) {
	for _, wait := range again {
		result, err := w.run(ctx, step, usual)
		if err == nil || refused(err) || ctx.Err() != nil {
			return result, err
		}
		if err := workflow.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	return w.run(ctx, step, usual)
}

// fetchTimeout is how long one attempt to fetch a report may take. What it has by then
// of an export of vulnerabilities is kept for the next one.
var fetchTimeout = json.RawMessage(`{"timeout_seconds": 900}`)

// fetch fetches a report, with the warnings of the step before it.
func (w Workflows) fetch(ctx workflow.Context, step activities.Step, before []envelope.Warning) (*Report, error) {
	step.Options = fetchTimeout
	step.FilesAlone = true
	result, err := w.run(ctx, step, fetching)
	if err != nil {
		return nil, err
	}
	if len(result.Files) == 0 {
		return nil, activities.Refused(w.Commands.Find(step.Command).Title, 500, "internal", "The result names no file.", "")
	}
	return &Report{
		File: result.Files[0], Tenant: step.Tenant, ReturnData: result.ReturnData, Error: result.Error,
		Warnings: append(before, result.Warnings...),
	}, nil
}
