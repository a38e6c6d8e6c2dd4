package exports

import (
	"context"
	"fmt"
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
	Status    wire.Text  `json:"status"`
	Available []wire.Int `json:"chunks_available"`
	Failed    []wire.Int `json:"chunks_failed"`
	Cancelled []wire.Int `json:"chunks_cancelled"`
	Total     wire.Int   `json:"total_chunks"`
	Empty     wire.Int   `json:"empty_chunks_count"`
	Reason    wire.Text  `json:"reason"`
}

// readExportStatus asks how far the export is. An export that will never be
// finished is a failure.
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
	status.Status = wire.Text(strings.ToUpper(string(status.Status)))
	switch status.Status {
	case "QUEUED", "PROCESSING", "FINISHED":
		return status, nil
	case "ERROR", "CANCELLED", "CANCELED":
		f := fault.New(http.StatusBadGateway, "The export ended as %s: %s", status.Status, command.Reason(status.Reason)).
			WithHint("Run Export Vulnerabilities again, then this command with the new Export UUID.")
		return status, f.WithBody(answer.Body)
	}
	return status, fault.New(http.StatusBadGateway, "Unexpected answer of the API: the status of the export is %q.", status.Status)
}

func (s exportStatus) finished() bool { return s.Status == "FINISHED" }

// chunks are the available chunks, each once, in order.
func (s exportStatus) chunks() []int { return sorted(s.Available) }

func sorted(ids []wire.Int) []int {
	chunks := make([]int, 0, len(ids))
	for _, id := range ids {
		chunks = append(chunks, int(id))
	}
	return unique(chunks)
}

// unique are the chunks in order, each once.
func unique(chunks []int) []int {
	slices.Sort(chunks)
	return slices.Compact(chunks)
}

// among tells whether a chunk is one of chunks, which are in order.
func among(chunks []int, n int) bool {
	_, found := slices.BinarySearch(chunks, n)
	return found
}

// named are the chunks that the status names.
func (s exportStatus) named() []int {
	return sorted(slices.Concat(s.Available, s.Failed, s.Cancelled))
}

// expected is how many chunks the export has, those that are known at least; empty
// ones that Tenable counts and does not list are left out.
func (s exportStatus) expected(known []int) int { return max(len(known), int(s.Total-s.Empty)) }

// lost are the chunks of a finished export that Tenable will never give, in order:
// of the failed and cancelled those that are not here and not told yet; known are
// those that any status named.
func (s exportStatus) lost(failed, cancelled, known []int) []fault.Item {
	var items []fault.Item
	lose := func(ids []int, what string) {
		for _, id := range ids {
			items = append(items, chunkItem(id, fault.New(http.StatusBadGateway, "Chunk %d %s at Tenable: %s", id, what, command.Reason(s.Reason))))
		}
	}
	lose(failed, "failed")
	lose(cancelled, "was cancelled")
	if missing := s.expected(known) - len(known); missing > 0 {
		items = append(items, fault.Item{
			Input: "Chunk", Value: fmt.Sprintf("%d not named", missing),
			Err: fault.New(http.StatusBadGateway, "Tenable counts %d chunks and names %d.", s.expected(known), len(known)),
		})
	}
	return items
}

func chunkItem(id int, f *fault.Error) fault.Item {
	return fault.Item{Input: "Chunk", Value: fmt.Sprint(id), Err: f}
}
