package exports

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
)

// runningExport returns the UUID of the equal export that a refusal names, or "". Tenable
// refuses it with 409 and the member active_job_id, or with 429 and "(job_uuid=UUID …" in
// the text.
func runningExport(err error) string {
	f := fault.From(err)
	if f == nil || f.Status != http.StatusConflict && !f.Duplicate {
		return ""
	}
	for _, text := range []string{string(f.Body), f.Message} {
		if named := namedJob().FindStringSubmatch(text); named != nil {
			return named[1]
		}
	}
	return ""
}

// namedJob matches the name of a job with its UUID, in a text or in JSON.
func namedJob() *regexp.Regexp {
	const quote = `(?:\\*["'])?`
	const name = `\b(?:active_job_id|job_uuid)` + quote
	const end = `(?:[^0-9A-Za-z/_-]|$)` // a longer value is no UUID
	return regexp.MustCompile(name + `\s*[=:]\s*` + quote + `(` + uuid + `)` + end)
}

// uuid is the pattern of an export's UUID.
const uuid = `[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`

func isUUID(text string) bool { return regexp.MustCompile(`^` + uuid + `$`).MatchString(text) }

// adopted returns the refusal as the answer that started the running export would have
// been.
func adopted(refusal json.RawMessage, uuid string) connection.Answer {
	if !bytes.HasPrefix(bytes.TrimSpace(refusal), []byte("{")) { // a text
		refusal = nil
	}
	return connection.Answer{Body: command.SetMember(refusal, "export_uuid", uuid)}
}
