package exports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"tenableio/internal/files"
	"tenableio/internal/wire"
	"tenableio/result"
)

// maxFindingRecords is how many findings of a report are also in the context data.
const maxFindingRecords = 1000

// findingRecord is a finding for a playbook. Fields that Export Fields left out of the
// report are null or empty. Only the report holds the plugin's output, of up to 1 MB.
type findingRecord struct {
	FindingID      wire.Text      `json:"finding_id"`
	AssetID        wire.Text      `json:"asset_id"`
	Hostname       wire.Text      `json:"hostname"`
	FQDN           wire.Text      `json:"fqdn"`
	IPv4           wire.Text      `json:"ipv4"`
	PluginID       wire.NumericID `json:"plugin_id"`
	PluginName     wire.Text      `json:"plugin_name"`
	PluginFamily   wire.Text      `json:"plugin_family"`
	Severity       *string        `json:"severity"`
	SeverityID     *int           `json:"severity_id"`
	State          wire.Text      `json:"state"`
	Port           *wire.Int      `json:"port"`
	Protocol       wire.Text      `json:"protocol"`
	CVEs           []string       `json:"cves"`
	VPRScore       *wire.Float    `json:"vpr_score"`
	CVSSBaseScore  *wire.Float    `json:"cvss_base_score"`
	CVSS3BaseScore *wire.Float    `json:"cvss3_base_score"`
	Synopsis       wire.Text      `json:"synopsis"`
	Solution       wire.Text      `json:"solution"`
	FirstFound     wire.Time      `json:"first_found"`
	LastFound      wire.Time      `json:"last_found"`
	LastFixed      wire.Time      `json:"last_fixed"`
}

// exportedFinding is what a record needs of a finding.
type exportedFinding struct {
	FindingID wire.Text `json:"finding_id"`
	Asset     struct {
		UUID     wire.Text  `json:"uuid"`
		Hostname wire.Text  `json:"hostname"`
		FQDN     wire.Texts `json:"fqdn"`
		IPv4     wire.Text  `json:"ipv4"`
	} `json:"asset"`
	Plugin struct {
		ID       wire.NumericID `json:"id"`
		Name     wire.Text      `json:"name"`
		Family   wire.Text      `json:"family"`
		CVE      wire.Texts     `json:"cve"`
		Synopsis wire.Text      `json:"synopsis"`
		Solution wire.Text      `json:"solution"`
		VPR      struct {
			Score *wire.Float `json:"score"`
		} `json:"vpr"`
		CVSS  *wire.Float `json:"cvss_base_score"`
		CVSS3 *wire.Float `json:"cvss3_base_score"`
	} `json:"plugin"`
	Port struct {
		Port     *wire.Int `json:"port"`
		Protocol wire.Text `json:"protocol"`
	} `json:"port"`
	Severity   *wire.Severity `json:"severity"`
	SeverityID *wire.Severity `json:"severity_id"`
	State      wire.Text      `json:"state"`
	FirstFound wire.Time      `json:"first_found"`
	LastFound  wire.Time      `json:"last_found"`
	LastFixed  wire.Time      `json:"last_fixed"`
}

func (f exportedFinding) record() findingRecord {
	r := findingRecord{
		FindingID: f.FindingID, AssetID: f.Asset.UUID, Hostname: f.Asset.Hostname,
		FQDN: wire.Text(strings.Join(f.Asset.FQDN, " ")),
		IPv4: f.Asset.IPv4, PluginID: f.Plugin.ID, PluginName: f.Plugin.Name, PluginFamily: f.Plugin.Family, State: f.State,
		Port: f.Port.Port, Protocol: f.Port.Protocol, CVEs: append([]string{}, f.Plugin.CVE...), VPRScore: f.Plugin.VPR.Score,
		CVSSBaseScore: f.Plugin.CVSS, CVSS3BaseScore: f.Plugin.CVSS3, Synopsis: f.Plugin.Synopsis,
		Solution:   f.Plugin.Solution,
		FirstFound: f.FirstFound, LastFound: f.LastFound, LastFixed: f.LastFixed,
	}
	severity := f.SeverityID
	if severity == nil {
		severity = f.Severity
	}
	if severity != nil {
		word := severity.Word()
		number := int(*severity)
		r.Severity = &word
		r.SeverityID = &number
	}
	return r
}

// describeFindings adds the first findings of the report to the output, in their order. A
// finding of an unknown form is in the report and has no record.
func describeFindings(ctx context.Context, out *result.Output, parts *files.Parts, chunks []int, total int) error {
	unknown := 0
	for _, n := range chunks {
		if out.ContextData.Len() >= maxFindingRecords {
			break
		}
		skipped, err := describeChunk(ctx, out, parts, n)
		if err != nil {
			return err
		}
		unknown += skipped
	}
	if unknown > 0 {
		out.Warn("unknown_form",
			"%d findings have a form that is not documented; they are in the report and not in the context data.", unknown)
	}
	if total > maxFindingRecords {
		out.Warn("truncated", "The context data holds the first %d of %d findings; the report holds all of them.",
			maxFindingRecords, total)
	}
	return nil
}

// recordFields are the fields that a record is made of. Without the output, which is most of
// a large finding, the parts are read more than twice as fast.
var recordFields = parseFields(strings.Fields(
	"finding_id asset plugin port severity severity_id state first_found last_found last_fixed"))

var errEnoughRecords = errors.New("the context data is full")

// describeChunk returns how many findings it could not describe.
func describeChunk(ctx context.Context, out *result.Output, parts *files.Parts, n int) (skipped int, err error) {
	err = eachFinding(ctx, parts, n, recordFields, func(text []byte) error {
		if out.ContextData.Len() >= maxFindingRecords {
			return errEnoughRecords
		}
		var finding exportedFinding
		if json.Unmarshal(text, &finding) != nil {
			skipped++
			return nil
		}
		out.ContextData.Add(finding.record())
		return nil
	})
	if errors.Is(err, errEnoughRecords) {
		err = nil
	}
	return skipped, err
}

// eachFinding calls do with each finding of a part, the given fields of it alone.
func eachFinding(ctx context.Context, parts *files.Parts, n int, fields fieldTree, do func(text []byte) error) error {
	part, err := parts.Open(n)
	if err != nil {
		return err
	}
	defer part.Close()
	array := io.MultiReader(strings.NewReader("["), files.Until(ctx, part), strings.NewReader("]"))
	projection := projector{Fields: fields}
	if _, err := projection.Each(array, do); err != nil {
		return fmt.Errorf("read chunk %d again: %w", n, err)
	}
	return nil
}
