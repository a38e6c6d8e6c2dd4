package scans

import (
	"slices"

	"tenableio/commands/command"
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

// statusAnswer is an answer of which the status matters alone.
type statusAnswer struct {
	Status wire.Text `json:"status"`
}

// The words of Tenable for the status of a run, in lower case.
var (
	// restingStatuses are those in which a run stays.
	restingStatuses = []string{
		"aborted", "canceled", "cancelled", "completed", "empty", "error", "errored", "failed", "failure", "imported",
		"stopped",
	}
	// activeStatuses are those that change by themselves.
	activeStatuses = []string{
		"initializing", "paused", "pausing", "pending", "processing", "publishing", "resuming", "running", "stopping",
	}
)

// scanStates tells from a status whether a run may still change, and remembers the words that it does not know.
type scanStates struct {
	unknown []string
}

// active tells whether a run with a status may still change by itself. Of no status and of an unknown word that is not
// known.
func (s *scanStates) active(status wire.Text) wire.Bool {
	word := status.Word()
	switch {
	case slices.Contains(restingStatuses, word):
		return wire.BoolOf(false)
	case slices.Contains(activeStatuses, word):
		return wire.BoolOf(true)
	case word != "" && !slices.Contains(s.unknown, string(status)):
		s.unknown = append(s.unknown, string(status))
	}
	return wire.Bool{}
}

// hasResults reports whether a run with a status is at rest and may have found something.
func hasResults(status wire.Text) bool {
	word := status.Word()
	return word != "empty" && slices.Contains(restingStatuses, word)
}

// endedEarly says of a run that did not go to its end, yet or at all, what became of it. It is "" for any other.
func endedEarly(status wire.Text) string {
	switch word := status.Word(); word {
	case "completed", "imported", "empty":
		return ""
	case "error", "errored", "failed", "failure":
		return "failed"
	case "aborted", "canceled", "cancelled", "stopped":
		return "was " + word
	default:
		if slices.Contains(activeStatuses, word) {
			return "has not ended (" + word + ")"
		}
	}
	return ""
}

// warn says which words are not known. Keys in them go before they are cut.
func (s *scanStates) warn(env command.Env, out *result.Output) {
	const most = 10
	if len(s.unknown) == 0 {
		return
	}
	var words []string
	for _, word := range s.unknown[:min(len(s.unknown), most)] {
		words = append(words, env.Redactor.ShortLine(word))
	}
	const message = "The status %s is not known: whether such a run is still active is not told. " +
		"A playbook that waits for its end must give up by itself."
	out.Warn("unknown_status", message, command.Join(words))
}
