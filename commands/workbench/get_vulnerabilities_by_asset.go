package workbench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type getVulnerabilitiesByAssetInput struct {
	Target string `json:"target"` // an IP address or a host name
}

// host is the host that is asked for, by its IP address or by its name.
type host struct {
	text    string
	address netip.Addr // invalid for a name
}

// hostOf returns the host that a target names.
func hostOf(target string) host {
	address, err := netip.ParseAddr(target)
	if err != nil {
		return host{text: target}
	}
	address = address.Unmap()
	return host{text: address.String(), address: address}
}

// String names the host in a message.
func (h host) String() string {
	if h.address.IsValid() {
		return "the IP address " + h.text
	}
	return "the host name " + h.text
}

// maxAssets is how many assets of one host are looked into.
const maxAssets = 50

// workbenchAsset is an asset of the workbench.
type workbenchAsset struct {
	ID             wire.Text      `json:"id"`
	LastSeen       wire.Time      `json:"last_seen"`
	LastScanTarget wire.Text      `json:"last_scan_target"`
	IPv4           []wire.Address `json:"ipv4"`
	IPv6           []wire.Address `json:"ipv6"`
	FQDN           wire.Texts     `json:"fqdn"`
	Hostname       wire.Texts     `json:"hostname"`
	NetBIOSName    wire.Texts     `json:"netbios_name"`
	AgentName      wire.Texts     `json:"agent_name"`

	raw json.RawMessage // the API's own bytes
}

// ByAsset returns what was found on the host with an IP address or a name. Several assets
// can share one (overlapping networks, DHCP, stale records): all of them are returned, the
// one seen last first.
//
// GET /workbenches/assets: https://developer.tenable.com/reference/workbenches-assets
// GET /workbenches/assets/{asset_id}/vulnerabilities:
// https://developer.tenable.com/reference/workbenches-asset-vulnerabilities
func ByAsset(ctx context.Context, env command.Env, in getVulnerabilitiesByAssetInput, out *result.Output) error {
	target := hostOf(in.Target)
	assets, err := assetsAt(ctx, env, target, out)
	if err != nil {
		return err
	}
	if len(assets) > 1 {
		out.Warn("several_assets", "%d assets have %s; each is looked into, the one seen last first.", len(assets), target)
	}
	if len(assets) > maxAssets {
		out.Warn("truncated", "The first %d of these assets are here.", maxAssets)
		assets = assets[:maxAssets]
	}
	err = collectAssets(ctx, env, target, assets, out)
	out.Table.Caption = fmt.Sprintf("Vulnerabilities of %s: %s", target.text, out.Table.Caption)
	if err == nil && out.Done+len(out.Failed) == 0 {
		err = fault.New(http.StatusNotFound, "No asset found with %s.", strings.TrimPrefix(target.String(), "the ")).
			WithHint("An asset is found once a scan of it was processed, and only when the keys may view it; deleted assets " +
				"are not found.")
	}
	if err == nil {
		command.TellNothing(out,
			command.Always("the host has no findings, or its scans are not processed yet"), tooOld, notViewed)
	}
	return err
}

// collectAssets reads the vulnerabilities of each asset, one after the other.
func collectAssets(
	ctx context.Context, env command.Env, target host, assets []workbenchAsset, out *result.Output,
) error {
	out.Table.Columns = vulnerabilityColumns
	rows := assetRows{out: out, target: target, several: len(assets) > 1, found: command.Tally{}}
	if rows.several {
		out.Table.Columns = slices.Concat([]string{"Asset"}, vulnerabilityColumns)
	}
	lookups := command.Items{Out: out}
	for _, asset := range assets {
		if lookups.Skip("Asset", string(asset.ID)) {
			continue
		}
		page, err := readRows(ctx, env, connection.Call{
			Path:   "/workbenches/assets/{asset_id}/vulnerabilities",
			Params: map[string]string{"asset_id": string(asset.ID)},
		})
		f := fault.From(err)
		switch {
		case f.Absent():
			out.Warn("asset_gone", "The asset %s was deleted in the meantime and is left out.", asset.ID)
			continue
		case f != nil && (len(assets) == 1 || ctx.Err() != nil):
			return err
		case f != nil:
			lookups.Fail(ctx, "Asset", string(asset.ID), f)
			continue
		}
		if err := rows.add(ctx, asset, page); err != nil {
			return err
		}
	}
	out.Table.Caption = rows.found.Count("plugin")
	out.Table.Bars = rows.found.Bars()
	counts := fmt.Sprintf(`,"total_vulnerability_count":%d,"total_asset_count":%d}`, rows.total, rows.assets.Len())
	out.RawData = slices.Concat( // in the form of a workbench
		result.Array(`{"vulnerabilities":`, rows.rows.Blocks(), `,`),
		result.Array(`"assets":`, rows.assets.Blocks(), counts),
	)
	return nil
}

