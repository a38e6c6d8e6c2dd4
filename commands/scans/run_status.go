package scans

import (
	"context"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
)

// A run may be listed seconds after its launch. It is asked for until then.
var runPauses = connection.Pauses{First: time.Second, Step: time.Second, Last: 5 * time.Second}

const runPatience = 20 * time.Second

// readStatus reads the status of a scan's latest run, or of the run that was asked for:
// for some seconds after a launch, the latest is still the one before.
func readStatus(ctx context.Context, env command.Env, in getScanStatusInput) (connection.Answer, error) {
	if in.RunUUID == nil {
		return readLatest(ctx, env, in)
	}
	patience := env.Tenable.Now().Add(runPatience)
	end, ends := ctx.Deadline()
	cutShort := ends && end.Before(patience)
	limited, cancel := context.WithDeadline(ctx, patience)
	defer cancel()
	poll := env.Tenable.Poll("the run", runPauses)
	for {
		answer, err := readRun(ctx, env, in)
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

// readLatest reads the status of a scan's latest run.
//
// GET /scans/{scan_id}/latest-status:
// https://developer.tenable.com/reference/scans-get-latest-status
func readLatest(ctx context.Context, env command.Env, in getScanStatusInput) (connection.Answer, error) {
	return env.Tenable.Get(ctx, connection.Call{
		Path:   "/scans/{scan_id}/latest-status",
		Params: map[string]string{"scan_id": string(in.ScanID)},
	})
}

// readRun reads one run.
//
// GET /scans/{scan_id}/history/{history_uuid}:
// https://developer.tenable.com/reference/scans-history-details
func readRun(ctx context.Context, env command.Env, in getScanStatusInput) (connection.Answer, error) {
	return env.Tenable.Get(ctx, connection.Call{
		Path:   "/scans/{scan_id}/history/{history_uuid}",
		Params: map[string]string{"scan_id": string(in.ScanID), "history_uuid": *in.RunUUID},
	})
}
