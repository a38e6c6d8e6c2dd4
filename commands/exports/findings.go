package exports

import (
	"context"
	"fmt"
	"io"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/files"
	"tenableio/internal/wire"
	"tenableio/result"
)

const (
	maxFindingRecords = 1000    // findings of a report that are also in the context data
	maxKeys           = 100_000 // distinct values of a key field of a report
)

// recordFields are the fields that a record is made of. Without the output, which is most of
// a large finding, the parts are read more than twice as fast.
var recordFields = parseFields(strings.Fields("finding_id asset plugin port scan severity severity_id " +
	"severity_default_id severity_modification_type recast_reason state source first_found last_found last_fixed " +
	"resurfaced_date time_taken_to_fix"))

// keyFields are the fields that go into the key fields and are counted.
var keyFields = parseFields(strings.Fields("asset.uuid asset.hostname asset.fqdn asset.netbios_name asset.ipv4 " +
	"asset.ipv6 plugin.id plugin.cve severity severity_id"))

// describeFindings adds the findings of the parts to the output, in their order: the key fields of all, and records of
// the first ones. An element that is no object is in the report alone. It returns how many findings there are of each
// severity.
func describeFindings(
	ctx context.Context, env command.Env, out *result.Output, parts *files.Parts, chunks []int,
) (command.Tally, error) {
	out.KeyFields.Limit = maxKeys
	tally := command.Tally{}
	read, contradicting := 0, 0
	projection := projector{Fields: recordFields}
	var finding exportedFinding // one for all: it is large
	for _, n := range chunks {
		err := eachFinding(ctx, parts, n, &projection, func(text []byte) error {
			finding = exportedFinding{}
			env.Tenable.NoteOdd(wire.ReadElement("findings", text, &finding))
			if text[0] == '{' {
				finding.addKeys(out)
				tally.Add(finding.severity())
			}
			if read++; read > maxFindingRecords {
				return nil
			}
			if read == maxFindingRecords {
				projection.Fields = keyFields // no more records
			}
			if text[0] == '{' {
				out.ContextData.Add(finding.record())
			}
			if finding.Severity.Known && finding.SeverityID.Known && finding.Severity != finding.SeverityID {
				contradicting++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if contradicting > 0 {
		out.Warn("severity_conflict", "The word and the number of the severity contradict each other in %s; "+
			"the records hold the number's. The report holds both.", result.Counted(contradicting, "finding"))
	}
	if read > maxFindingRecords {
		out.Warn("truncated", "The context data holds the first %d of %d findings; the report holds all of them.",
			maxFindingRecords, read)
	}
	if cut := out.KeyFields.Cut(); len(cut) > 0 {
		const message = "These key fields hold the first %d distinct values: %s; the report holds all of them."
		out.Warn("truncated", message, maxKeys, command.Join(cut))
	}
	return tally, nil
}

// eachFinding calls do with each finding of a part, as projection leaves it.
func eachFinding(
	ctx context.Context, parts *files.Parts, n int, projection *projector, do func(text []byte) error,
) error {
	part, err := parts.Open(n)
	if err != nil {
		return err
	}
	defer part.Close()
	array := io.MultiReader(strings.NewReader("["), files.Until(ctx, part), strings.NewReader("]"))
	if _, err := projection.Each(array, do); err != nil {
		return fmt.Errorf("read chunk %d again: %w", n, err)
	}
	return nil
}
