package workbench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type listPluginOutputsInput struct {
	PluginID wire.ID `json:"plugin_id"`
}

// pluginOutput is a text that a plugin printed, and where it printed it.
type pluginOutput struct {
	Text   wire.Text `json:"plugin_output"`
	States wire.List[struct {
		Name    wire.Text `json:"name"`
		Results wire.List[struct {
			Application wire.Text       `json:"application_protocol"`
			Transport   wire.Text       `json:"transport_protocol"`
			Port        wire.Int        `json:"port"`
			Severity    wire.Severity   `json:"severity"`
			Assets      json.RawMessage `json:"assets"` // may be most of the answer, so it is read one by one
		}] `json:"results"`
	}] `json:"states"`
}

type outputAsset struct {
	UUID        wire.Text               `json:"uuid"`
	ID          wire.Text               `json:"id"`
	Hostname    wire.Many[wire.Text]    `json:"hostname"`
	FQDN        wire.Many[wire.Text]    `json:"fqdn"`
	NetBIOSName wire.Many[wire.Text]    `json:"netbios_name"`
	IPv4        wire.Many[wire.Address] `json:"ipv4"`
	IPv6        wire.Many[wire.Address] `json:"ipv6"`
	FirstSeen   wire.Time               `json:"first_seen"`
	LastSeen    wire.Time               `json:"last_seen"`
}

// maxOutput is how much of an output a record holds, in bytes. One text may be 1 MB, and
// stand on every asset.
const maxOutput = 4 << 10

// PluginOutputs returns what a plugin printed, and on which assets. An unknown plugin is no
// failure: it has no outputs.
//
// GET /workbenches/vulnerabilities/{plugin_id}/outputs:
// https://developer.tenable.com/reference/workbenches-vulnerability-output
func PluginOutputs(ctx context.Context, env command.Env, in listPluginOutputsInput, out *result.Output) error {
	answer, err := env.Tenable.Get(ctx, connection.Call{
		Path:   "/workbenches/vulnerabilities/{plugin_id}/outputs",
		Params: map[string]string{"plugin_id": string(in.PluginID)},
		Empty:  true,
	})
	if err != nil && !fault.From(err).Absent() {
		return err
	}
	out.Table.Columns = []string{"Asset", "IP", "Port", "State", "Severity", "Output"}
	out.KeyFields.Add("plugin_ids", in.PluginID)
	count := 0
	out.RawData, err = readOutputs(answer, command.Each(ctx, func(output pluginOutput, _ json.RawMessage) {
		count++
		describeOutput(ctx, env, out, in.PluginID, output)
	}))
	if err := command.ReadError(ctx, err); err != nil {
		return err
	}
	warnFull(out, count, " for a plugin", "use Export Vulnerabilities with the filter plugin_id for all")
	out.Table.Caption = fmt.Sprintf("%s of plugin %s", result.Counted(count, "output"), in.PluginID)
	if count == 0 {
		command.TellNothing(out,
			command.Always("no scan found what this plugin looks for, or it prints nothing"), tooOld, notViewed)
	}
	return nil
}

// readOutputs reads {"outputs": […]} or the bare list that the specification shows. It
// returns the first form for both, and for an empty answer.
func readOutputs(answer connection.Answer, take wire.Each[pluginOutput]) (result.Raw, error) {
	body := bytes.TrimSpace(answer.Body)
	if len(body) == 0 {
		return result.RawOf(json.RawMessage(`{"outputs":[]}`)), nil
	}
	if body[0] == '[' {
		answer.Body = slices.Concat([]byte(`{"outputs":`), body, []byte(`}`))
	}
	wrapped := struct {
		Outputs wire.Each[pluginOutput] `json:"outputs"`
	}{take}
	return result.RawOf(answer.Body), answer.Decode(&wrapped, "outputs")
}

// outputRecord is an output on one asset, for a playbook.
type outputRecord struct {
	PluginID        wire.ID       `json:"plugin_id"`
	Output          wire.Text     `json:"plugin_output"`
	OutputTruncated bool          `json:"output_truncated"`
	State           wire.Text     `json:"state"`
	Severity        wire.Text     `json:"severity"`
	SeverityID      wire.Severity `json:"severity_id"`
	Port            wire.Int      `json:"port"`
	Protocol        wire.Text     `json:"protocol"`
	Application     wire.Text     `json:"application"`
	AssetID         wire.Text     `json:"asset_id"`
	Hostname        wire.Text     `json:"hostname"`
	FQDN            wire.Text     `json:"fqdn"`
	NetBIOSName     wire.Text     `json:"netbios_name"`
	IPv4            wire.Address  `json:"ipv4"`
	IPv6            wire.Address  `json:"ipv6"`
	FirstSeen       wire.Time     `json:"first_seen"`
	LastSeen        wire.Time     `json:"last_seen"`
}

// describeOutput adds an output to out, once for each asset.
func describeOutput(ctx context.Context, env command.Env, out *result.Output, pluginID wire.ID, output pluginOutput) {
	r := outputRecord{
		PluginID:        pluginID,
		Output:          wire.Text(env.Redactor.Head(string(output.Text), maxOutput)),
		OutputTruncated: len(output.Text) > maxOutput,
	}
	before := out.ContextData.Len()
	for _, state := range output.States {
		r.State = state.Name
		for _, found := range state.Results {
			r.Severity, r.SeverityID = found.Severity.Word(), found.Severity
			r.Port, r.Protocol, r.Application = found.Port, found.Transport, found.Application
			assets := command.Each(ctx, func(asset outputAsset, _ json.RawMessage) { describeOutputOn(out, r, asset) })
			if len(found.Assets) == 0 {
				continue
			}
			const path = "outputs.states.results.assets"
			odd, err := wire.ReadPart(path, found.Assets, &assets)
			if err != nil && ctx.Err() == nil { // it is no list
				odd = wire.Odd{path: 1}
			}
			env.Tenable.NoteOdd(odd)
		}
	}
	if out.ContextData.Len() == before && output.Text != "" && ctx.Err() == nil { // no asset of it can be read
		describeOutputOn(out, r, outputAsset{})
	}
}

// describeOutputOn adds an output on an asset.
func describeOutputOn(out *result.Output, r outputRecord, asset outputAsset) {
	r.AssetID = cmp.Or(asset.UUID, asset.ID)
	r.Hostname, r.FQDN, r.NetBIOSName = asset.Hostname.First(), asset.FQDN.First(), asset.NetBIOSName.First()
	r.IPv4, r.IPv6 = asset.IPv4.First(), asset.IPv6.First()
	r.FirstSeen, r.LastSeen = asset.FirstSeen, asset.LastSeen
	out.ContextData.Add(r)
	out.KeyFields.Add("asset_ids", string(r.AssetID))
	command.AddHosts(out, slices.Concat(asset.Hostname, asset.FQDN, asset.NetBIOSName)...)
	command.AddAddresses(out, slices.Concat(asset.IPv4, asset.IPv6)...)
	port := r.Port.String()
	if r.Protocol != "" {
		port += "/" + string(r.Protocol)
	}
	out.Table.Add(
		string(cmp.Or(r.Hostname, r.FQDN, r.NetBIOSName)), string(cmp.Or(r.IPv4, r.IPv6)), port,
		string(r.State), string(r.Severity), string(r.Output),
	)
}
