package vectors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"tenableio/schemas"
)

// expectation is what must be true after a vector. Absent members are not checked.
type expectation struct {
	ReturnData string   `json:"return_data"` // "none": no envelope can be written
	StatusCode int      `json:"status_code"`
	Category   string   `json:"category"`
	Retryable  *bool    `json:"retryable"`
	RetryAfter *int64   `json:"retry_after_seconds"`
	Says       []string `json:"says"`     // in the message
	Hints      []string `json:"hints"`    // in the hint
	Items      []string `json:"items"`    // the value and message of each failed part, in order
	Warnings   []string `json:"warnings"` // the codes of all warnings

	Requests *int     `json:"requests"` // on the wire
	Changes  *int     `json:"changes"`  // on the wire, of those that change state
	Attempts *int     `json:"attempts"` // stats.requests
	Sent     []string `json:"sent"`     // method and URI of each request
	Body     any      `json:"body"`     // of the last request, as JSON
	Proxied  []string `json:"proxied"`  // what the proxy was asked

	RawData json.RawMessage `json:"raw_data"`   // compared byte for byte if a text, otherwise without white space
	Rows    int             `json:"table_rows"` // of the readable result, its head included
	Shows   []string        `json:"shows"`      // anywhere on stdout
	Logs    []string        `json:"logs"`       // anywhere on stderr

	Exit      *int  `json:"exit"` // absent: as --exit-status says
	WithinMS  int64 `json:"within_ms"`
	AtLeastMS int64 `json:"at_least_ms"`
	PeakMiB   int64 `json:"peak_mib"`

	Files map[string]string `json:"files"` // all files under {{work}} except the vector's own, with their content
	Parts bool              `json:"parts"` // temporary files may be left too

	Panics bool `json:"panics"` // the log reports a panic under the reference that the message gives
}

// envelope is the part of the result that the tests read.
type envelope struct {
	Command    string          `json:"command"`
	ReturnData string          `json:"return_data"`
	RawData    json.RawMessage `json:"raw_data"`
	Error      *struct {
		FailureIndicator  string `json:"failure_indicator"`
		StatusCode        int    `json:"status_code"`
		Message           string `json:"message"`
		Category          string `json:"category"`
		Retryable         bool   `json:"retryable"`
		RetryAfterSeconds *int64 `json:"retry_after_seconds"`
		Hint              string `json:"hint"`
		Items             []struct {
			Value   string `json:"value"`
			Message string `json:"message"`
		} `json:"items"`
	} `json:"error"`
	Result   string `json:"result"`
	Warnings []struct {
		Code string `json:"code"`
	} `json:"warnings"`
	Files []json.RawMessage `json:"files"`
	Stats struct {
		Requests int `json:"requests"`
	} `json:"stats"`
}

// reporter is the part of a test that the checks need.
type reporter interface {
	Helper()
	Errorf(format string, args ...any)
}

// check compares a run with what its vector expects and with what is always true.
func check(t reporter, v vector, o outcome) {
	t.Helper()
	if v.Expect.Panics {
		checkPanic(t, o)
	} else {
		checkLog(t, o.stderr)
	}
	checkLeaks(t, v, o)
	if len(o.strange) > 0 {
		t.Errorf("the other server got %d requests, want 0: %s", len(o.strange), o.strange[0].line)
	}
	for _, word := range v.MustNotContain {
		if bytes.Contains(o.stdout, []byte(word)) || bytes.Contains(o.stderr, []byte(word)) {
			t.Errorf("%q left the process", word)
		}
	}
	v.Expect.checkRun(t, o)
	v.Expect.checkWire(t, o)
	if v.Expect.ReturnData == "none" {
		return
	}
	e, err := readEnvelope(o.stdout)
	if err != nil {
		t.Errorf("%v: %.300q", err, o.stdout)
		return
	}
	v.Expect.checkEnvelope(t, e, o)
	checkAlways(t, e)
	if v.Expect.Exit == nil {
		want := map[string]int{"Successful": 0, "Partially Successful": 3, "Failed": 1}[e.ReturnData]
		if o.exit != want {
			t.Errorf("exit status %d, want %d", o.exit, want)
		}
	}
}

