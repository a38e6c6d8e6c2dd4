package scans

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

type downloadExportedScanInput struct {
	ScanID wire.ID `json:"scan_id"`
	FileID string  `json:"file_id"`
}

// reportPauses double. The first poll comes at once.
var reportPauses = connection.Pauses{First: 2 * time.Second, Last: 15 * time.Second}

// Download waits for the report that Export Scan asked for and streams its bytes into a
// file.
//
// GET /scans/{scan_id}/export/{file_id}/status:
// https://developer.tenable.com/reference/scans-export-status
// GET /scans/{scan_id}/export/{file_id}/download:
// https://developer.tenable.com/reference/scans-export-download
func Download(ctx context.Context, env command.Env, in downloadExportedScanInput, out *result.Output) error {
	file, err := command.NewOutputFile(env)
	if err != nil {
		return err
	}
	defer file.Drop()
	params := map[string]string{"scan_id": string(in.ScanID), "file_id": in.FileID}
	if err := awaitReport(ctx, env, params); err != nil {
		return err
	}
	var saved report
	var contentType string
	err = env.Tenable.Download(ctx, connection.Call{Path: "/scans/{scan_id}/export/{file_id}/download", Params: params},
		func(download connection.Download) (err error) {
			download.Body = &command.ProgressReader{From: download.Body, Total: download.Size, Progress: env.Progress}
			contentType = download.ContentType
			saved, err = saveReport(file, in.ScanID, in.FileID, download)
			return err
		})
	if err != nil {
		return err
	}
	kept, err := file.Keep(ctx, saved.name, saved.format.mediaType)
	if err != nil {
		return err
	}
	describeReport(out, in, saved, contentType, kept)
	return nil
}

// awaitReport polls until the report is ready. Tenable documents three words for its
// state. Any other word means that Tenable works on it, unless it says that it failed.
func awaitReport(ctx context.Context, env command.Env, params map[string]string) error {
	poll := env.Tenable.Poll("the report", reportPauses)
	for {
		answer, err := env.Tenable.Get(ctx, connection.Call{Path: "/scans/{scan_id}/export/{file_id}/status", Params: params})
		if err != nil {
			return refusedReport(err)
		}
		var body statusAnswer
		if err := connection.Require(answer, &body, "status", &body.Status); err != nil {
			return err
		}
		switch {
		case body.Status.Word() == "ready":
			return nil
		case reportFailed(body.Status):
			return fault.New(http.StatusBadGateway, reportNotMade, body.Status).
				WithBody(answer.Body).WithHint(exportAgain)
		}
		if !env.Wait {
			const hint = "Run Download Exported Scan again later with the same File ID, or set options.wait to true."
			return fault.New(http.StatusAccepted, "The report is not ready; its status is %s.", body.Status).
				WithHint(hint).AsRetryable()
		}
		env.Progress(0, 0, "report is "+string(body.Status))
		const message = "The report is still being generated (status %s), " +
			"and the time limit does not allow to wait longer."
		unfinished := fault.New(http.StatusGatewayTimeout, message, body.Status).
			WithHint("Run Download Exported Scan again with the same File ID, or raise options.timeout_seconds.")
		if err := poll.Wait(ctx, unfinished); err != nil {
			return err
		}
	}
}

const reportNotMade = "The report could not be made; run Export Scan again. Its status is %s."

// reportFailed reports whether a status of a report says that it will never be ready.
func reportFailed(status wire.Text) bool {
	failed := []string{"error", "failed", "aborted", "canceled", "cancelled"}
	return slices.Contains(failed, status.Word())
}

// refusedReport returns the failure of asking for the status of a report. Tenable may tell
// that the report failed by a failure, which the same File ID meets again.
func refusedReport(err error) error {
	f := fault.From(err)
	var body statusAnswer
	if json.Unmarshal(f.Body, &body) != nil || !reportFailed(body.Status) {
		return err
	}
	failed := fault.New(f.Status, reportNotMade, body.Status).WithBody(f.Body).WithHint(exportAgain)
	failed.RequestID = f.RequestID
	return failed
}

func describeReport(
	out *result.Output, in downloadExportedScanInput, saved report, contentType string, file result.File,
) {
	type record struct {
		reference
		FileID   string  `json:"file_id"`
		FileName string  `json:"file_name"`
		Format   string  `json:"format"`
		Size     int64   `json:"size"`
		SHA256   string  `json:"sha256"`
		Path     *string `json:"path"`
	}
	raw, _ := json.Marshal(struct { // nothing in it can fail
		FileName    string `json:"file_name"`
		ContentType string `json:"content_type"`
		Size        int64  `json:"size"`
		SHA256      string `json:"sha256"`
	}{file.Name, contentType, file.Size, file.SHA256})
	r := record{
		reference: refer(out, in.ScanID),
		FileID:    in.FileID, FileName: file.Name, Format: saved.format.name, Size: file.Size, SHA256: file.SHA256,
	}
	if file.Path != "" {
		r.Path = &file.Path
	}
	out.RawData = result.RawOf(raw)
	out.ContextData.Add(r)
	out.Table.Caption = "Report downloaded"
	out.Table.Columns = []string{"File", "Format", "Bytes", "SHA-256", "Where"}
	out.Table.Add(
		file.Name, saved.format.name, strconv.FormatInt(file.Size, 10), file.SHA256, command.Location(file))
	if saved.unsure {
		out.Warn("length_unknown", "The answer did not say how long the file is, as behind an old proxy: "+
			"if the connection broke, the file is cut, and nothing shows it.")
	}
	out.KeyFields.Add("file_ids", in.FileID)
	command.AddFile(out, file)
}
