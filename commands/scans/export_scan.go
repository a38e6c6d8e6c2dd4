package scans

import (
	"context"
	"net/url"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

type exportScanInput struct {
	ScanID       wire.ID  `json:"scan_id"`
	HistoryID    *wire.ID `json:"history_id"`
	ReportFormat string   `json:"report_format"`
	Chapters     []string `json:"chapters"`
	Password     *string  `json:"password"`
	AssetID      *string  `json:"asset_id"`
}

// scanExportRequest is the body of the call. Each member is sent only with the format
// that it belongs to.
type scanExportRequest struct {
	Format   string  `json:"format"`
	Chapters string  `json:"chapters,omitempty"`
	Password *string `json:"password,omitempty"`
	AssetID  *string `json:"asset_id,omitempty"`
}

// Export asks for a report of a scan. Tenable derives the file id from the run and the
// format, so a second request returns the same file.
//
// POST /scans/{scan_id}/export:
// https://developer.tenable.com/reference/scans-export-request
func Export(ctx context.Context, env command.Env, in exportScanInput, out *result.Output) error {
	body := scanExportRequest{Format: strings.ToLower(in.ReportFormat)}
	switch body.Format {
	case "pdf", "html":
		body.Chapters = strings.Join(in.Chapters, ";")
	case "db":
		body.Password = in.Password
		body.AssetID = in.AssetID
	}
	sent := env.Tenable.Now()
	answer, err := env.Tenable.Post(ctx, connection.Call{
		Path:   "/scans/{scan_id}/export",
		Params: map[string]string{"scan_id": string(in.ScanID)},
		Query:  runQuery(in.HistoryID),
		Body:   body,
	})
	var made struct {
		File wire.ID `json:"file"`
	}
	if err == nil {
		err = connection.Require(answer, &made, "file", &made.File)
	}
	if err != nil {
		err = lookForExport(in, body.Format, sent).Explain(ctx, env, err)
		return explainRefusal(ctx, env, in, body.Format, err)
	}
	out.RawData = result.RawOf(answer.Body)
	describeScanExport(out, in, body, made.File)
	return nil
}

// runQuery names a run: by its number in one parameter, or by its UUID in another.
func runQuery(historyID *wire.ID) url.Values {
	if historyID == nil {
		return nil
	}
	if historyID.IsUUID() {
		return url.Values{"history_uuid": {string(*historyID)}}
	}
	return url.Values{"history_id": {string(*historyID)}}
}

// unused returns the names of the inputs that the request leaves out.
func (in exportScanInput) unused(sent scanExportRequest) []string {
	var names []string
	if in.Chapters != nil && sent.Chapters == "" {
		names = append(names, "Chapters")
	}
	if in.Password != nil && sent.Password == nil {
		names = append(names, "Password")
	}
	if in.AssetID != nil && sent.AssetID == nil {
		names = append(names, "Asset ID")
	}
	return names
}

func describeScanExport(out *result.Output, in exportScanInput, sent scanExportRequest, file wire.ID) {
	type record struct {
		reference
		HistoryID wire.NumericID `json:"history_id"`
		ScanUUID  wire.Text      `json:"scan_uuid"`
		Format    string         `json:"format"`
		FileID    string         `json:"file_id"`
	}
	r := record{reference: refer(out, in.ScanID), Format: sent.Format, FileID: string(file)}
	if in.HistoryID != nil {
		r.HistoryID, r.ScanUUID = in.HistoryID.Split()
	}
	out.ContextData.Add(r)
	out.Table.Caption = "Export requested; Download Exported Scan fetches the file"
	out.Table.Columns = []string{"Scan ID", "Format", "File ID"}
	out.Table.Add(string(in.ScanID), sent.Format, string(file))
	if unused := in.unused(sent); len(unused) > 0 {
		out.Warn("unused_input", "Not sent, because the format %s takes none: %s.",
			in.ReportFormat, strings.Join(unused, ", "))
	}
	out.KeyFields.Add("file_ids", string(file))
	out.KeyFields.Add("history_ids", r.HistoryID)
	out.KeyFields.Add("scan_uuids", string(r.ScanUUID))
}