// resultSchema is the published schema of the result.
var resultSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return schemas.Compile("result", schemas.Envelope("result"))
})

// readEnvelope reads stdout, which must hold one envelope and a newline.
func readEnvelope(stdout []byte) (envelope, error) {
	var e envelope
	if !bytes.HasSuffix(stdout, []byte("}\n")) || bytes.Contains(stdout[:len(stdout)-1], []byte("\n{")) {
		return e, fmt.Errorf("stdout is not one document and a newline")
	}
	if !utf8.Valid(stdout) {
		return e, fmt.Errorf("stdout is not UTF-8")
	}
	if err := json.Unmarshal(stdout, &e); err != nil {
		return e, err
	}
	schema, err := resultSchema()
	if err != nil {
		return e, err
	}
	decoder := json.NewDecoder(bytes.NewReader(stdout))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return e, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return e, fmt.Errorf("something follows the envelope")
	}
	return e, schema.Validate(document)
}

// checkRun compares the process with the expectation.
func (x expectation) checkRun(t reporter, o outcome) {
	t.Helper()
	if x.Exit != nil && o.exit != *x.Exit {
		t.Errorf("exit status %d, want %d", o.exit, *x.Exit)
	}
	if limit := time.Duration(x.WithinMS) * time.Millisecond; limit > 0 && o.spent > limit*slack {
		t.Errorf("took %v, want at most %v", o.spent, limit*slack)
	}
	if least := time.Duration(x.AtLeastMS) * time.Millisecond; o.spent < least {
		t.Errorf("took %v, want at least %v", o.spent, least)
	}
	if o.peak > x.PeakMiB<<20 {
		t.Errorf("peak memory %d MiB, want at most %d", o.peak>>20, x.PeakMiB)
	}
	if x.Files != nil {
		x.checkFiles(t, o)
	}
	for _, word := range x.Logs {
		if !bytes.Contains(o.stderr, []byte(word)) {
			t.Errorf("no %q on stderr: %.500s", word, o.stderr)
		}
	}
	for _, word := range x.Shows {
		if !bytes.Contains(o.stdout, []byte(word)) {
			t.Errorf("no %q on stdout: %.1000s", word, o.stdout)
		}
	}
}

// checkFiles compares the files that the plugin made with the expectation.
func (x expectation) checkFiles(t reporter, o outcome) {
	t.Helper()
	for name, text := range o.files {
		if x.Parts && strings.HasSuffix(name, ".part") {
			continue
		}
		want, expected := x.Files[name]
		if !expected || text != want {
			t.Errorf("file %s holds %.200q, want %.200q", name, text, want)
		}
	}
	for name := range x.Files {
		if _, there := o.files[name]; !there {
			t.Errorf("there is no file %s", name)
		}
	}
}

// checkWire compares the requests with the expectation.
func (x expectation) checkWire(t reporter, o outcome) {
	t.Helper()
	lines := linesOf(o.requests)
	changes := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return strings.HasPrefix(line, "GET ") })
	if x.Changes != nil && len(changes) != *x.Changes {
		t.Errorf("%d changes on the wire, want %d: %q", len(changes), *x.Changes, lines)
	}
	if x.Requests != nil && len(lines) != *x.Requests {
		t.Errorf("%d requests on the wire, want %d: %q", len(lines), *x.Requests, lines)
	}
	if x.Sent != nil && !slices.Equal(lines, x.Sent) {
		t.Errorf("requests\n got %q\nwant %q", lines, x.Sent)
	}
	if got := linesOf(o.proxied); x.Proxied != nil && !slices.Equal(got, x.Proxied) {
		t.Errorf("the proxy was asked %q, want %q", got, x.Proxied)
	}
	if x.Body == nil || len(o.requests) == 0 {
		return
	}
	got, err := decodeTree([]byte(o.requests[len(o.requests)-1].body))
	if err != nil || !reflect.DeepEqual(got, x.Body) {
		t.Errorf("body %s, %v, want %v", o.requests[len(o.requests)-1].body, err, x.Body)
	}
}

