package scans

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

type listScansInput struct {
	FolderID        *wire.ID   `json:"folder_id"`
	LastScanRunDate *time.Time `json:"last_scan_run_date"`
}

// listedScan is a scan as the API lists it. It has the fields of scanRecord.
type listedScan struct {
	ScanID               wire.NumericID `json:"id"`
	FolderID             wire.NumericID `json:"folder_id"`
	ScheduleUUID         wire.Text      `json:"schedule_uuid"`
	ScanUUID             wire.Text      `json:"uuid"`
	Name                 wire.Text      `json:"name"`
	Status               wire.Text      `json:"status"`
	Active               wire.Bool      `json:"-"`
	Type                 wire.Text      `json:"type"`
	Owner                wire.Text      `json:"owner"`
	Enabled              wire.Bool      `json:"enabled"`
	CreationDate         wire.Time      `json:"creation_date"`
	LastModificationDate wire.Time      `json:"last_modification_date"`
}

// scanRecord is a scan for a playbook.
type scanRecord struct {
	ScanID               wire.NumericID `json:"scan_id"`
	FolderID             wire.NumericID `json:"folder_id"`
	ScheduleUUID         wire.Text      `json:"schedule_uuid"`
	ScanUUID             wire.Text      `json:"scan_uuid"` // of the last run; empty if it never ran
	Name                 wire.Text      `json:"name"`
	Status               wire.Text      `json:"status"`
	Active               wire.Bool      `json:"active"`
	Type                 wire.Text      `json:"type"`
	Owner                wire.Text      `json:"owner"`
	Enabled              wire.Bool      `json:"enabled"`
	CreationDate         wire.Time      `json:"creation_date"`
	LastModificationDate wire.Time      `json:"last_modification_date"`
}

// List returns the scans that the keys can see, all in one answer.
//
// GET /scans: https://developer.tenable.com/reference/scans-list
func List(ctx context.Context, env command.Env, in listScansInput, out *result.Output) error {
	query := url.Values{}
	if in.FolderID != nil {
		query.Set("folder_id", string(*in.FolderID))
	}
	if in.LastScanRunDate != nil {
		// The API returns scans that are active or were run on or after the date; it does
		// not compare changes. A form may send a date long before any scan for no date.
		query.Set("last_modification_date", strconv.FormatInt(max(0, in.LastScanRunDate.Unix()), 10))
	}
	var states scanStates
	others := 0
	out.Table.Columns = []string{"Scan ID", "Name", "Status", "Owner", "Last Run"}
	body := struct {
		Scans wire.Each[listedScan] `json:"scans"`
	}{command.Each(ctx, func(scan listedScan, _ json.RawMessage) {
		scan.Active = states.active(scan.Status)
		if !in.mayTake(scan) {
			others++
		}
		out.ContextData.Add(scanRecord(scan))
		out.KeyFields.Add("scan_ids", scan.ScanID)
		out.KeyFields.Add("scan_names", string(scan.Name))
		out.Table.Add(
			string(scan.ScanID), string(scan.Name), string(scan.Status), string(scan.Owner), scan.LastModificationDate.String())
	})}
	call := connection.Call{Path: "/scans", Query: query}
	answer, err := env.Read(ctx, call, &body, "scans", "folders", "timestamp")
	if err != nil {
		return err
	}
	states.warn(env, out)
	command.TellNotAsAsked(out, others, "scan", "Folder ID and Last Scan Run Date")
	out.RawData = result.RawOf(answer.Body)
	out.Table.Caption = result.Counted(out.ContextData.Len(), "scan")
	command.TellNothing(out,
		command.Cause{Fits: in.FolderID != nil, Why: "the folder is empty, or there is none with this Folder ID"},
		command.Cause{Fits: in.LastScanRunDate != nil, Why: "no scan ran on or after Last Scan Run Date"},
		command.Always("the keys may view no scan (Can View [16] on each)"))
	return nil
}

// mayTake reports whether nothing that is known of a scan is against the inputs.
func (in listScansInput) mayTake(scan listedScan) bool {
	elsewhere := in.FolderID != nil && scan.FolderID != "" && string(scan.FolderID) != string(*in.FolderID)
	if elsewhere || in.LastScanRunDate == nil || scan.LastModificationDate.IsZero() {
		return !elsewhere
	}
	rests := scan.Active.Known && !scan.Active.Value
	return !rests || !scan.LastModificationDate.Before(in.LastScanRunDate.Truncate(time.Second))
}
