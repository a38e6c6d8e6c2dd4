package scans

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/wire"
	"tenableio/result"
)

type getScanHistoryInput struct {
	ScanID wire.ID `json:"scan_id"`
	Limit  int     `json:"limit"`
	Offset int     `json:"offset"`
}

// scanRun is a run as the API lists it. It has the fields of runRecord.
type scanRun struct {
	ID         wire.NumericID `json:"id"`
	ScanUUID   wire.Text      `json:"scan_uuid"`
	Status     wire.Text      `json:"status"`
	Active     wire.Bool      `json:"-"`
	IsArchived wire.Bool      `json:"is_archived"`
	Visibility wire.Text      `json:"visibility"`
	TimeStart  wire.Time      `json:"time_start"`
	TimeEnd    wire.Time      `json:"time_end"`
}

// runRecord is a run for a playbook, behind the scan that it is of.
type runRecord struct {
	ID         wire.NumericID `json:"history_id"`
	ScanUUID   wire.Text      `json:"scan_uuid"`
	Status     wire.Text      `json:"status"`
	Active     wire.Bool      `json:"active"`
	IsArchived wire.Bool      `json:"is_archived"`
	Visibility wire.Text      `json:"visibility"`
	TimeStart  wire.Time      `json:"time_start"`
	TimeEnd    wire.Time      `json:"time_end"`
}

// newerThan compares the starts of two runs, or their ids if one of them has not started:
// ids grow.
func (r scanRun) newerThan(other scanRun) bool {
	if r.TimeStart.IsZero() || other.TimeStart.IsZero() {
		return len(r.ID) > len(other.ID) || len(r.ID) == len(other.ID) && r.ID > other.ID
	}
	return r.TimeStart.After(other.TimeStart.Time)
}

// History returns the runs of a scan.
//
// GET /scans/{scan_id}/history: https://developer.tenable.com/reference/scans-history
func History(ctx context.Context, env command.Env, in getScanHistoryInput, out *result.Output) error {
	var body struct {
		ID         json.RawMessage `json:"id"` // not documented; if there is one, none is added
		Pagination struct {
			Total wire.Int `json:"total"`
		} `json:"pagination"`
		History wire.Each[scanRun] `json:"history"`
	}
	type record struct {
		reference
		runRecord
	}
	var newest scanRun
	var states scanStates
	out.Table.Columns = []string{"History ID", "Status", "Started", "Ended", "Archived"}
	scan := refer(out, in.ScanID)
	others := 0
	body.History = command.EachWithOthers(ctx, func(run scanRun, _ json.RawMessage) {
		run.Active = states.active(run.Status)
		out.ContextData.Add(record{scan, runRecord(run)})
		out.KeyFields.Add("history_ids", run.ID)
		out.KeyFields.Add("scan_uuids", string(run.ScanUUID))
		out.Table.Add(
			string(run.ID), string(run.Status), run.TimeStart.String(), run.TimeEnd.String(), run.IsArchived.YesNo())
		if run.ID != "" && (newest.ID == "" || run.newerThan(newest)) {
			newest = run
		}
	}, func(json.RawMessage) { others++ })
	answer, err := env.Read(ctx, connection.Call{
		Path:   "/scans/{scan_id}/history",
		Params: map[string]string{"scan_id": string(in.ScanID)},
		Query:  url.Values{"limit": {strconv.Itoa(in.Limit)}, "offset": {strconv.Itoa(in.Offset)}},
	}, &body, "history", "pagination")
	if err != nil {
		return err
	}
	states.warn(env, out)
	runs := out.ContextData.Len()
	total := body.Pagination.Total
	switch more := int(total.Value) > in.Offset+runs+others; {
	case more:
		const message = "The scan has %d runs, of which %d are shown. Set Limit (up to 5000) or Offset for the others."
		out.Warn("truncated", message, total.Value, runs)
	case !total.Known && runs+others >= in.Limit:
		out.Warn("truncated", "Tenable does not say how many runs the scan has, and gave as many as Limit allows. Set Limit "+
			"(up to 5000) or Offset for others.")
	}
	command.TellNotAsAsked(out, max(0, runs+others-in.Limit), "run", "Limit")
	out.RawData = result.RawOf(answer.Body)
	if len(body.ID) == 0 && newest.ID != "" {
		// The documented path $.id then holds beside $.history[*].id.
		out.RawData = result.RawOf(command.SetMember(answer.Body, "id", newest.ID))
	}
	out.Table.Caption = fmt.Sprintf("%s of scan %s", result.Counted(runs, "run"), in.ScanID)
	if int(total.Value) <= in.Offset {
		command.TellNothing(out,
			command.Cause{Fits: in.Offset > 0, Why: fmt.Sprintf("Offset %d is beyond the last run", in.Offset)},
			command.Cause{Fits: total.Value == 0, Why: "the scan never ran"},
			command.Cause{
				Fits: total.Value == 0,
				Why:  "it was imported or is triggered by agents, and such scans have no history",
			})
	}
	return nil
}
