package exports

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tenableio/commands/command"

	"tenableio/internal/fault"
	"tenableio/result"
)

// exportSummary is the raw data of a report, which itself is a file.
type exportSummary struct {
	ExportUUID string `json:"export_uuid"`
	Status     string `json:"status"`
	Chunks     struct {
		Expected  int   `json:"expected"`
		Received  []int `json:"received"`
		Failed    []int `json:"failed"`
		Cancelled []int `json:"cancelled"`
	} `json:"chunks"`
	Findings        int             `json:"findings"`
	FindingsByChunk []chunkFindings `json:"findings_by_chunk"`
	ExportFields    []string        `json:"export_fields"` // null: all
	FileName        string          `json:"file_name"`

	items []fault.Item // the chunks that are missing
}

type chunkFindings struct {
	ChunkID  int `json:"chunk_id"`
	Findings int `json:"findings"`
}

// summarise says what is here and what is missing.
func (r *exportReport) summarise() exportSummary {
	s := exportSummary{ExportUUID: r.uuid, Status: string(r.status.Status), ExportFields: r.chosen, FindingsByChunk: []chunkFindings{}}
	r.noteGone()
	kept := r.parts.Kept()
	s.Chunks.Received = append([]int{}, slices.Sorted(maps.Keys(kept))...)
	for _, n := range s.Chunks.Received {
		s.Findings += kept[n].Records
		s.FindingsByChunk = append(s.FindingsByChunk, chunkFindings{n, kept[n].Records})
	}
	s.Chunks.Expected = r.expected
	failed, cancelled := r.missing(sorted(r.status.Failed)), r.missing(sorted(r.status.Cancelled))
	cancelled = slices.DeleteFunc(cancelled, func(n int) bool { return among(failed, n) })
	s.Chunks.Cancelled = cancelled
	s.Chunks.Failed = unique(slices.AppendSeq(slices.Clone(failed), maps.Keys(r.failed)))
	for _, n := range slices.Sorted(maps.Keys(r.failed)) {
		s.items = append(s.items, chunkItem(n, r.failed[n]))
	}
	s.items = append(s.items, r.status.lost(failed, cancelled, r.known)...)
	return s
}

// noteGone notes as failed the chunks that are not here and that an earlier status
// named, but not the last.
func (r *exportReport) noteGone() {
	named := r.status.named()
	for _, n := range r.missing(r.known) {
		if !among(named, n) {
			r.failed[n] = fault.New(http.StatusBadGateway, "Chunk %d is not here, and Tenable does not name it any more.", n)
		}
	}
}

// describe adds the report to the output.
func (r *exportReport) describe(out *result.Output, s exportSummary, file result.File) error {
	s.FileName = file.Name
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("marshal the summary: %w", err)
	}
	out.RawData = result.RawOf(raw)
	out.Table = result.Table{
		Caption: fmt.Sprintf("%s in %d of %s", result.Counted(s.Findings, "finding"), len(s.Chunks.Received), result.Counted(s.Chunks.Expected, "chunk")),
		Columns: []string{"File", "Bytes", "SHA-256", "Missing chunks", "Where"},
		Rows:    [][]string{{file.Name, strconv.FormatInt(file.Size, 10), file.SHA256, missingChunks(s.items), command.Location(file)}},
	}
	out.KeyFields.Add("export_uuids", r.uuid)
	command.AddFile(out, file)
	if r.repairs > 0 {
		out.Warn("invalid_utf8", fmt.Sprintf("%d findings held bytes that are not UTF-8; each was replaced by U+FFFD.", r.repairs))
	}
	if len(s.items) > 0 {
		out.Warn("incomplete", fmt.Sprintf("The report is not complete: %d of %d chunks are in it. The items of the error name the others.", len(s.Chunks.Received), s.Chunks.Expected))
	}
	return nil
}

func missingChunks(items []fault.Item) string {
	if len(items) == 0 {
		return "none"
	}
	values := make([]string, len(items))
	for i, item := range items {
		values[i] = item.Value
	}
	return strings.Join(values, ", ")
}
