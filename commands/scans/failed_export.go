package scans

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/pattern"
	"tenableio/internal/wire"
)

// explainRefusal returns err. If Tenable refused the export, its hint says what is to be
// done about the reason: an old run, inputs of the format DB, or a scan that never ran.
func explainRefusal(ctx context.Context, env command.Env, in exportScanInput, format string, err error) error {
	f := fault.From(err)
	refusals := []int{http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusInternalServerError}
	if f.OutcomeUnknown && f.Hint != "" || f.Foreign || !slices.Contains(refusals, f.Status) {
		return err // or the export that was made is known
	}
	lacking := in.lacking(format)
	switch {
	case tellsOfAge().MatchString(f.Message):
		return f.AsRefusal().WithHint("This run is too old for that. Run Export Scan again with the Report Format " +
			"Nessus or CSV, or with the History ID of a newer run; Get Scan History shows the runs.")
	case lacking != "" && f.Status == http.StatusBadRequest && mayTellOfLack().MatchString(f.Message):
		return f.WithHint("The format DB needs Password, History ID and Asset ID; not given: %s. Get Scan History shows "+
			"the history IDs, and Get Scan Details the assets, in raw_data at $.hosts[*].uuid.", lacking)
	case neverRan(ctx, env, in.ScanID):
		return f.AsRefusal().WithHint("This scan has never run, so there is nothing to export. Run Launch Scan, " +
			"and export when Get Scan Status says that the run is completed.")
	}
	return err
}

// tellsOfAge matches what Tenable says of a run that is too old for a format, whatever
// the number of days.
var tellsOfAge = pattern.Lazy(`(?i)older than|archived|\b\d+ days\b|\bdays old\b|\.?nessus (?:and|or) \.?csv`)

// mayTellOfLack matches what Tenable says of a request that lacks something, or only that it is bad.
var mayTellOfLack = pattern.Lazy(`(?i)^bad request|history|asset|require|missing|must (?:be|have)|undefined|null`)

// lacking names the inputs that the format DB needs and that are not given.
func (in exportScanInput) lacking(format string) string {
	var names []string
	if format == "db" && in.HistoryID == nil {
		names = append(names, "History ID")
	}
	if format == "db" && in.AssetID == nil {
		names = append(names, "Asset ID")
	}
	return strings.Join(names, ", ")
}

// neverRan asks once whether a scan has never run.
func neverRan(ctx context.Context, env command.Env, scan wire.ID) bool {
	call := latestStatus(scan)
	call.Once = true
	answer, err := env.Tenable.Get(ctx, call)
	if err != nil {
		return false
	}
	var body statusAnswer
	return answer.Decode(&body, "status") == nil && body.Status.Word() == "empty"
}

// madeExport is an export in Tenable's list.
type madeExport struct {
	ExportID     wire.Text `json:"export_id"`
	ScanUUID     wire.Text `json:"scan_uuid"`
	ScheduleID   wire.Text `json:"schedule_id"`
	ScheduleUUID wire.Text `json:"schedule_uuid"`
	Format       wire.Text `json:"format"`
	Metadata     struct {
		CreatedAt wire.Time `json:"created_at"`
	} `json:"metadata"`
}

// mayComeFrom reports whether the inputs of Export Scan may have made the export.
func (e madeExport) mayComeFrom(in exportScanInput, format string) bool {
	same := func(told wire.Text, asked string) bool { return strings.EqualFold(string(told), asked) }
	scan := string(in.ScanID)
	switch {
	case !same(e.ScheduleID, scan) && !same(e.ScheduleUUID, scan):
		return false
	case in.HistoryID != nil && in.HistoryID.IsUUID() && !same(e.ScanUUID, string(*in.HistoryID)):
		return false
	}
	return e.Format == "" || same(e.Format, format)
}

// lookForExport finds the export that a call of unknown outcome made.
//
// GET /scans/exports: https://developer.tenable.com/reference/scans-export-list
func lookForExport(in exportScanInput, format string, sent time.Time) command.Lookup {
	return command.Lookup{
		Call: connection.Call{Path: "/scans/exports"},
		Sent: sent,
		Hint: "Tenable lists one export of this scan that was created after the call was sent, with the File ID %s: " +
			"run Download Exported Scan with it.",
		Made: func(list connection.Answer, hand func(id wire.Text, created wire.Time)) {
			var exports []madeExport
			if connection.Decode(list.Body, &exports) != nil {
				return
			}
			for _, e := range exports {
				if e.mayComeFrom(in, format) {
					hand(e.ExportID, e.Metadata.CreatedAt)
				}
			}
		},
	}
}
