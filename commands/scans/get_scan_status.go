package scans

import (
	"cmp"
	"context"

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
	}
	if err := connection.Require(answer, &body, "status", &body.Status); err != nil {
		return err
	}
	type record struct {
		reference
		ScanUUID *string   `json:"scan_uuid"` // of the run that was asked for
		Status   string    `json:"status"`
		Active   wire.Bool `json:"active"`
	}
	status := string(body.Status)
	var states scanStates
	active := states.active(body.Status)
	states.warn(env, out)
	out.RawData = result.RawOf(answer.Body)
	out.ContextData.Add(record{reference: refer(out, in.ScanID), ScanUUID: in.RunUUID, Status: status, Active: active})
	out.Table = result.Table{
		Caption: "Scan status",
		Columns: []string{"Scan ID", "Status", "Still active"},
		Rows:    [][]string{{string(in.ScanID), status, cmp.Or(active.YesNo(), "not known")}},
	}
	if in.RunUUID != nil {
		out.Table.Caption = "Status of run " + *in.RunUUID
		out.KeyFields.Add("scan_uuids", *in.RunUUID)
	}
	return nil
}
