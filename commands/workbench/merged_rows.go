package workbench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tenableio/commands/command"
	"tenableio/internal/wire"
	"tenableio/result"
)

// mergedRows merges the rows of several workbench answers into one for each plugin. If two
// batches of CVEs return a plugin, the row is the same and kept once. If two batches of
// hosts return it, each counted it on other hosts, so the counts add up. All rows of the
// first answer are kept, also repeated ones, so that a single answer is shown as it came;
// its rows are not held in memory.
type mergedRows struct {
	pages      int
	first      workbenchPage // its rows are in rows only once there is a second page
	firstBatch int           // of hosts
	rows       []mergedRow
	index      map[wire.NumericID]int
	seen       map[seenRow]bool
}

// mergedRow is a row and its bytes.
type mergedRow struct {
	vulnerabilityRow
	raw   json.RawMessage
	other bool // it is no row, and in raw data alone
}

// seenRow is a plugin that the answer about a batch of hosts holds.
type seenRow struct {
	plugin    wire.NumericID
	hostBatch int
}

// add adds the answer about a batch of hosts.
func (m *mergedRows) add(ctx context.Context, page workbenchPage, hostBatch int) error {
	m.pages++
	if m.pages == 1 {
		m.first = page
		m.firstBatch = hostBatch
		return nil
	}
	if m.pages == 2 {
		m.index = map[wire.NumericID]int{}
		m.seen = map[seenRow]bool{}
		if err := m.merge(ctx, m.first, m.firstBatch, true); err != nil {
			return err
		}
		m.first = workbenchPage{}
	}
	return m.merge(ctx, page, hostBatch, false)
}

// merge adds the rows of a page. all keeps rows that repeat a plugin.
func (m *mergedRows) merge(ctx context.Context, page workbenchPage, hostBatch int, all bool) error {
	return page.each(ctx, func(row vulnerabilityRow, text json.RawMessage) {
		at, known := m.index[row.PluginID]
		seen := seenRow{row.PluginID, hostBatch}
		switch {
		case !known || all || row.PluginID == "":
			m.index[row.PluginID] = len(m.rows)
			m.rows = append(m.rows, mergedRow{vulnerabilityRow: row, raw: bytes.Clone(text)})
		case !m.seen[seen]:
			m.rows[at] = m.rows[at].plus(row)
		}
		m.seen[seen] = true
	}, func(text json.RawMessage) { m.rows = append(m.rows, mergedRow{raw: bytes.Clone(text), other: true}) })
}

// each calls take with each row.
func (m *mergedRows) each(ctx context.Context, take func(row vulnerabilityRow)) error {
	if m.pages == 1 {
		return m.first.each(ctx, func(row vulnerabilityRow, _ json.RawMessage) { take(row) }, func(json.RawMessage) {})
	}
	for _, row := range m.rows {
		if !row.other {
			take(row.vulnerabilityRow)
		}
	}
	return nil
}

// plus adds the counts of another row of the same plugin, also to the bytes.
func (r mergedRow) plus(other vulnerabilityRow) mergedRow {
	r.Count = r.Count.Plus(other.Count)
	r.AcceptedCount = r.AcceptedCount.Plus(other.AcceptedCount)
	r.RecastedCount = r.RecastedCount.Plus(other.RecastedCount)
	r.Severities = addedCounts(r.Severities, other.Severities)
	unknown := func(c severityCount) bool { return !c.Value.Known } // of it only Tenable's own bytes tell
	if len(r.Severities) > 0 && !slices.ContainsFunc(r.Severities, unknown) {
		r.raw = command.ReplaceMember(r.raw, "counts_by_severity", r.Severities)
	}
	r.raw = command.ReplaceMember(r.raw, "count", r.Count)
	r.raw = command.ReplaceMember(r.raw, "accepted_count", r.AcceptedCount)
	r.raw = command.ReplaceMember(r.raw, "recasted_count", r.RecastedCount)
	return r
}

// addedCounts adds up the counts of two rows by severity.
func addedCounts(a, b []severityCount) []severityCount {
	var sum []severityCount
	for _, count := range slices.Concat(a, b) {
		at := slices.IndexFunc(sum, func(s severityCount) bool { return s.Value == count.Value })
		if at < 0 {
			sum = append(sum, count)
			continue
		}
		sum[at].Count = sum[at].Count.Plus(count.Count)
	}
	return sum
}

// raw returns the single answer as it came, or the merged rows in the same form.
func (m *mergedRows) raw() result.Raw {
	if m.pages == 1 {
		return result.RawOf(m.first.body)
	}
	elements := make([]json.RawMessage, len(m.rows))
	total := int64(0)
	for i, row := range m.rows {
		elements[i] = row.raw
		total += row.Count.Value
	}
	return result.Array(`{"vulnerabilities":`, result.RawOf(elements...),
		fmt.Sprintf(`,"total_vulnerability_count":%d,"total_asset_count":0}`, total))
}
