package exports

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// exportPauses begin anew whenever chunks came. The first poll comes at once.
var exportPauses = connection.Pauses{First: time.Second, Step: time.Second, Last: 30 * time.Second}

// exportStatus is how far an export is. Only the status and the list of
// available chunks were always there.
type exportStatus struct {
	Status    wire.Text     `json:"status"`
	Available []listedChunk `json:"chunks_available"`
	Failed    []listedChunk `json:"chunks_failed"`
	Cancelled []listedChunk `json:"chunks_cancelled"`
	Total     wire.Int      `json:"total_chunks"`
	Empty     wire.Int      `json:"empty_chunks_count"`
	Reason    wire.Text     `json:"reason"`

	Filters json.RawMessage `json:"filters"` // as Tenable understood them

	unread int             // how many chunks it lists in a form that cannot be read
	raw    json.RawMessage // the answer
}

// exportAgain is what to do about an export that has no more chunks to give.
const exportAgain = "Run Export Vulnerabilities again, then this command with the new Export UUID."

// readExportStatus asks how far the export is. A status that is not documented is a failure.
//
// GET /vulns/export/{export_uuid}/status:
// https://developer.tenable.com/reference/exports-vulns-export-status
func readExportStatus(ctx context.Context, env command.Env, uuid string) (exportStatus, error) {
	var status exportStatus
	answer, err := env.Tenable.Get(ctx, connection.Call{
		Path:   "/vulns/export/{export_uuid}/status",
		Params: map[string]string{"export_uuid": uuid},
	})
	if err != nil {
		return status, err
	}
	if err := answer.Decode(&status, "status"); err != nil {
		return status, err
	}
	status.Status = wire.Text(strings.ToUpper(status.Status.Word()))
	status.raw = answer.Body
	for _, list := range [][]listedChunk{status.Available, status.Failed, status.Cancelled} {
		for _, chunk := range list {
			if chunk.number == unreadable {
				status.unread++
			}
		}
	}
	known := []wire.Text{"QUEUED", "PROCESSING", "FINISHED"}
	if !slices.Contains(known, status.Status) && !command.EndedEarly(status.Status) {
		const message = "Unexpected answer of the API: the status of the export is %q."
		return status, fault.New(http.StatusBadGateway, message, status.Status)
	}
	return status, nil
}

func (s exportStatus) finished() bool { return s.Status == "FINISHED" }

// broken returns why the export ended before it was finished, or nil.
func (s exportStatus) broken() *fault.Error {
	if !command.EndedEarly(s.Status) {
		return nil
	}
	return fault.New(http.StatusBadGateway, "The export ended as %s: %s", s.Status, command.Reason(s.Reason)).
		WithHint(exportAgain).WithBody(s.raw)
}

// named returns the chunks that the status names.
func (s exportStatus) named() chunkSet { return chunksOf(s.Available, s.Failed, s.Cancelled) }

// expected returns how many chunks the export has: at least those that are known or listed.
// It leaves out the empty chunks, which Tenable counts and does not list.
func (s exportStatus) expected(known chunkSet) int {
	return max(len(known)+s.unread, int(s.Total.Value-s.Empty.Value))
}

// notReady is the failure of a report that lacks chunks which are still to come; why
// says more of it.
func (s exportStatus) notReady(status int, why string) *fault.Error {
	what := "The export is not finished"
	if s.finished() {
		what = "Not every chunk of the export is ready"
	}
	const hint = "Run Get Vulnerabilities Export Report again with the same Export UUID and Export Fields, " +
		"or raise options.timeout_seconds. With options.output_dir it goes on from the chunks that it has."
	return fault.New(status, "%s%s", what, why).WithHint(hint).AsRetryable()
}
