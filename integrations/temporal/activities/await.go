package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"tenableio/integrations/temporal/envelope"
)

// ScanRun is one run of a scan, as Get Scan History lists it.
type ScanRun struct {
	HistoryID json.RawMessage `json:"history_id"`
	ScanUUID  string          `json:"scan_uuid"`
	Status    string          `json:"status"`
	TimeStart *string         `json:"time_start"`
}

// RunsOf returns the runs in the result of Get Scan History.
func RunsOf(result envelope.Result) ([]ScanRun, error) {
	runs := make([]ScanRun, len(result.ContextData))
	for i, record := range result.ContextData {
		if err := json.Unmarshal(record, &runs[i]); err != nil {
			return nil, fmt.Errorf("a run of Get Scan History cannot be read: %w", err)
		}
	}
	return runs, nil
}

// AwaitedScan is the run that AwaitScan waits for.
type AwaitedScan struct {
	Step            // Get Scan History
	ScanUUID string `json:"scan_uuid"`
}

// Statuses in which a run stays. One that is not known counts as one that goes on.
var (
	withResults    = []string{"completed", "imported", "empty"}
	withoutResults = []string{"aborted", "canceled", "stopped"}
)

// invisible is after how many looks a run that nobody lists is given up.
const invisible = 10

// AwaitScan looks once whether a run has ended. While it goes on it fails with the type
// not_ready, and Temporal looks again by its retry policy: waiting for days leaves no
// more in the history than waiting for a second.
func (a *Activities) AwaitScan(ctx context.Context, awaited AwaitedScan) (ScanRun, error) {
	result, err := a.Run(ctx, awaited.Step)
	if err != nil {
		return ScanRun{}, err
	}
	runs, err := RunsOf(result)
	if err != nil {
		return ScanRun{}, Refused("Get Scan History", 502, "upstream", err.Error(), "")
	}
	at := slices.IndexFunc(runs, func(run ScanRun) bool { return run.ScanUUID == awaited.ScanUUID })
	if at < 0 {
		if activity.GetInfo(ctx).Attempt >= invisible {
			message := "The run " + awaited.ScanUUID + " is not in the history of the scan."
			const hint = "Look at the scan in Tenable: the run may have been deleted."
			return ScanRun{}, Refused("Get Scan History", 404, "not_found", message, hint)
		}
		return ScanRun{}, temporal.NewApplicationError("the run is not in the history yet", "not_ready")
	}
	run := runs[at]
	switch {
	case slices.Contains(withResults, run.Status):
		return run, nil
	case slices.Contains(withoutResults, run.Status):
		const ended = "The run %s of the scan ended as %s; there is no report of a run that did not complete."
		return ScanRun{}, Refused("Launch Scan", 409, "conflict", fmt.Sprintf(ended, run.ScanUUID, run.Status), "")
	}
	return ScanRun{}, temporal.NewApplicationError("the run is "+run.Status, "not_ready")
}
