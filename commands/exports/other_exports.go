package exports

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
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

// madeExport is an export in Tenable's list.
type madeExport struct {
	UUID     wire.Text                  `json:"uuid"`
	Created  wire.Time                  `json:"created"`
	PerChunk wire.Int                   `json:"num_assets_per_chunk"`
	Filters  map[string]json.RawMessage `json:"filters"`
}

// mayComeFrom reports whether the call may have made the export: Tenable tells the filters
// of an export and its assets to a chunk, or neither.
func (e madeExport) mayComeFrom(body vulnerabilityExport) bool {
	if e.PerChunk.Known && e.PerChunk.Value != body.NumAssets {
		return false
	}
	if len(e.Filters) == 0 {
		return true
	}
	told, sent := listFilters(e.Filters), listFilters(body.Filters)
	if sent["state"] == nil {
		delete(told, "state") // Tenable's own choice
	}
	sameNetwork := network(e.Filters["cidr_range"]) == network(body.Filters["cidr_range"])
	return sameNetwork && maps.EqualFunc(told, sent, slices.Equal)
}

// listFilters returns the values of the filters that are lists, in one case and order. Tenable tells those of tags
// within a filter tags.
func listFilters(filters map[string]json.RawMessage) map[string][]string {
	var tags map[string]json.RawMessage
	_ = json.Unmarshal(filters["tags"], &tags) // another form holds no lists
	lists := map[string][]string{}
	for _, some := range []map[string]json.RawMessage{filters, tags} {
		for name, text := range some {
			var values []json.RawMessage
			_ = json.Unmarshal(text, &values)
			for _, value := range values {
				lists[name] = append(lists[name], strings.ToLower(string(value)))
			}
			slices.Sort(lists[name])
		}
	}
	maps.DeleteFunc(lists, func(_ string, values []string) bool { return len(values) == 0 })
	return lists
}

// network reads a range in CIDR notation; that of one address may be written as the address.
func network(text json.RawMessage) string {
	var cidr string
	if json.Unmarshal(text, &cidr) != nil {
		return ""
	}
	return strings.TrimSuffix(cidr, "/32")
}

// lookForExport finds the export that a call of unknown outcome made.
//
// GET /vulns/export/status:
// https://developer.tenable.com/reference/exports-vulns-export-status-recent
func lookForExport(body vulnerabilityExport, sent time.Time) command.Lookup {
	return command.Lookup{
		Call: connection.Call{Path: "/vulns/export/status"},
		Sent: sent,
		Hint: "Tenable lists one export of this Asset IP that was created after the call was sent, " +
			"with the Export UUID %s: run Get Vulnerabilities Export Report with it.",
		Made: func(list connection.Answer, hand func(uuid wire.Text, created wire.Time)) {
			var listed struct {
				Exports []madeExport `json:"exports"`
			}
			if connection.Decode(list.Body, &listed) != nil {
				return
			}
			for _, e := range listed.Exports {
				if e.mayComeFrom(body) {
					hand(e.UUID, e.Created)
				}
			}
		},
	}
}
