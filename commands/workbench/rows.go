// Package workbench holds the commands that ask what was found, one file each under the
// command's key.
package workbench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

// vulnerabilityRow is a row of a workbench: a plugin and how often it found something.
type vulnerabilityRow struct {
	PluginID       wire.NumericID           `json:"plugin_id"`
	PluginName     wire.Text                `json:"plugin_name"`
	PluginFamily   wire.Text                `json:"plugin_family"`
	Severity       wire.Severity            `json:"severity"`
	Severities     wire.List[severityCount] `json:"counts_by_severity"`
	State          wire.Text                `json:"vulnerability_state"`
	Count          wire.Int                 `json:"count"`
	AcceptedCount  wire.Int                 `json:"accepted_count"`
	RecastedCount  wire.Int                 `json:"recasted_count"`
	VPRScore       wire.Float               `json:"vpr_score"`
	CVSSBaseScore  wire.Float               `json:"cvss_base_score"`
	CVSS3BaseScore wire.Float               `json:"cvss3_base_score"`
}

// severityCount is how often a plugin found something of a severity.
type severityCount struct {
	Count wire.Int      `json:"count"`
	Value wire.Severity `json:"value"`
}

// severity returns the severity of the row. Where the row does not state it, the counts do
// if they are of one severity alone. A count of 0 says nothing.
func (r vulnerabilityRow) severity() wire.Severity {
	if r.Severity.Known {
		return r.Severity
	}
	isNone := func(c severityCount) bool { return c.Count.Known && c.Count.Value == 0 }
	counts := slices.DeleteFunc(slices.Clone(r.Severities), isNone)
	if len(counts) == 1 {
		return counts[0].Value
	}
	return r.Severity
}

// workbenchPage is a checked answer of a vulnerability workbench: how many rows it has, how
// often they occur in all, and the answer itself.
type workbenchPage struct {
	rows  int
	total int64
	body  json.RawMessage
}

// readRows makes a call, checks its answer and counts the rows. Nothing of a page may be shown
// before all of it was read, and its rows would take much memory, so each reads them again.
func readRows(ctx context.Context, env command.Env, call connection.Call) (workbenchPage, error) {
	var page workbenchPage
	var body struct {
		Vulnerabilities wire.Each[vulnerabilityRow] `json:"vulnerabilities"`
		Total           wire.Int                    `json:"total_vulnerability_count"`
	}
	body.Vulnerabilities = command.EachWithOthers(ctx, func(row vulnerabilityRow, _ json.RawMessage) {
		page.rows++
		page.total += row.Count.Value
	}, func(json.RawMessage) { page.rows++ })
	answer, err := env.Read(ctx, call, &body, "vulnerabilities", "total_vulnerability_count")
	if err != nil {
		return workbenchPage{}, err
	}
	page.body = answer.Body
	if body.Total.Known {
		page.total = body.Total.Value // of a full answer, more than that of the rows
	}
	return page, nil
}

// each hands the rows of the page to take, with the API's own bytes, and to other those
// of what is no row.
func (p workbenchPage) each(
	ctx context.Context, take func(row vulnerabilityRow, text json.RawMessage), other func(text json.RawMessage),
) error {
	body := struct {
		Vulnerabilities wire.Each[vulnerabilityRow] `json:"vulnerabilities"`
	}{command.EachWithOthers(ctx, take, other)}
	return command.ReadError(ctx, connection.Decode(p.body, &body))
}

// vulnerabilityRecord is a row for a playbook.
type vulnerabilityRecord struct {
	*assetOfRow
	PluginID       wire.NumericID `json:"plugin_id"`
	PluginName     wire.Text      `json:"plugin_name"`
	PluginFamily   wire.Text      `json:"plugin_family"`
	Severity       wire.Text      `json:"severity"`
	SeverityID     wire.Severity  `json:"severity_id"`
	State          wire.Text      `json:"state"`
	Count          wire.Int       `json:"count"`
	AcceptedCount  wire.Int       `json:"accepted_count"`
	RecastedCount  wire.Int       `json:"recasted_count"`
	VPRScore       wire.Float     `json:"vpr_score"`
	CVSSBaseScore  wire.Float     `json:"cvss_base_score"`
	CVSS3BaseScore wire.Float     `json:"cvss3_base_score"`
}

// assetOfRow is the asset that a row is about.
type assetOfRow struct {
	AssetID  wire.Text    `json:"asset_id"`
	Hostname wire.Text    `json:"hostname"`
	IPv4     wire.Address `json:"ipv4"`
	IPv6     wire.Address `json:"ipv6"`
}

// describeRow adds a row to an output; asset is nil for a row about all assets. Its cells
// in the table come behind those in front, if any.
func describeRow(out *result.Output, asset *assetOfRow, row vulnerabilityRow, front ...string) {
	severity := row.severity()
	out.ContextData.Add(vulnerabilityRecord{
		assetOfRow: asset, PluginID: row.PluginID, PluginName: row.PluginName, PluginFamily: row.PluginFamily,
		Severity: severity.Word(), SeverityID: severity, State: row.State, Count: row.Count,
		AcceptedCount: row.AcceptedCount, RecastedCount: row.RecastedCount,
		VPRScore: row.VPRScore, CVSSBaseScore: row.CVSSBaseScore, CVSS3BaseScore: row.CVSS3BaseScore,
	})
	out.KeyFields.Add("plugin_ids", row.PluginID)
	out.Table.AddRanked(command.Rank(severity, row.VPRScore), append(front,
		string(row.PluginID), string(row.PluginName), string(severity.Word()), row.VPRScore.String(), row.Count.String(),
	)...)
}

var vulnerabilityColumns = []string{"Plugin ID", "Plugin Name", "Severity", "VPR", "Count"}

// workbenchRows is how many rows a workbench returns at most. It has no second page and does
// not say that rows are left out, so a full answer counts as cut.
//
// https://developer.tenable.com/reference/workbenches-vulnerabilities
const workbenchRows = 5000

// warnFull says that an answer of workbenchRows rows was probably cut, and what can be
// done instead.
func warnFull(out *result.Output, rows int, of, instead string) {
	if rows >= workbenchRows {
		out.Warn("truncated", "Tenable gives %d rows at the most%s, and this answer is full: %s.", workbenchRows, of, instead)
	}
}

// The causes of an empty answer that all calls of the workbench share.
var (
	tooOld    = command.Always("Tenable gives nothing here that is older than 450 days")
	notViewed = command.Always("the keys may not view the assets (Can View)")
)

// workbenchFilter is one condition of a workbench query.
//
// https://developer.tenable.com/docs/workbench-filters
type workbenchFilter struct {
	name, operator, value string
}

// workbenchQuery returns the query of a workbench: filter.0.filter, filter.0.quality,
// filter.0.value, filter.1 … All conditions must hold.
func workbenchQuery(filters []workbenchFilter) url.Values {
	query := url.Values{}
	for i, filter := range filters {
		prefix := fmt.Sprintf("filter.%d.", i)
		query.Set(prefix+"filter", filter.name)
		query.Set(prefix+"quality", filter.operator)
		query.Set(prefix+"value", filter.value)
	}
	if len(filters) > 0 {
		query.Set("filter.search_type", "and")
	}
	return query
}
