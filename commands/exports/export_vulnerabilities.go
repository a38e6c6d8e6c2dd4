package exports

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type exportVulnerabilitiesInput struct {
	AssetsNumber      json.Number                `json:"assets_number"` // a whole number of any size
	IncludeUnlicensed bool                       `json:"include_unlicensed"`
	AssetIP           string                     `json:"asset_ip"` // an IPv4 address, or a range in CIDR notation
	FiltersObject     map[string]json.RawMessage `json:"filters_object"`
}

// Tenable makes chunks of 50 to 5,000 assets.
const (
	minChunkAssets = 50
	maxChunkAssets = 5000
)

// vulnerabilityExport is the body of the call.
type vulnerabilityExport struct {
	NumAssets         int64                      `json:"num_assets"`
	IncludeUnlicensed bool                       `json:"include_unlicensed"`
	Filters           map[string]json.RawMessage `json:"filters"`

	SoftwareVulns json.RawMessage `json:"include_software_vulns,omitempty"`
}

// Start starts the export of an asset's vulnerabilities. Tenable refuses an export that
// equals a running one and names the running one, which the command then adopts.
//
// POST /vulns/export: https://developer.tenable.com/reference/exports-vulns-request-export
func Start(ctx context.Context, env command.Env, in exportVulnerabilitiesInput, out *result.Output) error {
	body := vulnerabilityExport{NumAssets: chunkAssets(in.AssetsNumber), IncludeUnlicensed: in.IncludeUnlicensed}
	if strconv.FormatInt(body.NumAssets, 10) != in.AssetsNumber.String() {
		out.Warn("assets_number_adjusted", "Assets Number %s is out of %d to %d; %d was used.",
			in.AssetsNumber, minChunkAssets, maxChunkAssets, body.NumAssets)
	}
	network := in.AssetIP
	if !strings.Contains(network, "/") {
		network += "/32"
	}
	filters, err := exportFilters(out, network, in.FiltersObject)
	if err != nil {
		return err
	}
	body.Filters = filters
	body.SoftwareVulns = filters[softwareVulns]
	delete(filters, softwareVulns)
	sent := env.Tenable.Now()
	answer, err := env.Tenable.Post(ctx, connection.Call{Path: "/vulns/export", Body: body})
	running := runningExport(err)
	if running != "" {
		answer = adopted(fault.From(err).Body, running)
		err = nil
		out.Warn("adopted", "An equal export is running already; its Export UUID %s was taken.", running)
	}
	var made struct {
		ExportUUID wire.Text `json:"export_uuid"`
	}
	if err == nil {
		err = answer.Decode(&made, "export_uuid")
	}
	if err == nil && !isUUID(string(made.ExportUUID)) {
		err = answer.Lacks("export_uuid that is a UUID")
	}
	if err != nil {
		return lookForExport(body, sent).Explain(ctx, env, err)
	}
	out.RawData = result.RawOf(answer.Body)
	describeExport(out, body, in.AssetIP, string(made.ExportUUID), running != "")
	return nil
}

// chunkAssets returns the number of assets in a chunk: the given one, within the bounds.
func chunkAssets(given json.Number) int64 {
	n, err := given.Int64()
	switch {
	case err == nil:
		return min(max(n, minChunkAssets), maxChunkAssets)
	case strings.HasPrefix(given.String(), "-"):
		return minChunkAssets
	}
	return maxChunkAssets
}

func describeExport(out *result.Output, body vulnerabilityExport, assetIP, uuid string, adopted bool) {
	type record struct {
		ExportUUID        string `json:"export_uuid"`
		AssetIP           string `json:"asset_ip"`
		AssetsNumber      int64  `json:"assets_number"`
		IncludeUnlicensed bool   `json:"include_unlicensed"`
		SoftwareVulns     bool   `json:"include_software_vulns"`
		Adopted           bool   `json:"adopted"`
	}
	softwareToo := string(body.SoftwareVulns) == "true"
	out.ContextData.Add(record{
		ExportUUID: uuid, AssetIP: assetIP, AssetsNumber: body.NumAssets,
		IncludeUnlicensed: body.IncludeUnlicensed, SoftwareVulns: softwareToo, Adopted: adopted,
	})
	out.Table.Caption = "Export started; Get Vulnerabilities Export Report fetches it"
	out.Table.Columns = []string{"Export UUID", "Asset IP", "Assets per chunk", "Unlicensed too", "Software too"}
	out.Table.Add(
		uuid, assetIP, fmt.Sprint(body.NumAssets), result.YesNo(body.IncludeUnlicensed), result.YesNo(softwareToo))
	if adopted {
		out.Table.Caption = "An equal export is running; Get Vulnerabilities Export Report fetches it"
	}
	out.KeyFields.Add("export_uuids", uuid)
	if !strings.Contains(assetIP, "/") {
		out.KeyFields.Add("ip_addresses", assetIP)
	}
}
