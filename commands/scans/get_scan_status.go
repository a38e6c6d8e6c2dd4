package scans

import (
	"cmp"
	"context"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

type getScanStatusInput struct {
	ScanID  wire.ID `json:"scan_id"`
	RunUUID *string `json:"run_uuid"`
}

// Status returns the status of a scan's latest run, or of the given one.
func Status(ctx context.Context, env command.Env, in getScanStatusInput, out *result.Output) error {
	answer, err := readStatus(ctx, env, in)
	if err != nil {
		return err
	}
	var body struct {
		Status wire.Text `json:"status"`
		UUID   wire.Text `json:"uuid"`
	}
	if err := connection.Require(answer, &body, "status", &body.Status); err != nil {
		return err
	}
	type record struct {
		reference
		ScanUUID wire.Text `json:"scan_uuid"` // of a run that was asked for
		Status   string    `json:"status"`
		Active   wire.Bool `json:"active"`
	}
	var run wire.Text
	if in.RunUUID != nil {
		run = cmp.Or(body.UUID, wire.Text(*in.RunUUID))
		if !strings.EqualFold(string(run), *in.RunUUID) {
			out.Warn("not_as_asked", "Tenable returned another run than Run UUID names: the one with the UUID %s.", run)
		}
	}
	status := string(body.Status)
	var states scanStates
	active := states.active(body.Status)
	states.warn(env, out)
	out.RawData = result.RawOf(answer.Body)
	out.ContextData.Add(record{reference: refer(out, in.ScanID), ScanUUID: run, Status: status, Active: active})
	out.Table.Caption = "Scan status"
	out.Table.Columns = []string{"Scan ID", "Status", "Still active"}
	out.Table.Add(string(in.ScanID), status, cmp.Or(active.YesNo(), "not known"))
	if run != "" {
		out.Table.Caption = "Status of run " + string(run)
		out.KeyFields.Add("scan_uuids", string(run))
	}
	return nil
}
