package scans

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

type getScanDetailsInput struct {
	ScanID    wire.ID  `json:"scan_id"`
	HistoryID *wire.ID `json:"history_id"`
}

// scanInfo is the scan itself.
type scanInfo struct {
	Name         wire.Text      `json:"name"`
	Status       wire.Text      `json:"status"`
	UUID         wire.Text      `json:"uuid"`
	ObjectID     wire.NumericID `json:"object_id"`
	ScheduleUUID wire.Text      `json:"schedule_uuid"`
	ScanType     wire.Text      `json:"scan_type"`
	Type         wire.Text      `json:"type"` // as List Scans tells it
	FolderID     wire.NumericID `json:"folder_id"`
	IsArchived   wire.Bool      `json:"is_archived"`
}

// refer adds the scan to the key fields: as it was asked for, and as Tenable says that it is.
func (s scanInfo) refer(out *result.Output, given wire.ID) reference {
	scan := refer(out, given)
	scan.ScanID = cmp.Or(scan.ScanID, s.ObjectID)
	scan.ScheduleUUID = cmp.Or(scan.ScheduleUUID, s.ScheduleUUID)
	out.KeyFields.Add("scan_ids", scan.ScanID)
	out.KeyFields.Add("schedule_uuids", string(scan.ScheduleUUID))
	return scan
}

// scanDetails is the answer. It lacks the lists once the run is archived, after 35 days.
type scanDetails struct {
	Info            scanInfo            `json:"info"`
	Hosts           wire.List[scanHost] `json:"hosts"`
	CompHosts       wire.List[scanHost] `json:"comphosts"`       // those with compliance checks
	Compliance      wire.List[struct{}] `json:"compliance"`      // checks, of which the number is told
	Vulnerabilities json.RawMessage     `json:"vulnerabilities"` // describeScan reads them
	History         wire.List[struct {
		ID   wire.NumericID `json:"history_id"`
		UUID wire.Text      `json:"uuid"`
	}] `json:"history"`
}

type scanHost struct {
	UUID     wire.Text            `json:"uuid"`
	Hostname wire.Many[wire.Text] `json:"hostname"`
}

type scanVulnerability struct {
	PluginID     wire.NumericID `json:"plugin_id"`
	PluginName   wire.Text      `json:"plugin_name"`
	PluginFamily wire.Text      `json:"plugin_family"`
	Severity     wire.Severity  `json:"severity"`
	Count        wire.Int       `json:"count"`
}

// scanDetailsRecord is a plugin that found something in a run, for a playbook; of a run
// without findings the run alone.
type scanDetailsRecord struct {
	reference
	ScanUUID     wire.Text      `json:"scan_uuid"`
	ScanName     wire.Text      `json:"scan_name"`
	ScanStatus   wire.Text      `json:"scan_status"`
	Active       wire.Bool      `json:"active"`
	FolderID     wire.NumericID `json:"folder_id"`
	PluginID     wire.NumericID `json:"plugin_id"`
	PluginName   wire.Text      `json:"plugin_name"`
	PluginFamily wire.Text      `json:"plugin_family"`
	Severity     wire.Text      `json:"severity"`
	SeverityID   wire.Severity  `json:"severity_id"`
	Count        wire.Int       `json:"count"`
}

// Details returns the results of a scan's latest run, or of the given one. The call is heavy:
// to watch a running scan there is Status.
//
// GET /scans/{scan_id}: https://developer.tenable.com/reference/scans-details
func Details(ctx context.Context, env command.Env, in getScanDetailsInput, out *result.Output) error {
	query := url.Values{}
	if in.HistoryID != nil {
		query.Set("history_id", string(*in.HistoryID)) // a number or a UUID
	}
	answer, err := env.Tenable.Get(ctx, connection.Call{
		Path:   "/scans/{scan_id}",
		Params: map[string]string{"scan_id": string(in.ScanID)},
		Query:  query,
	})
	if err != nil {
		return err
	}
	var details scanDetails
	if err := answer.Decode(&details, "info", "vulnerabilities", "hosts", "history"); err != nil {
		return err
	}
	out.RawData = result.RawOf(answer.Body)
	if details.Info.IsArchived.Value {
		out.Warn("archived_scan", "This run is older than 35 days and archived, so Tenable gives neither its hosts nor "+
			"its vulnerabilities here. Run Export Scan in the format Nessus or CSV to get them.")
	}
	if details.limited() {
		out.Warn("limited_view", "Tenable gave no list of vulnerabilities for this run: a Basic user gets "+
			"limited information only.")
	}
	if !details.isRun(in.HistoryID) {
		out.Warn("not_as_asked", "Tenable returned another run than History ID names: the one with the UUID %s.",
			details.Info.UUID)
	}
	found, err := describeScan(ctx, env, out, in.ScanID, details, answer)
	details.warnOfKind(out, found)
	out.Table.Columns = []string{"Plugin ID", "Plugin Name", "Severity", "Count"}
	out.Table.Caption = details.caption(found)
	out.Table.Bars = found.Bars()
	return err
}

