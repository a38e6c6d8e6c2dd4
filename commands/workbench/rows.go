// Package workbench holds the commands that ask what was found, one file each under the
// command's key.
package workbench

import (
	"context"
	"encoding/json"
	"strconv"

	"tenableio/commands/command"

	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

// vulnerabilityRow is a row of a workbench: a plugin and how often it found something.
type vulnerabilityRow struct {
	PluginID       wire.NumericID `json:"plugin_id"`
	PluginName     wire.Text      `json:"plugin_name"`
	PluginFamily   wire.Text      `json:"plugin_family"`
	Severity       wire.Severity  `json:"severity"`
	State          wire.Text      `json:"vulnerability_state"`
	Count          wire.Int       `json:"count"`
	AcceptedCount  wire.Int       `json:"accepted_count"`
	RecastedCount  wire.Int       `json:"recasted_count"`
	VPRScore       *wire.Float    `json:"vpr_score"`
	CVSSBaseScore  *wire.Float    `json:"cvss_base_score"`
	CVSS3BaseScore *wire.Float    `json:"cvss3_base_score"`
}

// workbenchPage is a checked answer of a vulnerability workbench: how many rows it has, how
// often they occur in all, and the answer itself.
type workbenchPage struct {
	rows  int
	total wire.Int
	body  json.RawMessage
}

// readRows checks a workbench answer and counts its rows. Nothing of a page may be shown
// before all of it was read, and its rows would take much memory, so each reads them again.
func readRows(ctx context.Context, answer connection.Answer) (workbenchPage, error) {
	page := workbenchPage{body: answer.Body}
	var body struct {
		Vulnerabilities wire.Each[vulnerabilityRow] `json:"vulnerabilities"`
		Total           *wire.Int                   `json:"total_vulnerability_count"`
	}
	body.Vulnerabilities = command.Each(ctx, func(row vulnerabilityRow, _ json.RawMessage) {
		page.rows++
		page.total += row.Count
	})
	if err := command.ReadError(ctx, answer.Decode(&body, "vulnerabilities", "total_vulnerability_count")); err != nil {
		return workbenchPage{}, err
	}
	if body.Total != nil {
		page.total = *body.Total // more than the rows of a full answer show
	}
	return page, nil
}

// each calls take with each row of the page and the API's own bytes.
func (p workbenchPage) each(ctx context.Context, take func(row vulnerabilityRow, text json.RawMessage)) error {
	body := struct {
		Vulnerabilities wire.Each[vulnerabilityRow] `json:"vulnerabilities"`
	}{command.Each(ctx, take)}
	return command.ReadError(ctx, connection.Decode(p.body, &body))
}

// vulnerabilityRecord is a row for a playbook. AssetID is left out of a row about all
// assets.
type vulnerabilityRecord struct {
	AssetID        string         `json:"asset_id,omitempty"`
	PluginID       wire.NumericID `json:"plugin_id"`
	PluginName     wire.Text      `json:"plugin_name"`
	PluginFamily   wire.Text      `json:"plugin_family"`
	Severity       string         `json:"severity"`
	SeverityID     int            `json:"severity_id"`
	State          wire.Text      `json:"state"`
	Count          wire.Int       `json:"count"`
	VPRScore       *wire.Float    `json:"vpr_score"`
	CVSSBaseScore  *wire.Float    `json:"cvss_base_score"`
	CVSS3BaseScore *wire.Float    `json:"cvss3_base_score"`
}

// describeRow adds a row to an output. In the table its cells follow those of front.
func describeRow(out *result.Output, assetID string, row vulnerabilityRow, front ...string) {
	out.ContextData.Add(vulnerabilityRecord{
		AssetID: assetID, PluginID: row.PluginID, PluginName: row.PluginName, PluginFamily: row.PluginFamily,
		Severity: row.Severity.Word(), SeverityID: int(row.Severity), State: row.State, Count: row.Count,
		VPRScore: row.VPRScore, CVSSBaseScore: row.CVSSBaseScore, CVSS3BaseScore: row.CVSS3BaseScore,
	})
	out.KeyFields.Add("plugin_ids", row.PluginID)
	out.Table.AddRanked(command.Rank(row.Severity, row.VPRScore), append(front,
		string(row.PluginID), string(row.PluginName), row.Severity.Word(), score(row.VPRScore), strconv.Itoa(int(row.Count)),
	)...)
}

var vulnerabilityColumns = []string{"Plugin ID", "Plugin Name", "Severity", "VPR", "Count"}

// score prints a score, or nothing if there is none.
func score(f *wire.Float) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*f), 'f', 1, 64)
}

// workbenchRows is how many rows a workbench returns at most. It has no second page and does
// not say that rows are left out, so a full answer counts as cut.
//
// https://developer.tenable.com/reference/workbenches-vulnerabilities
const workbenchRows = 5000

// warnFull warns that an answer of workbenchRows rows was probably cut.
func warnFull(out *result.Output, rows int, of string) {
	if rows >= workbenchRows {
		const message = "Tenable gives %d rows at the most%s, and this answer is full: " +
			"narrow the filter, or use Export Vulnerabilities for all."
		out.Warn("truncated", message, workbenchRows, of)
	}
}

// The causes of an empty answer that all calls of the workbench share.
var (
	tooOld    = command.Always("Tenable gives nothing here that is older than 450 days")
	notViewed = command.Always("the keys may not view the assets (Can View)")
)
