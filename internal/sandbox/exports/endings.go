package exports

import (
	"fmt"
	"net/http"
	"time"

	"tenableio/internal/sandbox/web"
)

// Outcomes are how exports end, the usual one first. Those that do not finish keep what
// they made: the first half of their chunks can be had.
var Outcomes = []string{"finished", "error", "cancelled"}

// DuplicateForms are the forms in which an export is refused while an equal one runs. All
// were seen; the first is the documented one.
var DuplicateForms = []string{
	"conflict", // 409, the job in a member
	"message",  // 429, the job in a sentence
	"values",   // 429, the job in a list
}

// refuseDuplicate answers that the job is the same as what was asked for.
func (e *API) refuseDuplicate(w http.ResponseWriter, job *vulnJob) {
	container := e.tenant.ContainerUUID
	switch e.config.DuplicateExports {
	case "message":
		web.Refuse(w, http.StatusTooManyRequests, fmt.Sprintf(
			"Duplicate export not allowed. Please modify request or wait until existing export is complete. "+
				"(job_uuid=%s container_uuid=%s createdAt=%s)", job.uuid, container, job.created.UTC().Format(time.RFC3339)))
	case "values":
		pieces := []string{ // of a sentence, as in the template of a message
			"Duplicate export (job_uuid=", " container_uuid=",
			"). not allowed. Please modify request or wait until existing export is complete.",
		}
		web.WriteJSON(w, http.StatusTooManyRequests, web.Members{
			{"values", []string{job.uuid, container}},
			{"strings", pieces},
			{"empty", false},
			{"bytes", []byte(pieces[0] + job.uuid + pieces[1] + container + pieces[2])}, // JSON has it as Base64
			{"value_count", 2},
		})
	default:
		web.WriteJSON(w, http.StatusConflict, web.Object{
			"active_job_id":  job.uuid,
			"failure_reason": "The request could not be completed due to a conflict with the ongoing export",
		})
	}
}

// addPast adds the exports that are over when the sandbox starts, one of each outcome: all
// that is open and was seen within 30 days.
func (e *API) addPast() {
	now := e.config.Now()
	wants, echo, _ := readExportFilters(nil, now) // no filter is wrong
	for i, past := range []struct{ uuid, outcome string }{
		{"00000000-0000-0000-0000-000000000003", cancelled},
		{"00000000-0000-0000-0000-000000000002", failed},
		{"00000000-0000-0000-0000-000000000001", finished},
	} {
		request := exportRequest{
			perChunk: leastPerChunk,
			wants:    func(f finding) bool { return f.Asset.Licensed && wants(f) },
			echo:     echo,
		}
		job := newVulnJob(e, request, past.uuid, now.Add(time.Duration(i-60)*time.Minute))
		job.delay = time.Minute
		job.outcome = past.outcome
		e.jobs = append(e.jobs, job)
	}
}
