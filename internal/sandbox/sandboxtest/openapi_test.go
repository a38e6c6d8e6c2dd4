package sandboxtest

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// TestRecordingsAgreeWithSpecification proves the table of known mistakes: with
// it, and not without it, the specification takes what the cloud answered.
func TestRecordingsAgreeWithSpecification(t *testing.T) {
	unspecified := []string{"session-200", "session-403", "workbench-asset-info"} // endpoints that it lacks
	for name, r := range ReadRecordings(t) {
		if slices.Contains(unspecified, name) {
			continue
		}
		if err := checkAnswer(t, r.Request.Method, r.Request.Path, r.Response.Status, r.Header(), r.Response.Body); err != nil {
			t.Errorf("%s: %s %s: %v", name, r.Request.Method, r.Request.Path, err)
		}
	}
}

// TestCheckAnswerFindsErrors: a helper that takes everything proves nothing.
func TestCheckAnswerFindsErrors(t *testing.T) {
	list := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
	for name, err := range map[string]error{
		"operation":    checkAnswer(t, "DELETE", "/scans/timezones", 200, list, []byte(`{}`)),
		"status":       checkAnswer(t, "GET", "/scans/timezones", 418, list, []byte(`{}`)),
		"content type": checkAnswer(t, "GET", "/scans/timezones", 200, http.Header{"Content-Type": {"text/plain"}}, []byte(`{}`)),
		"not JSON":     checkAnswer(t, "GET", "/workbenches/assets?x=1", 200, list, []byte(`{`)),
		"type":         checkAnswer(t, "GET", "/workbenches/assets", 200, list, []byte(`{"total":"1"}`)),
		"member":       checkAnswer(t, "GET", "/workbenches/assets", 200, list, []byte(`{"assets":[{"id":"x","colour":"red"}],"total":1}`)),
		"refusal":      checkAnswer(t, "GET", "/scans", 400, list, []byte(`{"error":"x","advice":"y"}`)),
		"needless":     checkAnswer(t, "POST", "/scans/1/stop", 200, list, []byte(`{"stopped":true}`)),
		"not wrapped":  checkAnswer(t, "GET", "/workbenches/vulnerabilities/1/info", 200, list, []byte(`{"count":1}`)),
	} {
		if err == nil {
			t.Errorf("no error found: %s", name)
		}
	}
	if err := checkAnswer(t, "GET", "/workbenches/assets", 200, list, []byte(`{"assets":[],"total":0}`)); err != nil {
		t.Errorf("an error where there is none: %v", err)
	}
	if !bytes.Contains([]byte(fmt.Sprint(checkAnswer(t, "GET", "/workbenches/assets", 200, list, []byte(`{"total":"1"}`)))), []byte("total")) {
		t.Error("the error does not name the member")
	}
}
