package scans

import (
	"strings"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
)

// madeExport is an export in Tenable's list.
type madeExport struct {
	ExportID     wire.Text `json:"export_id"`
	ScanUUID     wire.Text `json:"scan_uuid"`
	ScheduleID   wire.Text `json:"schedule_id"`
	ScheduleUUID wire.Text `json:"schedule_uuid"`
	Format       wire.Text `json:"format"`
	Metadata     struct {
		CreatedAt wire.Time `json:"created_at"`
	} `json:"metadata"`
}

// mayComeFrom reports whether the inputs of Export Scan may have made the export.
func (e madeExport) mayComeFrom(in exportScanInput, format string) bool {
	same := func(told wire.Text, asked string) bool { return strings.EqualFold(string(told), asked) }
	scan := string(in.ScanID)
	switch {
	case !same(e.ScheduleID, scan) && !same(e.ScheduleUUID, scan):
		return false
	case in.HistoryID != nil && in.HistoryID.IsUUID() && !same(e.ScanUUID, string(*in.HistoryID)):
		return false
	}
	return e.Format == "" || same(e.Format, format)
}

// lookForExport finds the export that a call of unknown outcome made.
//
// GET /scans/exports: https://developer.tenable.com/reference/scans-export-list
func lookForExport(in exportScanInput, format string, sent time.Time) command.Lookup {
	return command.Lookup{
		Call: connection.Call{Path: "/scans/exports"},
		Sent: sent,
		Hint: "Tenable lists one export of this scan that was created after the call was sent, with the File ID %s: " +
			"run Download Exported Scan with it.",
		Made: func(list connection.Answer, hand func(id wire.Text, created wire.Time)) {
			var exports []madeExport
			if connection.Decode(list.Body, &exports) != nil {
				return
			}
			for _, e := range exports {
				if e.mayComeFrom(in, format) {
					hand(e.ExportID, e.Metadata.CreatedAt)
				}
			}
		},
	}
}
