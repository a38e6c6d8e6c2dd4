package exports

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"tenableio/commands/command"

	"tenableio/internal/files"
	"tenableio/internal/wire"
	"tenableio/result"
)

// maxKeys is how many distinct values a key field of a report holds.
const maxKeys = 100_000

// findingKeys is what of a finding goes into the key fields.
type findingKeys struct {
	Asset struct {
		UUID     wire.Text  `json:"uuid"`
		Hostname wire.Text  `json:"hostname"`
		FQDN     wire.Texts `json:"fqdn"`
		IPv4     wire.Texts `json:"ipv4"`
	} `json:"asset"`
	Plugin struct {
		ID  wire.NumericID `json:"id"`
		CVE wire.Texts     `json:"cve"`
	} `json:"plugin"`
}

// keyFieldsOf are the fields of findingKeys. The rest of a finding is passed over.
var keyFieldsOf = parseFields(strings.Fields("asset.uuid asset.hostname asset.fqdn asset.ipv4 plugin.id plugin.cve"))

// addKeys adds the key fields of all findings of the parts to the result, and not only of
// those that are records.
func addKeys(ctx context.Context, out *result.Output, parts *files.Parts, chunks []int) error {
	out.KeyFields.Limit = maxKeys
	for _, n := range chunks {
		err := eachFinding(ctx, parts, n, keyFieldsOf, func(text []byte) error {
			var keys findingKeys
			if json.Unmarshal(text, &keys) == nil {
				keys.addTo(out)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if cut := out.KeyFields.Cut(); len(cut) > 0 {
		const message = "These key fields hold the first %d distinct values: %s; the report holds all of them."
		out.Warn("truncated", message, maxKeys, command.Join(cut))
	}
	return nil
}

func (k findingKeys) addTo(out *result.Output) {
	out.KeyFields.Add("plugin_ids", k.Plugin.ID)
	out.KeyFields.Add("asset_ids", string(k.Asset.UUID))
	for _, name := range slices.Concat([]string{string(k.Asset.Hostname)}, k.Asset.FQDN) {
		command.AddHost(out, name)
	}
	out.KeyFields.AddTexts("ip_addresses", k.Asset.IPv4)
	out.KeyFields.AddTexts("cves", k.Plugin.CVE)
}
