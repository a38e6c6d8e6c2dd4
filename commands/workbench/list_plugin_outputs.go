package workbench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

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
	UUID      wire.Text `json:"uuid"`
	ID        wire.Text `json:"id"`
	Hostname  wire.Text `json:"hostname"`
	FQDN      wire.Text `json:"fqdn"`
	IPv4      wire.Text `json:"ipv4"`
	FirstSeen wire.Time `json:"first_seen"`
	LastSeen  wire.Time `json:"last_seen"`
}

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
	out.RawData, err = readOutputs(answer, func(output pluginOutput, _ json.RawMessage) error {
		count++
		return describeOutput(ctx, out, in.PluginID, output)
	})
	if err := command.ReadError(ctx, err); err != nil {
		return err
	}
	warnFull(out, count, " for a plugin")
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
		return result.RawOf(json.RawMessage(`{"outputs":`), body, json.RawMessage(`}`)), connection.Decode(body, &take)
	}
	wrapped := struct {
		Outputs wire.Each[pluginOutput] `json:"outputs"`
	}{take}
	return result.RawOf(answer.Body), answer.Decode(&wrapped, "outputs")
}

func describeOutput(ctx context.Context, out *result.Output, pluginID wire.ID, output pluginOutput) error {
	type record struct {
		PluginID    wire.ID   `json:"plugin_id"`
		Output      wire.Text `json:"plugin_output"`
		State       wire.Text `json:"state"`
		Severity    string    `json:"severity"`
		SeverityID  int       `json:"severity_id"`
		Port        wire.Int  `json:"port"`
		Protocol    wire.Text `json:"protocol"`
		Application wire.Text `json:"application"`
		AssetID     wire.Text `json:"asset_id"`
		Hostname    wire.Text `json:"hostname"`
		FQDN        wire.Text `json:"fqdn"`
		IPv4        wire.Text `json:"ipv4"`
		FirstSeen   wire.Time `json:"first_seen"`
		LastSeen    wire.Time `json:"last_seen"`
	}
	for _, state := range output.States {
		for _, found := range state.Results {
			assets := command.Each(ctx, func(asset outputAsset, _ json.RawMessage) {
				r := record{
					PluginID: pluginID, Output: output.Text, State: state.Name, Severity: found.Severity.Word(),
					SeverityID: int(found.Severity),
					Port:       found.Port, Protocol: found.Transport, Application: found.Application, AssetID: asset.UUID,
					Hostname: asset.Hostname, FQDN: asset.FQDN, IPv4: asset.IPv4, FirstSeen: asset.FirstSeen, LastSeen: asset.LastSeen,
				}
				if r.AssetID == "" {
					r.AssetID = asset.ID
				}
				out.ContextData.Add(r)
				out.KeyFields.Add("asset_ids", string(r.AssetID))
				out.KeyFields.Add("host_names", string(r.Hostname), string(r.FQDN))
				out.KeyFields.Add("ip_addresses", string(r.IPv4))
				out.Table.Add(
					string(r.Hostname), string(r.IPv4), strconv.Itoa(int(r.Port))+"/"+string(r.Protocol), string(r.State),
					r.Severity, string(r.Output),
				)
			})
			if len(found.Assets) == 0 {
				continue
			}
			err := json.Unmarshal(found.Assets, &assets)
			if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
				mismatch.Field = strings.TrimSuffix("states.results.assets."+mismatch.Field, ".")
			}
			if err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}
