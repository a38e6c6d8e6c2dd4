package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// writeJSON answers with v, compact and without escaping <, > and &.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		refuse(w, http.StatusInternalServerError, "An internal server error occurred. Please wait a moment and try your request again.")
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(bytes.TrimSuffix(body.Bytes(), []byte("\n"))) // a client that went away is nobody's business
}

// refuse answers in the form of the gateway and of the newer services.
func refuse(w http.ResponseWriter, status int, message string) {
	writeJSON(w, status, struct {
		StatusCode int    `json:"statusCode"`
		Error      string `json:"error"`
		Message    string `json:"message"`
	}{status, http.StatusText(status), message})
}

// complain answers in the form of the older services: one member, error.
func complain(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, struct {
		Error string `json:"error"`
	}{text})
}

// refuseParameter answers in the form of the gateway's own validation. The
// source of the parameter is query, params (the path) or payload.
func refuseParameter(w http.ResponseWriter, source, name, why string) {
	type validation struct {
		Source string   `json:"source"`
		Keys   []string `json:"keys"`
	}
	writeJSON(w, http.StatusBadRequest, struct {
		StatusCode int        `json:"statusCode"`
		Error      string     `json:"error"`
		Message    string     `json:"message"`
		Validation validation `json:"validation"`
	}{
		http.StatusBadRequest, http.StatusText(http.StatusBadRequest),
		fmt.Sprintf("child %q fails because [%q %s]", name, name, why),
		validation{source, []string{name}},
	})
}

// busy answers the way the gateway does when a limit is exceeded: a page of
// HTML, and after how many seconds to come back.
//
// https://developer.tenable.com/docs/rate-limiting
func busy(w http.ResponseWriter, retryAfter string) {
	const page = `<html>
<head><title>429 Too Many Requests</title></head>
<body>
<center><h1>429 Too Many Requests</h1></center>
<hr><center>nginx</center>
</body>
</html>
`
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusTooManyRequests)
	_, _ = w.Write([]byte(page)) // as in writeJSON
}

// usualWait is the Retry-After of the concurrency limits, in seconds.
const usualWait = "30"
