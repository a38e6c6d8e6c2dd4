package exports

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"tenableio/internal/sandbox/web"
)

// exportRequest is the body of POST /vulns/export, read.
type exportRequest struct {
	perChunk   int
	unlicensed bool
	software   bool
	wants      func(finding) bool
	echo       web.Object // the filters as the status shows them
	key        string     // equal for requests for the same
}

// readExportRequest reads the body. It answers the request itself and returns false
// where it is wrong. A number of assets outside of 50 to 5,000 is brought into it, and
// may be a text, as the API has it.
func readExportRequest(w http.ResponseWriter, r *http.Request, now time.Time) (exportRequest, bool) {
	var body struct {
		PerChunk   json.RawMessage            `json:"num_assets"`
		Unlicensed bool                       `json:"include_unlicensed"`
		Software   bool                       `json:"include_software_vulns"`
		Filters    map[string]json.RawMessage `json:"filters"`
	}
	if r.ContentLength == 0 {
		web.Refuse(w, http.StatusBadRequest, "Invalid request payload JSON format")
		return exportRequest{}, false
	}
	if !web.ReadBody(w, r, &body) {
		return exportRequest{}, false
	}
	perChunk, ok := readPerChunk(body.PerChunk)
	if !ok {
		web.RefuseParameter(w, "payload", "num_assets", "must be a number")
		return exportRequest{}, false
	}
	request := exportRequest{perChunk: perChunk, unlicensed: body.Unlicensed, software: body.Software}
	wants, echo, problem := readExportFilters(body.Filters, now)
	if problem != nil {
		web.RefuseParameter(w, "payload", problem.name, problem.why)
		return exportRequest{}, false
	}
	request.echo = echo
	request.wants = func(f finding) bool { return (request.unlicensed || f.Asset.Licensed) && wants(f) }
	if len(body.Filters) == 0 {
		body.Filters = nil // to name none is to have none
	}
	key, err := json.Marshal([]any{request.perChunk, request.unlicensed, request.software, body.Filters})
	request.key = string(key)
	return request, err == nil
}

// readPerChunk reads the number of assets for each chunk; absent is 50.
func readPerChunk(raw json.RawMessage) (int, bool) {
	text := string(raw)
	if text == "" || text == "null" {
		return leastPerChunk, true
	}
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	n, err := strconv.ParseFloat(text, 64)
	return int(min(max(n, leastPerChunk), mostPerChunk)), err == nil && n == n
}

// problem is a member of the body that is wrong, and why.
type problem struct{ name, why string }
