package exports

import (
	"fmt"
	"net/http"
	"time"

	"tenableio/internal/sandbox/web"
)

// Outcome is how exports end. Those that do not finish keep what they made: the
// first half of their chunks can be had.
type Outcome string

// The outcomes.
const (
	Finishes    Outcome = "finished"
	Fails       Outcome = "error"
	IsCancelled Outcome = "cancelled"
)

// Outcomes lists them, the usual one first.
var Outcomes = []Outcome{Finishes, Fails, IsCancelled}

// state is what the API calls the outcome.
func (o Outcome) state() string {
	switch o {
	case Fails:
		return failed
	case IsCancelled:
		return cancelled
	}
	return finished
}

// Duplicates is the form in which an export is refused while an equal one runs. All
// were seen; the first is the documented one.
type Duplicates string

// The forms.
const (
	AsConflict Duplicates = "conflict" // 409, the job in a member
	AsMessage  Duplicates = "message"  // 429, the job in a sentence
	AsValues   Duplicates = "values"   // 429, the job in a list
)

// DuplicateForms lists them, the usual one first.
var DuplicateForms = []Duplicates{AsConflict, AsMessage, AsValues}

// refuse answers that the job is the same as what was asked for.
func (d Duplicates) refuse(w http.ResponseWriter, job *vulnJob, container string) {
	switch d {
	case AsMessage:
		web.Refuse(w, http.StatusTooManyRequests, fmt.Sprintf(
			"Duplicate export not allowed. Please modify request or wait until existing export is complete. "+
				"(job_uuid=%s container_uuid=%s createdAt=%s)", job.uuid, container, job.created.UTC().Format(time.RFC3339)))
	case AsValues:
		refuseWithValues(w, job.uuid, container)
	default:
		web.WriteJSON(w, http.StatusConflict, web.Object{
			"active_job_id":  job.uuid,
			"failure_reason": "The request could not be completed due to a conflict with the ongoing export",
		})
	}
}

// refuseWithValues shows a sentence in pieces, as in the template of a message.
func refuseWithValues(w http.ResponseWriter, uuid, container string) {
	pieces := []string{
		"Duplicate export (job_uuid=", " container_uuid=",
		"). not allowed. Please modify request or wait until existing export is complete.",
	}
	web.WriteJSON(w, http.StatusTooManyRequests, web.Members{
		{"values", []string{uuid, container}},
		{"strings", pieces},
		{"empty", false},
		{"bytes", []byte(pieces[0] + uuid + pieces[1] + container + pieces[2])}, // JSON has it as Base64
		{"value_count", 2},
	})
}

// The exports that are over when the sandbox starts, by their outcome.
const (
	PastFinished  = "00000000-0000-0000-0000-000000000001"
	PastFailed    = "00000000-0000-0000-0000-000000000002"
	PastCancelled = "00000000-0000-0000-0000-000000000003"
)

// addPast adds them: all that is open and was seen within 30 days.
func (e *API) addPast() {
	now := e.config.Now()
	wants, echo, _ := readExportFilters(nil, now) // no filter is wrong
	for i, past := range []struct {
		uuid    string
		outcome Outcome
	}{{PastCancelled, IsCancelled}, {PastFailed, Fails}, {PastFinished, Finishes}} {
		request := exportRequest{
			perChunk: leastPerChunk,
			wants:    func(f finding) bool { return f.Asset.Licensed && wants(f) },
			echo:     echo,
		}
		job := newVulnJob(e, request, past.uuid, now.Add(time.Duration(i-60)*time.Minute))
		job.delay = time.Minute
		job.outcome = past.outcome.state()
		e.jobs = append(e.jobs, job)
	}
}
