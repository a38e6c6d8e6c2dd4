// Package exports holds the commands about exports of vulnerabilities, one file each
// under the command's key.
package exports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"tenableio/commands/command"

	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/names"
	"tenableio/result"
)

type getVulnerabilitiesExportReportInput struct {
	ExportUUID   string  `json:"export_uuid"`
	ExportFields *string `json:"export_fields"`
}

// Report waits for an export, fetches its chunks as they
// become available, and joins them in one file: a JSON array of findings in the
// order of the chunks. It is Successful only when every chunk was read whole.
// With an output folder, the chunks of a run that ended early stay there, and a
// repeat goes on from them.
//
// GET /vulns/export/{export_uuid}/status and
// GET /vulns/export/{export_uuid}/chunks/{chunk_id}: readExportStatus and fetchOne
// link Tenable's pages.
func Report(ctx context.Context, env command.Env, in getVulnerabilitiesExportReportInput, out *result.Output) error {
	fields := splitFields(out, in.ExportFields)
	file, err := command.NewOutputFile(env)
	if err != nil {
		return err
	}
	defer file.Drop()
	parts, err := openParts(ctx, file, in.ExportUUID, fields)
	if err != nil {
		return err
	}
	defer parts.Leave()
	r := exportReport{chosen: fields, known: slices.Sorted(maps.Keys(parts.Kept())), chunkFetcher: &chunkFetcher{
		env: env, uuid: in.ExportUUID, fields: ParseFields(fields), parts: parts, failed: map[int]*fault.Error{},
	}}
	if err := r.collect(ctx); err != nil {
		return r.withProgress(err)
	}
	whole := *out
	if err := r.finish(ctx, &whole, file); err != nil {
		return r.withProgress(err)
	}
	*out = whole
	return nil
}

// splitFields reads the comma-separated list, and tells of names that Tenable
// does not document; they are kept, because it may have new ones.
func splitFields(out *result.Output, list *string) []string {
	if list == nil {
		return nil
	}
	var fields []string
	for field := range strings.SplitSeq(*list, ",") {
		field = strings.TrimSuffix(strings.Trim(strings.TrimSpace(field), "."), ".*") // a name keeps everything below it
		if field == "" || slices.Contains(fields, field) {
			continue
		}
		fields = append(fields, field)
		if !Known(field) {
			out.Warn("unknown_field", fmt.Sprintf("Tenable documents no field %q of a finding; it is in the report where a finding has it.%s", names.Clip(field), didYouMean(field, Names())))
		}
	}
	return fields
}

// openParts opens the parts of this report: of this export and these fields.
func openParts(ctx context.Context, file *command.OutputFile, uuid string, fields []string) (*files.Parts, error) {
	chosen := sha256.Sum256([]byte(strings.Join(slices.Sorted(slices.Values(fields)), ",")))
	return file.Parts(ctx, uuid+"-"+hex.EncodeToString(chosen[:4]))
}

// exportReport is one report in the making.
type exportReport struct {
	*chunkFetcher
	chosen []string // fields, as paths; nil: all
	status exportStatus
	known  []int // chunks that were here before, or that any status named, in order
}

// collect fetches every chunk that can be had. When it returns without error the
// export is finished and each chunk is kept or noted as failed.
func (r *exportReport) collect(ctx context.Context) error {
	poll := r.env.Tenable.Poll("the export", exportPauses)
	for {
		status, err := readExportStatus(ctx, r.env, r.uuid)
		if err != nil {
			if r.status.Status != "" && status.Status != "" { // how far it is, the message says
				r.status.Status = status.Status
			}
			return err
		}
		r.status, r.known = status, unique(append(r.known, status.named()...))
		r.expected = status.expected(r.known)
		r.report()
		if !status.finished() && !r.env.Wait {
			return r.notReady(http.StatusAccepted, "")
		}
		if before := r.missing(status.chunks()); len(before) > 0 {
			if err := r.fetch(ctx, before); err != nil {
				return err
			}
			if r.refused != nil {
				r.giveUp(status.chunks())
				return nil
			}
			if len(r.missing(status.chunks())) < len(before) {
				poll.Restart()
			}
		}
		if status.finished() && len(r.missing(status.chunks())) == 0 {
			return nil
		}
		if !r.env.Wait {
			return r.notReady(http.StatusAccepted, "")
		}
		unfinished := r.notReady(http.StatusGatewayTimeout, ", and the time limit does not allow to wait longer")
		if err := poll.Wait(ctx, unfinished); err != nil {
			return err
		}
	}
}

// notReady is an export that is not finished in time, or the chunks of which are
// not; why says more of it.
func (r *exportReport) notReady(status int, why string) *fault.Error {
	what := "The export is not finished"
	if r.status.finished() {
		what = "Not every chunk of the export is ready"
	}
	const hint = "Run Get Vulnerabilities Export Report again with the same Export UUID and Export Fields, " +
		"or raise options.timeout_seconds. With options.output_dir it goes on from the chunks that it has."
	return fault.New(status, "%s%s", what, why).WithHint(hint).AsRetryable()
}

// withProgress adds to a failure how far the report is.
func (r *exportReport) withProgress(err error) error {
	f := fault.From(err)
	if r.status.Status == "" || f.Category == fault.Internal {
		return f
	}
	return f.WithMessage("%s: export %s is %s, %d of %d chunks are here.",
		strings.TrimSuffix(f.Message, "."), r.uuid, r.status.Status, r.parts.Len(), r.expected)
}

// finish joins the parts and derives the output. Parts that a repeat could
// complete stay in the output folder.
func (r *exportReport) finish(ctx context.Context, out *result.Output, file *command.OutputFile) error {
	s := r.summarise()
	out.Done, out.Failed = len(s.Chunks.Received), s.items
	if s.Chunks.Expected > 0 && out.Done == 0 {
		return nil
	}
	if err := joinParts(ctx, file, r.parts, s.Chunks.Received); err != nil {
		return err
	}
	if err := describeFindings(ctx, out, r.parts, s.Chunks.Received, s.Findings); err != nil {
		return err
	}
	kept, err := file.Keep(ctx, "vulnerabilities-"+r.uuid+".json", "application/json")
	if err != nil {
		return err
	}
	if len(r.failed) == 0 {
		r.parts.Remove()
	}
	return r.describe(out, s, kept)
}

// joinParts writes the report: one array of all findings, in the chunks' order.
func joinParts(ctx context.Context, file *command.OutputFile, parts *files.Parts, chunks []int) error {
	separator := "["
	for _, n := range chunks {
		if parts.Part(n).Size == 0 {
			continue
		}
		part, err := parts.Open(n)
		if err != nil {
			return err
		}
		_, err = file.Write([]byte(separator))
		if err == nil {
			err = file.CopyFrom(files.Until(ctx, part))
		}
		_ = part.Close()
		if err != nil {
			return err
		}
		separator = ",\n"
	}
	end := "]\n"
	if separator == "[" {
		end = "[]\n"
	}
	_, err := file.Write([]byte(end))
	return err
}
