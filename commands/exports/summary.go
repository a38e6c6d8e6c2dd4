package exports

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
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
		Expected  int      `json:"expected"`
		Received  chunkSet `json:"received"`
		Failed    chunkSet `json:"failed"`
		Cancelled chunkSet `json:"cancelled"`
	} `json:"chunks"`
	Findings        int             `json:"findings"`
	FindingsByChunk []chunkFindings `json:"findings_by_chunk"`
	ExportFields    []string        `json:"export_fields"` // null: all
	FileName        string          `json:"file_name"`
}

type chunkFindings struct {
	ChunkID  int `json:"chunk_id"`
	Findings int `json:"findings"`
}

// summarise says what is in the report, and which chunks are not.
func (r exportReport) summarise(c collected) (s exportSummary, lost []fault.Item) {
	s.ExportUUID = r.uuid
	s.ExportFields = r.chosen
	s.Status = string(c.status.Status)
	s.FindingsByChunk = []chunkFindings{}
	kept := r.kept()
	for _, n := range kept {
		findings := r.parts.Part(n).Records
		s.Findings += findings
		s.FindingsByChunk = append(s.FindingsByChunk, chunkFindings{n, findings})
	}
	failed := c.pending(chunksOf(c.status.Failed), kept)
	cancelled := c.pending(chunksOf(c.status.Cancelled), kept).without(failed)
	s.Chunks.Expected = c.expected()
	s.Chunks.Received = kept
	s.Chunks.Failed = failed.with(c.failedChunks())
	s.Chunks.Cancelled = cancelled
	lost = c.lost(failed, cancelled)
	if c.ended != nil && len(lost) == 0 {
		const message = "%s Every chunk that it named is here; whether there would have been more is not known."
		f := c.ended.WithMessage(message, sentence(c.ended.Message))
		lost = []fault.Item{{Input: "Export UUID", Value: r.uuid, Err: f}}
	}
	return s, lost
}

// maxNamed is how many of the chunks that failed at Tenable are named; the rest is counted.
const maxNamed = 10_000

// lost returns the chunks that the report lacks: those that failed here, those that
// failed or were cancelled at Tenable, and those that Tenable counts without a number.
func (c collected) lost(failed, cancelled chunkSet) (items []fault.Item) {
	lose := func(chunk string, f *fault.Error) {
		items = append(items, fault.Item{Input: "Chunk", Value: chunk, Err: c.because(f)})
	}
	more := len(failed) + len(cancelled) - maxNamed
	if more > 0 {
		failed = failed[:min(len(failed), maxNamed)]
		cancelled = cancelled[:min(len(cancelled), maxNamed-len(failed))]
	}
	for _, n := range c.failedChunks() {
		lose(strconv.Itoa(n), c.failed[n])
	}
	reason := ": " + string(command.Reason(c.status.Reason))
	if c.ended != nil { // which tells the reason
		reason = "."
	}
	for _, n := range failed {
		lose(strconv.Itoa(n), fault.New(http.StatusBadGateway, "Chunk %d failed at Tenable%s", n, reason))
	}
	for _, n := range cancelled {
		lose(strconv.Itoa(n), fault.New(http.StatusBadGateway, "Chunk %d was cancelled at Tenable%s", n, reason))
	}
	if more > 0 {
		f := fault.New(http.StatusBadGateway, "%d more chunks failed or were cancelled at Tenable%s", more, reason)
		lose(fmt.Sprintf("%d more", more), f)
	}
	unnamed := c.expected() - len(c.known.with(c.failedChunks()))
	if unnamed > 0 {
		f := fault.New(http.StatusBadGateway, "Tenable counts %d chunks and names %d.", c.expected(), len(c.known))
		if c.status.unread > 0 {
			f = f.WithMessage("Tenable lists %s in a form that cannot be read.", result.Counted(c.status.unread, "chunk"))
		}
		lose(fmt.Sprintf("%d not named", unnamed), f)
	}
	return items
}

// findingLimits are those that a finding must keep to be in the report.
const findingLimits = "64 levels, numbers of 32 characters and no name twice"

// incomplete returns the chunks of which findings are not in the report.
func (c collected) incomplete() (items []fault.Item) {
	for _, n := range chunkSetOf(maps.Keys(c.leftOut)) {
		findings := c.leftOut[n]
		const message = "%s of chunk %d cannot be in the report (%s): the limits are %s."
		f := fault.New(http.StatusBadGateway, message, result.Counted(findings.count, "finding"), n, findings, findingLimits)
		items = append(items, fault.Item{Input: "Chunk", Value: strconv.Itoa(n), Err: f})
	}
	return items
}

// leftOutList names the findings that are not in the report.
func (c collected) leftOutList() string {
	const named = 100 // chunks
	var list []string
	chunks := chunkSetOf(maps.Keys(c.leftOut))
	for _, n := range chunks[:min(len(chunks), named)] {
		list = append(list, fmt.Sprintf("chunk %d %s", n, c.leftOut[n]))
	}
	if more := len(chunks) - named; more > 0 {
		list = append(list, result.Counted(more, "more chunk"))
	}
	return strings.Join(list, "; ")
}

// because returns the failure of a chunk with the end of the export in front of it.
func (c collected) because(f *fault.Error) *fault.Error {
	if c.ended == nil {
		return f
	}
	f = f.WithMessage("%s %s", sentence(c.ended.Message), f.Message)
	if f.Retryable {
		return f
	}
	return f.WithHint("%s", c.ended.Hint)
}

// sentence ends a text with a full stop.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }

// describe adds the report to the output.
func (s exportSummary) describe(out *result.Output, found command.Tally, file result.File, lost []fault.Item) {
	s.FileName = file.Name
	raw, _ := json.Marshal(s) // nothing in it can fail
	findings, chunks := result.Counted(s.Findings, "finding"), result.Counted(s.Chunks.Expected, "chunk")
	if found.Known() {
		findings = found.Count("finding")
	}
	out.RawData = result.RawOf(raw)
	out.Table.Caption = fmt.Sprintf("%s in %d of %s", findings, len(s.Chunks.Received), chunks)
	out.Table.Columns = []string{"File", "Bytes", "SHA-256", "Missing chunks", "Where"}
	size := strconv.FormatInt(file.Size, 10)
	out.Table.Add(file.Name, size, file.SHA256, missingChunks(lost), command.Location(file))
	out.KeyFields.Add("export_uuids", s.ExportUUID)
	command.AddFile(out, file)
	if len(lost) > 0 {
		message := "The report is not complete: %d of %d chunks are in it. The items of the error name the others."
		if len(s.Chunks.Received) == s.Chunks.Expected {
			message = "The report may not be complete: %d of %d chunks are in it, and the export ended early."
		}
		out.Warn("incomplete", message, len(s.Chunks.Received), s.Chunks.Expected)
	}
}

func missingChunks(lost []fault.Item) string {
	if len(lost) == 0 {
		return "none"
	}
	values := make([]string, len(lost))
	for i, item := range lost {
		values[i] = item.Value
	}
	return strings.Join(values, ", ")
}