func linesOf(requests []received) []string {
	lines := []string{}
	for _, r := range requests {
		lines = append(lines, r.line)
	}
	return lines
}

// checkEnvelope compares the result with the expectation.
func (x expectation) checkEnvelope(t reporter, e envelope, o outcome) {
	t.Helper()
	if x.ReturnData != "" && e.ReturnData != x.ReturnData {
		t.Errorf("return_data %q, want %q: %.700s", e.ReturnData, x.ReturnData, o.stdout)
	}
	if x.Attempts != nil && e.Stats.Requests != *x.Attempts {
		t.Errorf("stats.requests is %d, want %d", e.Stats.Requests, *x.Attempts)
	}
	if x.RawData != nil {
		checkRawData(t, e.RawData, x.RawData)
	}
	var codes []string
	for _, warning := range e.Warnings {
		codes = append(codes, warning.Code)
	}
	if x.Warnings != nil && !slices.Equal(codes, x.Warnings) {
		t.Errorf("warnings %q, want %q", codes, x.Warnings)
	}
	if got := strings.Count(e.Result, "<tr>"); x.Rows != 0 && got != x.Rows {
		t.Errorf("the table has %d rows, want %d: %.500s", got, x.Rows, e.Result)
	}
	x.checkError(t, e, o)
}

func checkRawData(t reporter, got, want json.RawMessage) {
	t.Helper()
	var exact string
	if json.Unmarshal(want, &exact) == nil && exact != "" {
		want = json.RawMessage(exact)
	} else {
		got = compact(got)
		want = compact(want)
	}
	if string(got) != string(want) {
		t.Errorf("raw_data\n got %.500s\nwant %.500s", got, want)
	}
}

func compact(text json.RawMessage) []byte {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return text
	}
	return b.Bytes()
}

func (x expectation) checkError(t reporter, e envelope, o outcome) {
	t.Helper()
	if e.Error == nil {
		if x.StatusCode != 0 || x.Category != "" || x.Says != nil {
			t.Errorf("no error, want status %d, category %q: %.500s", x.StatusCode, x.Category, o.stdout)
		}
		return
	}
	if x.StatusCode != 0 && e.Error.StatusCode != x.StatusCode {
		t.Errorf("status_code %d, want %d: %+v", e.Error.StatusCode, x.StatusCode, *e.Error)
	}
	if x.Category != "" && e.Error.Category != x.Category {
		t.Errorf("category %q, want %q", e.Error.Category, x.Category)
	}
	if x.Retryable != nil && e.Error.Retryable != *x.Retryable {
		t.Errorf("retryable %t, want %t: %s", e.Error.Retryable, *x.Retryable, e.Error.Message)
	}
	if x.RetryAfter != nil && (e.Error.RetryAfterSeconds == nil || *e.Error.RetryAfterSeconds != *x.RetryAfter) {
		t.Errorf("retry_after_seconds %v, want %d", e.Error.RetryAfterSeconds, *x.RetryAfter)
	}
	for _, word := range x.Says {
		if !strings.Contains(e.Error.Message, word) {
			t.Errorf("the message %q lacks %q", e.Error.Message, word)
		}
	}
	for _, word := range x.Hints {
		if !strings.Contains(e.Error.Hint, word) {
			t.Errorf("the hint %q lacks %q", e.Error.Hint, word)
		}
	}
	if x.Items == nil {
		return
	}
	var items []string
	for _, item := range e.Error.Items {
		items = append(items, item.Value+": "+item.Message)
	}
	if len(items) != len(x.Items) || !slices.EqualFunc(items, x.Items, strings.HasPrefix) {
		t.Errorf("items %q, want %q", items, x.Items)
	}
}
