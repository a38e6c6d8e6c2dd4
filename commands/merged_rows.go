package commands

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"tenableio/internal/wire"
	"tenableio/result"
)

// mergedRows are the rows of several workbench answers, one for each plugin. A
// plugin that two batches of CVEs give is the same row, and kept once. A plugin
// that two batches of hosts give was counted on other hosts, so its counts add
// up. The rows of the first answer are all kept, so that one answer alone is told
// as it came.
type mergedRows struct {
	rows  []vulnerabilityRow
	pages []json.RawMessage
	index map[wire.NumericID]int
	seen  map[seenRow]bool
}

// seenRow is a plugin that a batch of hosts gave.
type seenRow struct {
	plugin wire.NumericID
	hosts  int
}

func (m *mergedRows) add(page workbenchPage, hosts int) {
	if m.index == nil {
		m.index, m.seen = map[wire.NumericID]int{}, map[seenRow]bool{}
	}
	m.pages = append(m.pages, page.body)
	for _, row := range page.rows {
		at, known := m.index[row.PluginID]
		seen := seenRow{row.PluginID, hosts}
		switch {
		case !known || len(m.pages) == 1:
			m.index[row.PluginID] = len(m.rows)
			m.rows = append(m.rows, row)
		case !m.seen[seen]:
			m.rows[at] = m.rows[at].plus(row)
		}
		m.seen[seen] = true
	}
}

// plus adds the counts of another row of the same plugin, in the bytes too.
func (r vulnerabilityRow) plus(other vulnerabilityRow) vulnerabilityRow {
	r.Count += other.Count
	r.AcceptedCount += other.AcceptedCount
	r.RecastedCount += other.RecastedCount
	raw := rewrite(r.raw, map[string]json.RawMessage{
		"count":              number(r.Count),
		"accepted_count":     number(r.AcceptedCount),
		"recasted_count":     number(r.RecastedCount),
		"counts_by_severity": addedCounts(r.raw, other.raw),
	})
	r.raw = raw
	return r
}

func number(n wire.Int) json.RawMessage { return json.RawMessage(strconv.FormatInt(int64(n), 10)) }

// addedCounts adds up counts_by_severity, a list of {count, value}.
func addedCounts(a, b json.RawMessage) json.RawMessage {
	type severityCount struct {
		Count wire.Int `json:"count"`
		Value wire.Int `json:"value"`
	}
	var sum []severityCount
	for _, raw := range []json.RawMessage{a, b} {
		var row struct {
			Counts []severityCount `json:"counts_by_severity"`
		}
		if json.Unmarshal(raw, &row) != nil {
			return nil
		}
	counts:
		for _, count := range row.Counts {
			for i := range sum {
				if sum[i].Value == count.Value {
					sum[i].Count += count.Count
					continue counts
				}
			}
			sum = append(sum, count)
		}
	}
	text, err := json.Marshal(sum)
	if err != nil {
		return nil
	}
	return text
}

// rewrite replaces values of an object that has them; all other members keep
// their bytes and their order.
func rewrite(object json.RawMessage, values map[string]json.RawMessage) json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return object
	}
	out := []byte("{")
	for decoder.More() {
		name, err := decoder.Token()
		var value json.RawMessage
		if err != nil || decoder.Decode(&value) != nil {
			return object
		}
		if other := values[fmt.Sprint(name)]; len(other) > 0 {
			value = other
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return object
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, quoted...), ':'), value...)
	}
	return append(out, '}')
}

// raw is the one answer as it came, or the merged rows in the same form.
func (m *mergedRows) raw() result.Raw {
	if len(m.pages) == 1 {
		return result.RawOf(m.pages[0])
	}
	elements := make([]json.RawMessage, len(m.rows))
	total := 0
	for i, row := range m.rows {
		elements[i] = row.raw
		total += int(row.Count)
	}
	return rawList(`{"vulnerabilities":`, result.RawOf(elements...), fmt.Sprintf(`,"total_vulnerability_count":%d,"total_asset_count":0}`, total))
}
