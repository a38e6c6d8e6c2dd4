// Package exports holds the commands about exports of vulnerabilities, one file each
// under the command's key.
package exports

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/files"
	"tenableio/result"
)

type getVulnerabilitiesExportReportInput struct {
	ExportUUID   string   `json:"export_uuid"`
	ExportFields []string `json:"export_fields"`
}

// Report waits for an export, fetches its chunks as they become available, and joins
// them in one file: a JSON array of findings in the order of the chunks. It is
// Successful only when every chunk was read whole. With an output folder, the chunks of
// a run that ended early stay there, and a repeat goes on from them.
//
// GET /vulns/export/{export_uuid}/status and
// GET /vulns/export/{export_uuid}/chunks/{chunk_id}: readExportStatus and fetchChunk
// link Tenable's pages.
func Report(ctx context.Context, env command.Env, in getVulnerabilitiesExportReportInput, out *result.Output) error {
	chosen, err := chooseFields(out, in.ExportFields)
	if err != nil {
		return err
	}
	file, err := command.NewOutputFile(env)
	if err != nil {
		return err
	}
	defer file.Drop()
	fields := sha256.Sum256([]byte(strings.Join(slices.Sorted(slices.Values(chosen)), ",")))
	parts, err := file.Parts(ctx, in.ExportUUID+"-"+hex.EncodeToString(fields[:4])) // of this export and these fields
	if err != nil {
		return err
	}
	defer parts.Leave()
	tellDoubt(out, parts.Doubt())
	r := exportReport{env: env, uuid: in.ExportUUID, chosen: chosen, fields: parseFields(chosen), parts: parts}
	collected, err := r.collect(ctx)
	if err != nil {
		return r.withProgress(collected, err)
	}
	finished, err := r.finish(ctx, collected, file, *out)
	if err != nil {
		out.Failed = finished.Failed
		return r.withProgress(collected, err)
	}
	*out = finished
	return nil
}

// exportReport is the report of one export.
type exportReport struct {
	env    command.Env
	uuid   string
	chosen []string // fields, as paths; nil: all
	fields fieldTree
	parts  *files.Parts // the chunks that are here, each of them whole
}

// kept returns the chunks that are here.
func (r exportReport) kept() chunkSet { return chunkSetOf(maps.Keys(r.parts.Kept())) }

// tellDoubt tells what is not certain about the chunks of an earlier run.
func tellDoubt(out *result.Output, doubt files.Doubt) {
	switch doubt {
	case files.NoDoubt:
	case files.NotTrusted:
		out.Warn("not_resumed", "Others may write to the hidden folder with the chunks of this export, so none was used.")
	case files.NotLocked:
		out.Warn("resume_unsure", "The disk has no file locks, so another run may be using the chunks of this export too.")
	}
}

// finish joins the parts and adds the report to out. Parts that a repeat could complete
// stay in the output folder.
func (r exportReport) finish(
	ctx context.Context, c collected, file *command.OutputFile, out result.Output,
) (result.Output, error) {
	s, lost := r.summarise(c)
	out.Done = len(s.Chunks.Received)
	out.Failed = slices.Concat(lost, c.incomplete())
	switch {
	case out.Done == 0 && c.ended != nil:
		return out, c.ended
	case out.Done == 0 && s.Chunks.Expected > 0:
		return out, nil
	}
	empty, err := joinParts(ctx, file, r.parts, s.Chunks.Received)
	if err != nil {
		return out, err
	}
	if empty > 0 && r.chosen != nil {
		const message = "%d of %d findings hold none of the Export Fields; they are {} in the report."
		out.Warn("no_field_matched", message, empty, s.Findings)
	}
	found, err := describeFindings(ctx, r.env, &out, r.parts, s.Chunks.Received)
	if err != nil {
		return out, err
	}
	kept, err := file.Keep(ctx, "vulnerabilities-"+r.uuid+".json", "application/json")
	if err != nil {
		return out, err
	}
	if c.expired || len(c.failed) == 0 {
		r.parts.Remove()
	}
	if c.repairs > 0 {
		const message = "%d findings held bytes that are not UTF-8; each was replaced by U+FFFD."
		out.Warn("invalid_utf8", message, c.repairs)
	}
	if items := c.incomplete(); len(items) > 0 {
		const message = "Findings are not in the report, because they break its limits of %s: %s."
		out.Warn("left_out", message, findingLimits, c.leftOutList())
	}
	if s.Findings == 0 {
		command.TellNothing(&out, causes(c.status.Filters)...)
	}
	s.describe(&out, found, kept, lost)
	return out, nil
}

// joinParts writes the report: one array of all findings, in the chunks' order.
// It returns how many of the findings are empty.
func joinParts(ctx context.Context, file *command.OutputFile, parts *files.Parts, chunks []int) (empty int, err error) {
	separator := "["
	for _, n := range chunks {
		if parts.Part(n).Size == 0 {
			continue
		}
		part, err := parts.Open(n)
		if err != nil {
			return 0, err
		}
		counted := emptyFindings{from: files.Until(ctx, part)}
		_, err = file.Write([]byte(separator))
		if err == nil {
			err = file.CopyFrom(&counted)
		}
		_ = part.Close()
		if err != nil {
			return 0, err
		}
		empty += counted.count
		separator = ",\n"
	}
	end := "]\n"
	if separator == "[" {
		end = "[]\n"
	}
	_, err = file.Write([]byte(end))
	return empty, err
}

// emptyFindings counts the lines of a part that hold an empty finding, while it is read.
type emptyFindings struct {
	from  io.Reader
	line  []byte // the first bytes of the line at hand
	count int
}

// Read reads on, and looks at the first bytes of each line.
func (e *emptyFindings) Read(p []byte) (int, error) {
	const empty = "{}"
	n, err := e.from.Read(p)
	for text := p[:n]; len(text) > 0; {
		before := len(e.line)
		e.line = append(e.line, text[:min(len(text), len(empty)-before)]...)
		if len(e.line) > before && string(e.line) == empty {
			e.count++
		}
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			break
		}
		e.line = e.line[:0]
		text = text[end+1:]
	}
	return n, err
}
