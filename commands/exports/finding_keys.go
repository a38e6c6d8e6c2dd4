package exports

import (
	"context"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/files"
	"tenableio/internal/wire"
	"tenableio/result"
)

// maxKeys is how many distinct values a key field of a report holds.
const maxKeys = 100_000

// findingKeys is what of a finding goes into the key fields and is counted.
type findingKeys struct {
	Asset struct {
		UUID        wire.Text               `json:"uuid"`
		Hostname    wire.Many[wire.Text]    `json:"hostname"`
		FQDN        wire.Many[wire.Text]    `json:"fqdn"`
		NetBIOSName wire.Many[wire.Text]    `json:"netbios_name"`
		IPv4        wire.Many[wire.Address] `json:"ipv4"`
		IPv6        wire.Many[wire.Address] `json:"ipv6"`
	} `json:"asset"`
	Plugin struct {
		ID  wire.NumericID `json:"id"`
		CVE []wire.CVE     `json:"cve"`
	} `json:"plugin"`
	Severity   wire.Severity `json:"severity"`
	SeverityID wire.Severity `json:"severity_id"`
}

// keyFieldsOf are the fields of findingKeys. The rest of a finding is passed over.
var keyFieldsOf = parseFields(strings.Fields("asset.uuid asset.hostname asset.fqdn asset.netbios_name asset.ipv4 " +
	"asset.ipv6 plugin.id plugin.cve severity severity_id"))

// addKeys adds the key fields of all findings of the parts to the result, and not only of
// those that are records. It returns how many findings there are of each severity.
func addKeys(
	ctx context.Context, env command.Env, out *result.Output, parts *files.Parts, chunks []int,
) (command.Tally, error) {
	out.KeyFields.Limit = maxKeys
	tally := command.Tally{}
	read := 0
	for _, n := range chunks {
		err := eachFinding(ctx, parts, n, keyFieldsOf, func(text []byte) error {
			var keys findingKeys
			odd := readFinding(text, &keys)
			if read++; read > maxFindingRecords { // of the others, describeFindings noted them
				env.Tenable.NoteOdd(odd)
			}
			if text[0] == '{' {
				keys.addTo(out)
				tally.Add(keys.SeverityID.Or(keys.Severity))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if cut := out.KeyFields.Cut(); len(cut) > 0 {
		const message = "These key fields hold the first %d distinct values: %s; the report holds all of them."
		out.Warn("truncated", message, maxKeys, command.Join(cut))
	}
	return tally, nil
}

// readFinding reads a finding into v, and returns what of it has another form than v.
func readFinding(text []byte, v any) wire.Odd {
	odd := wire.Odd{}
	odd.Add("findings", wire.ReadElement(text, v))
	return odd
}

func (k findingKeys) addTo(out *result.Output) {
	out.KeyFields.Add("plugin_ids", k.Plugin.ID)
	out.KeyFields.Add("asset_ids", string(k.Asset.UUID))
	names := slices.Concat(k.Asset.Hostname, k.Asset.FQDN, k.Asset.NetBIOSName)
	command.AddHosts(out, names...)
	command.AddAddresses(out, slices.Concat(k.Asset.IPv4, k.Asset.IPv6)...)
	for _, cve := range k.Plugin.CVE {
		out.KeyFields.Add("cves", cve)
	}
}
