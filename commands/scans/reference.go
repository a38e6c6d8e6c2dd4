package scans

import (
	"tenableio/internal/wire"
	"tenableio/result"
)

// reference is a scan as it was asked for: by its number or by its schedule UUID. Records begin with it.
type reference struct {
	ScanID       wire.NumericID `json:"scan_id"`
	ScheduleUUID wire.Text      `json:"schedule_uuid"`
}

// refer adds the scan that was asked for to the key fields.
func refer(out *result.Output, given wire.ID) reference {
	number, uuid := given.Split()
	out.KeyFields.Add("scan_ids", number)
	out.KeyFields.Add("schedule_uuids", string(uuid))
	return reference{ScanID: number, ScheduleUUID: uuid}
}
