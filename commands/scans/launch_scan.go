package scans

import (
	"context"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

type launchScanInput struct {
	ScanID  wire.ID  `json:"scan_id"`
	Targets []string `json:"targets"`
}

// Launch starts a run of a scan and does not wait for it. The call is never repeated when
// its outcome is unknown, because a second launch would be a second run.
//
// POST /scans/{scan_id}/launch: https://developer.tenable.com/reference/scans-launch
func Launch(ctx context.Context, env command.Env, in launchScanInput, out *result.Output) error {
	targets := command.DedupeHosts(out, "Targets", in.Targets)
	answer, err := env.Tenable.Post(ctx, connection.Call{
		Path:   "/scans/{scan_id}/launch",
		Params: map[string]string{"scan_id": string(in.ScanID)},
		Body: struct {
			AltTargets []string `json:"alt_targets,omitempty"` // scanned instead of the scan's own
		}{targets},
	})
	if err != nil {
		return err
	}
	var body struct {
		ScanUUID wire.Text `json:"scan_uuid"`
	}
	if err := connection.Require(answer, &body, "scan_uuid", &body.ScanUUID); err != nil {
		return err
	}
	type record struct {
		reference
		ScanUUID wire.Text `json:"scan_uuid"`
	}
	out.RawData = result.RawOf(answer.Body)
	out.ContextData.Add(record{reference: refer(out, in.ScanID), ScanUUID: body.ScanUUID})
	out.Table.Caption = "Scan launched"
	out.Table.Columns = []string{"Scan ID", "Run"}
	out.Table.Add(string(in.ScanID), string(body.ScanUUID))
	if len(targets) > 0 {
		out.Table.Caption = "Scan launched on " + result.Counted(len(targets), "other target")
	}
	out.KeyFields.Add("scan_uuids", string(body.ScanUUID))
	return nil
}
