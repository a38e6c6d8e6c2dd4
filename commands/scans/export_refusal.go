package scans

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
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
func tellsOfAge() *regexp.Regexp {
	return regexp.MustCompile(`(?i)older than|archived|\b\d+ days\b|\bdays old\b|\.?nessus (?:and|or) \.?csv`)
}

// mayTellOfLack matches what Tenable says of a request that lacks something, or only that it is bad.
func mayTellOfLack() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^bad request|history|asset|require|missing|must (?:be|have)|undefined|null`)
}

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
	answer, err := env.Tenable.Get(ctx, connection.Call{
		Path:   "/scans/{scan_id}/latest-status",
		Params: map[string]string{"scan_id": string(scan)},
		Once:   true,
	})
	if err != nil {
		return false
	}
	var body struct {
		Status wire.Text `json:"status"`
	}
	return answer.Decode(&body, "status") == nil && body.Status.Word() == "empty"
}
