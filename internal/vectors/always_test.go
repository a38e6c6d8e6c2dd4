package vectors_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// machinery matches what no message may show: words of Go and of its libraries, and paths.
var machinery = regexp.MustCompile(`goroutine|panic|\.go:\d|runtime error|dial tcp|\*[a-z]+\.[A-Z]|json: |x509: |` +
	`tls: |net/http|nmarshal|interface \{|<nil>|%!|/tmp/|unexpected EOF|context deadline`)

// tableTags matches the only tags of the readable result.
var tableTags = regexp.MustCompile(`</?(table|caption|thead|tbody|tr|th|td|ul|li|br)>|<td colspan="[1-9]">`)

// hinted lists the categories whose failures always carry a hint (CONTRACT section 3).
var hinted = []string{"auth", "permission", "not_found", "rate_limited", "network"}

// checkAlways checks what must be true of every envelope.
func checkAlways(t reporter, e envelope) {
	t.Helper()
	if (e.Error == nil) != (e.ReturnData == "Successful") {
		t.Errorf("return_data %q with error %+v", e.ReturnData, e.Error)
	}
	if text := tableTags.ReplaceAllString(e.Result, ""); strings.ContainsAny(text, "<>\"") {
		t.Errorf("the table holds more than a table: %.500s", e.Result)
	}
	if e.Error == nil {
		return
	}
	for name, text := range map[string]string{"message": e.Error.Message, "hint": e.Error.Hint} {
		if len(text) > 500 || strings.ContainsFunc(text, unicode.IsControl) || machinery.MatchString(text) {
			t.Errorf("the %s is not fit to be read: %q", name, text)
		}
	}
	if e.Error.Message == "" || !strings.Contains(e.Error.FailureIndicator, "failed.") {
		t.Errorf("failure indicator %q, message %q", e.Error.FailureIndicator, e.Error.Message)
	}
	unknown := strings.Contains(strings.ToLower(e.Error.Message), "outcome unknown")
	if e.Error.Hint == "" && (unknown || slices.Contains(hinted, e.Error.Category)) {
		t.Errorf("no hint for a failure of category %s: %s", e.Error.Category, e.Error.Message)
	}
	if unknown && e.Error.Retryable {
		t.Errorf("retryable although the outcome is unknown: %s", e.Error.Message)
	}
}

// checkLog checks that stderr holds one JSON object a line and no trace of a crash.
func checkLog(t reporter, stderr []byte) {
	t.Helper()
	for line := range bytes.Lines(stderr) {
		if len(line) > 8<<10 {
			t.Errorf("a line of %d bytes on stderr: %.300q", len(line), line)
		}
		var object map[string]any
		if err := json.Unmarshal(line, &object); err != nil || object["level"] == nil {
			t.Errorf("a line on stderr is no log line: %.300q", line)
		}
	}
	if bytes.Contains(stderr, []byte("goroutine ")) {
		t.Errorf("a stack is on stderr: %.500s", stderr)
	}
}

// checkPanic checks that a panic leaves its stack in the log alone, under the reference that the envelope gives.
func checkPanic(t reporter, o outcome) {
	t.Helper()
	reference := regexp.MustCompile(`Internal error of the plugin, reference ([0-9a-f]{8})`).FindSubmatch(o.stdout)
	if reference == nil || !bytes.Contains(o.stderr, append([]byte(`"reference":"`), reference[1]...)) {
		t.Errorf("the log does not hold the reference of the envelope: %.500s", o.stderr)
	}
	for line := range bytes.Lines(o.stderr) {
		if !json.Valid(line) {
			t.Errorf("a line on stderr is no log line: %.300q", line)
		}
	}
}
