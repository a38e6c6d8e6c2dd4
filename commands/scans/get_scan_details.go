package scans

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

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
	Name       wire.Text `json:"name"`
	Status     wire.Text `json:"status"`
	UUID       wire.Text `json:"uuid"`
	IsArchived wire.Bool `json:"is_archived"`
}

// scanDetails is the answer. It lacks the lists once the run is archived, after 35 days.
type scanDetails struct {
	Info            scanInfo            `json:"info"`
	Hosts           wire.List[struct{}] `json:"hosts"` // only counted, like the next; describeScan reads them
	Vulnerabilities wire.List[struct{}] `json:"vulnerabilities"`
}

type scanHost struct {
	UUID     wire.Text `json:"uuid"`
	Hostname wire.Text `json:"hostname"`
}

type scanVulnerability struct {
	PluginID     wire.NumericID `json:"plugin_id"`
	PluginName   wire.Text      `json:"plugin_name"`
	PluginFamily wire.Text      `json:"plugin_family"`
	Severity     wire.Severity  `json:"severity"`
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
	if details.Info.IsArchived {
		out.Warn("archived_scan", "This run is older than 35 days and archived, so Tenable gives neither its hosts nor "+
			"its vulnerabilities here. Run Export Scan in the format Nessus or CSV to get them.")
	}
	if details.limited() {
		out.Warn("limited_view", "Tenable gave no list of vulnerabilities for this completed run: a Basic user gets "+
			"limited information only.")
	}
	found, err := describeScan(ctx, out, in.ScanID, details.Info, answer)
	out.Table.Columns = []string{"Plugin ID", "Plugin Name", "Severity", "Count"}
	out.Table.Caption = details.caption(found)
	out.Table.Bars = found.Bars()
	return err
}

// caption counts what the scan found. If Tenable did not tell, it says so: a count of 0
// would be a clean bill of health.
func (d scanDetails) caption(found command.Tally) string {
	about := fmt.Sprintf("Scan %s: %s", d.Info.Name, d.Info.Status)
	switch {
	case bool(d.Info.IsArchived):
		return about + ", archived; use Export Scan for its hosts and findings"
	case d.limited():
		return about + ", without a list of findings"
	}
	return fmt.Sprintf("%s, %s, %s", about, result.Counted(len(d.Hosts), "host"), found)
}

// limited reports whether the list of findings is missing, though the run is completed and
// not archived.
func (d scanDetails) limited() bool {
	return d.Vulnerabilities == nil && d.Info.Status == "completed" && !bool(d.Info.IsArchived)
}

func describeScan(
	ctx context.Context, out *result.Output, scanID wire.ID, info scanInfo, answer connection.Answer,
) (command.Tally, error) {
	type record struct {
		ScanID       wire.ID        `json:"scan_id"`
		ScanUUID     wire.Text      `json:"scan_uuid"`
		ScanName     wire.Text      `json:"scan_name"`
		ScanStatus   wire.Text      `json:"scan_status"`
		PluginID     wire.NumericID `json:"plugin_id"`
		PluginName   wire.Text      `json:"plugin_name"`
		PluginFamily wire.Text      `json:"plugin_family"`
		Severity     string         `json:"severity"`
		SeverityID   int            `json:"severity_id"`
		Count        wire.Int       `json:"count"`
	}
	out.KeyFields.Add("scan_ids", scanID)
	out.KeyFields.Add("scan_names", string(info.Name))
	out.KeyFields.Add("scan_uuids", string(info.UUID))
	found := command.Tally{}
	var lists struct {
		Hosts           wire.Each[scanHost]          `json:"hosts"`
		Vulnerabilities wire.Each[scanVulnerability] `json:"vulnerabilities"`
	}
	lists.Vulnerabilities = command.Each(ctx, func(v scanVulnerability, _ json.RawMessage) {
		out.ContextData.Add(record{
			ScanID: scanID, ScanUUID: info.UUID, ScanName: info.Name, ScanStatus: info.Status,
			PluginID: v.PluginID, PluginName: v.PluginName, PluginFamily: v.PluginFamily,
			Severity: v.Severity.Word(), SeverityID: int(v.Severity), Count: v.Count,
		})
		out.KeyFields.Add("plugin_ids", v.PluginID)
		found.Add(v.Severity)
		out.Table.AddRanked(command.Rank(v.Severity, nil),
			string(v.PluginID), string(v.PluginName), v.Severity.Word(), strconv.Itoa(int(v.Count)))
	})
	lists.Hosts = command.Each(ctx, func(host scanHost, _ json.RawMessage) {
		out.KeyFields.Add("asset_ids", string(host.UUID))
		command.AddHost(out, string(host.Hostname))
	})
	return found, command.ReadError(ctx, connection.Decode(answer.Body, &lists))
}