// assetRows collects the rows of all assets into the output.
type assetRows struct {
	out     *result.Output
	target  host // that was asked for
	several bool // the table says which asset a row is of

	rows, assets result.List // with the API's own bytes
	total        int64
	found        command.Tally
}

// add adds an asset and its rows.
func (r *assetRows) add(ctx context.Context, asset workbenchAsset, page workbenchPage) error {
	r.out.Done++
	warnFull(r.out, page.rows, " for an asset", "use Export Vulnerabilities with the Asset IP for all")
	r.assets.Add(asset.raw)
	r.total += page.total
	r.out.KeyFields.Add("asset_ids", string(asset.ID))
	command.AddHosts(r.out, asset.names()...)
	command.AddAddresses(r.out, slices.Concat(asset.IPv4, asset.IPv6)...)
	about := asset.ofRow(r.target)
	var front []string
	if r.several {
		front = []string{string(cmp.Or(about.Hostname, about.AssetID))}
	}
	return page.each(ctx, func(row vulnerabilityRow, text json.RawMessage) {
		r.rows.Add(command.SetMember(text, "asset_id", asset.ID))
		r.found.Add(row.severity())
		describeRow(r.out, &about, row, front...)
	}, func(text json.RawMessage) { r.rows.Add(text) })
}

// assetsAt returns the assets with exactly this address or name, the one seen last first.
// If none has it exactly, it returns all that the API found, and warns.
func assetsAt(ctx context.Context, env command.Env, target host, out *result.Output) ([]workbenchAsset, error) {
	var all, exact []workbenchAsset
	unnamed := 0
	seen := map[wire.Text]bool{}
	listed := 0
	var body struct {
		Assets wire.Each[workbenchAsset] `json:"assets"`
		Total  wire.Int                  `json:"total"`
	}
	body.Assets = command.EachWithOthers(ctx, func(asset workbenchAsset, text json.RawMessage) {
		listed++
		asset.raw = bytes.Clone(text)
		repeated := seen[asset.ID]
		seen[asset.ID] = true
		switch {
		case asset.ID == "":
			unnamed++
		case repeated: // its findings would count twice
		case asset.has(target):
			exact = append(exact, asset)
			fallthrough
		default:
			all = append(all, asset)
		}
	}, func(json.RawMessage) {
		listed++
		unnamed++
	})
	answer, err := env.Read(ctx, connection.Call{
		Path:  "/workbenches/assets",
		Query: workbenchQuery([]workbenchFilter{{"host.target", "eq", target.text}}),
	}, &body, "assets", "total")
	if err != nil {
		return nil, err
	}
	total := int(body.Total.Value)
	switch {
	case listed == 0 && total > 0:
		return nil, fault.New(http.StatusBadGateway, "Tenable counts %s with %s and lists none.",
			result.Counted(total, "asset"), target)
	case total > listed:
		out.Warn("incomplete", "Tenable counts %d assets with %s and lists %d; what was found on the others is not here.",
			total, target, listed)
	}
	switch {
	case len(all) == 0 && unnamed > 0:
		return nil, answer.Lacks("id for an asset")
	case unnamed > 0:
		const message = "Tenable gave no id of %s; what was found there is not here."
		out.Warn("incomplete", message, result.Counted(unnamed, "asset"))
	}
	if len(exact) > 0 && target.address.IsValid() {
		out.KeyFields.Add("ip_addresses", target.text)
	}
	if len(exact) == 0 && len(all) > 0 {
		out.Warn("inexact_address", "None of the assets that Tenable found for %s names it; all of them are here.", target)
		exact = all
	}
	slices.SortStableFunc(exact, func(a, b workbenchAsset) int { return b.LastSeen.Compare(a.LastSeen.Time) })
	return exact, nil
}

// names returns all names of the host, the full one first.
func (a workbenchAsset) names() []string { return slices.Concat(a.FQDN, a.Hostname, a.NetBIOSName) }

// ofRow returns what the rows of the asset say of it. Of several addresses that is the one
// that was asked for.
func (a workbenchAsset) ofRow(target host) assetOfRow {
	r := assetOfRow{AssetID: a.ID}
	for _, name := range a.names() {
		if _, err := netip.ParseAddr(name); err != nil {
			r.Hostname = wire.Text(name)
			break
		}
	}
	for member, addresses := range map[*wire.Address][]wire.Address{&r.IPv4: a.IPv4, &r.IPv6: a.IPv6} {
		for i, address := range addresses {
			if i == 0 || address.Is(target.address) {
				*member = address
			}
		}
	}
	return r
}

// has reports whether the asset has the address or the name of a host.
func (a workbenchAsset) has(target host) bool {
	if !target.address.IsValid() {
		named := append(slices.Concat(a.names(), a.AgentName), string(a.LastScanTarget))
		return slices.ContainsFunc(named, func(name string) bool { return strings.EqualFold(name, target.text) })
	}
	addresses := append(slices.Concat(a.IPv4, a.IPv6), wire.Address(a.LastScanTarget))
	return slices.ContainsFunc(addresses, func(address wire.Address) bool { return address.Is(target.address) })
}
