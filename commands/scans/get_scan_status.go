package scans

import (
	"cmp"
	"context"
	"strings"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type getScanStatusInput struct {
	ScanID  wire.ID `json:"scan_id"`
	RunUUID *string `json:"run_uuid"`
}

// Status returns the status of a scan's latest run, or of the given one.
//
// GET /scans/{scan_id}/latest-status:
// https://developer.tenable.com/reference/scans-get-latest-status
// GET /scans/{scan_id}/history/{history_uuid}:
// https://developer.tenable.com/reference/scans-history-details
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

// A run may be listed seconds after its launch. It is asked for until then.
var runPauses = connection.Pauses{First: time.Second, Step: time.Second, Last: 5 * time.Second}

const runPatience = 20 * time.Second

// readStatus reads the status of a scan's latest run, or of the run that was asked for:
// for some seconds after a launch, the latest is still the one before.
func readStatus(ctx context.Context, env command.Env, in getScanStatusInput) (connection.Answer, error) {
	if in.RunUUID == nil {
		return env.Tenable.Get(ctx, latestStatus(in.ScanID))
	}
	run := connection.Call{
		Path:   "/scans/{scan_id}/history/{history_uuid}",
		Params: map[string]string{"scan_id": string(in.ScanID), "history_uuid": *in.RunUUID},
	}
	patience := env.Tenable.Now().Add(runPatience)
	end, ends := ctx.Deadline()
	cutShort := ends && end.Before(patience)
	limited, cancel := context.WithDeadline(ctx, patience)
	defer cancel()
	poll := env.Tenable.Poll("the run", runPauses)
	for {
		answer, err := env.Tenable.Get(ctx, run)
		absent := fault.From(err)
		if !absent.Absent() {
			return answer, err
		}
		absent = absent.WithHint("A run may be listed some seconds after its launch. If it stays away, check both inputs: " +
			"Get Scan History shows the runs of a scan, in raw_data at $.history[*].scan_uuid.")
		if !env.Wait {
			return answer, absent.AsRetryable()
		}
		err = poll.Wait(limited, absent)
		if fault.From(err).Absent() && !cutShort { // it was given time enough, and will not come
			err = absent
		}
		if err != nil {
			return answer, err
		}
	}
}

// latestStatus returns the call for the status of a scan's latest run.
func latestStatus(scan wire.ID) connection.Call {
	return connection.Call{
		Path:   "/scans/{scan_id}/latest-status",
		Params: map[string]string{"scan_id": string(scan)},
	}
}
