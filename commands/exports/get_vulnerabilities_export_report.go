// Package exports holds the commands about exports of vulnerabilities, one file each
// under the command's key.
package exports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenableio/commands/command"

	"tenableio/internal/files"
	"tenableio/internal/names"
	"tenableio/result"
)

type getVulnerabilitiesExportReportInput struct {
	ExportUUID   string  `json:"export_uuid"`
	ExportFields *string `json:"export_fields"`
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
	chosen := splitFields(out, in.ExportFields)
	file, err := command.NewOutputFile(env)
	if err != nil {
		return err
	}
	defer file.Drop()
	parts, err := openParts(ctx, file, in.ExportUUID, chosen)
	if err != nil {
		return err
	}
	defer parts.Leave()
	r := exportReport{env: env, uuid: in.ExportUUID, chosen: chosen, fields: ParseFields(chosen), parts: parts}
	collected, err := r.collect(ctx)
	if err != nil {
		return r.withProgress(collected, err)
	}
	finished, err := r.finish(ctx, collected, file, *out)
	if err != nil {
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
	fields Fields
	parts  *files.Parts // the chunks that are here, each of them whole
}

// kept returns the chunks that are here.
func (r exportReport) kept() chunkSet { return chunkSetOf(maps.Keys(r.parts.Kept())) }

// splitFields reads the comma-separated list, and tells of names that Tenable
// does not document; they are kept, because it may have new ones.
func splitFields(out *result.Output, list *string) []string {
	if list == nil {
		return nil
	}
	var fields []string
	for field := range strings.SplitSeq(*list, ",") {
		field = strings.Trim(strings.TrimSpace(field), ".")
		field = strings.TrimSuffix(field, ".*") // a name keeps everything below it
		if field == "" || slices.Contains(fields, field) {
			continue
		}
		fields = append(fields, field)
		if !Known(field) {
			const message = "Tenable documents no field %q of a finding; it is in the report where a finding has it.%s"
			out.Warn("unknown_field", fmt.Sprintf(message, names.Clip(field), didYouMean(field, Names())))
		}
	}
	return fields
}

// openParts opens the parts of this report: of this export and these fields.
func openParts(ctx context.Context, file *command.OutputFile, uuid string, fields []string) (*files.Parts, error) {
	chosen := sha256.Sum256([]byte(strings.Join(slices.Sorted(slices.Values(fields)), ",")))
	return file.Parts(ctx, uuid+"-"+hex.EncodeToString(chosen[:4]))
}

// finish joins the parts and adds the report to out. Parts that a repeat could complete
// stay in the output folder.
func (r exportReport) finish(ctx context.Context, c collected, file *command.OutputFile, out result.Output) (result.Output, error) {
	s, lost := r.summarise(c)
	out.Done = len(s.Chunks.Received)
	out.Failed = lost
	if s.Chunks.Expected > 0 && out.Done == 0 {
		return out, nil
	}
	if err := joinParts(ctx, file, r.parts, s.Chunks.Received); err != nil {
		return out, err
	}
	if err := describeFindings(ctx, &out, r.parts, s.Chunks.Received, s.Findings); err != nil {
		return out, err
	}
	kept, err := file.Keep(ctx, "vulnerabilities-"+r.uuid+".json", "application/json")
	if err != nil {
		return out, err
	}
	if len(c.failed) == 0 {
		r.parts.Remove()
	}
	if c.repairs > 0 {
		const message = "%d findings held bytes that are not UTF-8; each was replaced by U+FFFD."
		out.Warn("invalid_utf8", fmt.Sprintf(message, c.repairs))
	}
	err = s.describe(&out, kept, lost)
	return out, err
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