// caption counts what the scan found. If Tenable did not tell, it says so: a count of 0
// would be a clean bill of health.
func (d scanDetails) caption(found command.Tally) string {
	about := fmt.Sprintf("Scan %s: %s", cmp.Or(d.Info.Name, "without a name"), cmp.Or(d.Info.Status, "status not told"))
	switch {
	case d.Info.IsArchived.Value:
		return about + ", archived; use Export Scan for its hosts and findings"
	case d.limited():
		return about + ", without a list of findings"
	}
	about += ", " + result.Counted(len(d.allHosts()), "host")
	switch d.kind() {
	case webApplicationScan:
		return about + ", a web application"
	case complianceScan:
		about += ", " + result.Counted(len(d.Compliance), "compliance check")
	}
	return about + ", " + found.Count("plugin")
}

// limited reports whether the list of findings is missing, though the run is at rest, not
// archived, and of a kind that has one.
func (d scanDetails) limited() bool {
	lacking := len(d.Vulnerabilities) == 0 || string(d.Vulnerabilities) == "null"
	return lacking && hasResults(d.Info.Status) && !d.Info.IsArchived.Value && d.kind() == hostScan
}

// isRun reports whether the details are those of a run that is named by its number or UUID, as far as they tell.
func (d scanDetails) isRun(id *wire.ID) bool {
	if id == nil || d.Info.UUID == "" {
		return true
	}
	given := func(uuid string) bool { return strings.EqualFold(uuid, string(d.Info.UUID)) }
	if id.IsUUID() {
		return given(string(*id))
	}
	for _, run := range d.History {
		asked := string(run.ID) == string(*id)
		if run.ID != "" && run.UUID != "" && asked != given(string(run.UUID)) {
			return false
		}
	}
	return true
}

// describeScan adds the run to out, with its hosts and with what they were found to have.
func describeScan(
	ctx context.Context, env command.Env, out *result.Output,
	scanID wire.ID, details scanDetails, answer connection.Answer,
) (command.Tally, error) {
	var states scanStates
	info := details.Info
	run := scanDetailsRecord{
		reference: info.refer(out, scanID),
		ScanUUID:  info.UUID, ScanName: info.Name, ScanStatus: info.Status, Active: states.active(info.Status),
		FolderID: info.FolderID,
	}
	states.warn(env, out)
	if ending := endedEarly(info.Status); ending != "" {
		out.Warn("unfinished_run", "This run %s, so it may not have looked at every target; what it did not find is not "+
			"known to be absent.", ending)
	}
	out.KeyFields.Add("scan_names", string(info.Name))
	out.KeyFields.Add("scan_uuids", string(info.UUID))
	out.KeyFields.Add("scan_statuses", string(info.Status))
	for _, host := range details.allHosts() {
		out.KeyFields.Add("asset_ids", string(host.UUID))
		command.AddHosts(out, host.Hostname...)
	}
	found := command.Tally{}
	var findings struct {
		Vulnerabilities wire.Each[scanVulnerability] `json:"vulnerabilities"`
	}
	findings.Vulnerabilities = command.Each(ctx, func(v scanVulnerability, _ json.RawMessage) {
		r := run
		r.PluginID, r.PluginName, r.PluginFamily = v.PluginID, v.PluginName, v.PluginFamily
		r.Severity, r.SeverityID, r.Count = v.Severity.Word(), v.Severity, v.Count
		out.ContextData.Add(r)
		out.KeyFields.Add("plugin_ids", v.PluginID)
		found.Add(v.Severity)
		out.Table.AddRanked(command.Rank(v.Severity, wire.Float{}),
			string(v.PluginID), string(v.PluginName), string(r.Severity), v.Count.String())
	})
	err := command.ReadError(ctx, answer.Decode(&findings))
	if err == nil && out.ContextData.Len() == 0 {
		details.tellNothing(out, run)
		out.ContextData.Add(run) // so that its status reaches the playbook
	}
	return found, err
}
