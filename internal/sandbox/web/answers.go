// Package web is what all endpoints share: who calls, what the query and the body
// say, and the forms of answers and refusals.
package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
)

// WriteJSON answers with v.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	body := Marshal(v)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone away
}

// NoStore marks an answer the way workbenches and their filters do; the others are
// no-cache.
func NoStore(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// Marshal writes compact JSON with <, > and & as they are, as the API does.
func Marshal(v any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // no answer holds what cannot be JSON
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// Refuse answers in the form of the gateway and of the newer services.
func Refuse(w http.ResponseWriter, status int, message string) {
	WriteJSON(w, status, Refusal(status, message))
}

// Refusal is what Refuse answers, for those who tell more.
func Refusal(status int, message string) Members {
	return Members{{"statusCode", status}, {"error", http.StatusText(status)}, {"message", message}}
}

// gatewayTexts are the messages of what the gateway itself answers, where they
// are not the usual text of the status.
var gatewayTexts = map[int]string{
	http.StatusUnauthorized:        "Invalid credentials.",
	http.StatusForbidden:           "Insufficient scope",
	http.StatusInternalServerError: "An internal server error occurred. Please wait a moment and try your request again.",
	http.StatusBadGateway:          "Please wait a moment and try your request again.",
	http.StatusServiceUnavailable:  "Please wait a moment and try your request again.",
	http.StatusGatewayTimeout:      "Please wait a moment and try your request again.",
}

// RefuseStatus is refuse in the gateway's own words for the status.
func RefuseStatus(w http.ResponseWriter, status int) {
	Refuse(w, status, cmp.Or(gatewayTexts[status], http.StatusText(status)))
}

// Complain answers in the form of the older services: one member, error.
func Complain(w http.ResponseWriter, status int, text string) {
	WriteJSON(w, status, Object{"error": text})
}

// RefuseParameter answers in the form of the gateway's own validation. The
// source of the parameter is query, params (the path) or payload.
func RefuseParameter(w http.ResponseWriter, source, name, why string) {
	message := fmt.Sprintf("child %q fails because [%q %s]", name, name, why)
	validation := Members{{"source", source}, {"keys", []string{name}}}
	WriteJSON(w, http.StatusBadRequest, Refusal(http.StatusBadRequest, message).With("validation", validation))
}

// Busy answers the way the gateway does when a limit is exceeded: with a page of
// HTML and, where it says, with the seconds to wait.
//
// https://developer.tenable.com/docs/rate-limiting
func Busy(w http.ResponseWriter, retryAfter string) {
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

// UsualWait is the Retry-After of the concurrency limits, in seconds.
const UsualWait = "30"
