package result

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/redact"
)

func write(t *testing.T, r Result) string {
	t.Helper()
	envelope, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := envelope.Write(&b); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) || !strings.HasSuffix(b.String(), "}\n") {
		t.Fatalf("not one JSON document and a newline: %s", b.String())
	}
	return b.String()
}

// hiding is a redactor of the secrets.
func hiding(secrets ...string) *redact.Redactor {
	redactor := new(redact.Redactor)
	redactor.Hide(secrets...)
	return redactor
}

func TestStatusIsDerived(t *testing.T) {
	failed := []fault.Item{{Input: "Group IDs", Value: "7", Err: fault.New(404, "x")}}
	for _, tt := range []struct {
		name string
		r    Result
		want Status
	}{
		{"nothing failed", Result{}, Successful},
		{"an error", Result{Err: errors.New("x")}, Failed},
		{"some parts failed", Result{Output: Output{Done: 1, Failed: failed}}, PartiallySuccessful},
		{"all parts failed", Result{Output: Output{Failed: failed}}, Failed},
	} {
		if got := tt.r.Status(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestRawDataKeepsItsBytes(t *testing.T) {
	raw := "{ \"b\":1, \"a\":18446744073709551617,\"x\":\"<&>\u2028\", \"f\":1.10 }"
	got := write(t, Result{Command: "X", Output: Output{RawData: RawOf(json.RawMessage(raw[:5]), json.RawMessage(raw[5:]))}, Meta: json.RawMessage(`{"n" : 1.0}`)})
	if !strings.Contains(got, `"raw_data":`+raw+`,"error"`) || !strings.Contains(got, `"meta":{"n" : 1.0},`) {
		t.Errorf("raw_data or meta changed: %s", got)
	}
}

func TestErrorTab(t *testing.T) {
	f := fault.New(429, "%s", "a\nb\x00c \xff "+strings.Repeat("é", 400))
	f.RetryAfter, f.Retryable, f.Body = 1500*time.Millisecond, true, json.RawMessage(`{"error":"x"}`)
	got := write(t, Result{Command: "List Scans", Err: f, Output: Output{RawData: RawOf(json.RawMessage(`1`))}})
	for _, want := range []string{
		`"return_data":"Failed","raw_data":{"error":"x"},`, `"failure_indicator":"List Scans failed."`, `"message":"a b c `,
		`"category":"rate_limited","retryable":true,"retry_after_seconds":2`, `"context_data":[],"key_fields":{}`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
	var tab struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal([]byte(got), &tab); err != nil || len(tab.Error.Message) > redact.MaxShortLine {
		t.Errorf("message of %d bytes, %v", len(tab.Error.Message), err)
	}
	if got := write(t, Result{Command: "Test Connection", Err: f}); !strings.Contains(got, `"Test Connection failed. Failed to check the connector."`) {
		t.Errorf("failure indicator of Test Connection: %s", got)
	}
	if got := write(t, Result{Err: errors.New("secret detail")}); !strings.Contains(got, `"status_code":500`) || strings.Contains(got, "secret detail") {
		t.Errorf("an error nobody foresaw: %s", got)
	}
}

func TestPartialFailureNamesEveryPart(t *testing.T) {
	got := write(t, Result{Command: "Add Agents to Groups", Output: Output{
		RawData: RawOf(json.RawMessage(`{"Results":[]}`)), Done: 1,
		Failed: []fault.Item{{Input: "Group IDs", Value: "7", Err: fault.New(404, "AgentGroup with id 7 not found.")}},
	}})
	for _, want := range []string{
		`"return_data":"Partially Successful","raw_data":{"Results":[]}`, `"status_code":404,"message":"AgentGroup with id 7 not found."`,
		`"items":[{"input":"Group IDs","value":"7","status_code":404,"message":"AgentGroup with id 7 not found."}]`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

// TestUnknownOutcomeOfAPart: the first failure stands for all, and may be worth a
// repeat which an unknown outcome forbids.
func TestUnknownOutcomeOfAPart(t *testing.T) {
	limited := fault.New(429, "Too many requests.").WithHint("Wait.")
	limited.Retryable = true
	unknown := fault.New(504, "Outcome unknown.").WithHint("Look first.")
	unknown.OutcomeUnknown = true
	failed := []fault.Item{{Input: "Group IDs", Value: "7", Err: limited}, {Input: "Group IDs", Value: "8", Err: unknown}}
	for _, r := range []Result{{Output: Output{Done: 1, Failed: failed}}, {Err: limited, Output: Output{Failed: failed[1:]}}} {
		got := write(t, r)
		if want := `"status_code":429,"message":"Too many requests.","category":"rate_limited","retryable":false,"hint":"Wait. Look first."`; !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestSecretsAreTakenOut(t *testing.T) {
	got := write(t, Result{
		Command: "X", Redactor: hiding("CANARY-12345678"), Meta: json.RawMessage(`"CANARY-12345678"`),
		Output: Output{RawData: RawOf(json.RawMessage(`"CANARY-12345678"`)), Table: Table{Caption: "CANARY-12345678"}, ContextData: recordsOf(map[string]string{"a": "CANARY-12345678"})},
	})
	if strings.Contains(got, "CANARY") || strings.Count(got, "[redacted]") != 4 {
		t.Errorf("a secret is in %s", got)
	}
}

// A password may be anything: digits that a number holds too, or a word of ours.
func TestRedactedTextStaysJSON(t *testing.T) {
	got := write(t, Result{
		Command: "X", Redactor: hiding("10000003", "Successful", `back\slash"`, "nabcdefgh"),
		Output: Output{
			RawData: RawOf(
				json.RawMessage(`{"id":1710000003, "a\\":"b\"10000003\"","n":10000003,`),
				json.RawMessage(`"t":[1e5 ,true,10000003],"e":"back\\slash\"","end":"\\","escape":"x\nabcdefgh"}`),
			),
			ContextData: recordsOf(map[string]any{"id": 10000003, "status": "Successful"}),
		},
	})
	for _, want := range []string{
		`"return_data":"Successful"`, `"raw_data":{"id":"[redacted]", "a\\":"b\"[redacted]\"","n":"[redacted]",`,
		`"t":[1e5 ,true,"[redacted]"],"e":"[redacted]","end":"\\","escape":"[redacted]"}`, `"context_data":[{"id":"[redacted]","status":"[redacted]"}]`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

// A password may be a word of the plugin's own, or of the API's.
func TestNamesAreNoSecrets(t *testing.T) {
	f := fault.New(404, "The requests are retryable.")
	f.Retryable = true
	for _, r := range []Result{
		{Command: "List Scans", Err: f},
		{Command: "X", Output: Output{
			RawData:     RawOf(json.RawMessage(`{"requests":"requests","category" : {"not_found":1}}`)),
			ContextData: recordsOf(map[string]string{"category": "x"}), Table: Table{Columns: []string{"a"}, Rows: [][]string{{"b"}}},
			Files: []File{{Name: "requests.csv", Path: "/var/requests.csv"}},
		}},
	} {
		r.Redactor = hiding("requests", "category", "retryable", "not_found", "status_code", "List Scans", "</td><td>")
		got := write(t, r)
		for _, want := range []string{`"stats":{"requests":0,`, `</th></tr></thead>`} {
			if !strings.Contains(got, want) {
				t.Errorf("no %s in %s", want, got)
			}
		}
		wants := []string{`"raw_data":{"requests":"[redacted]","category" : {"not_found":1}}`, `"context_data":[{"category":"x"}]`, `"path":"/var/requests.csv"`}
		if r.Err != nil {
			wants = []string{`"status_code":404`, `"category":"not_found","retryable":true`, `"message":"The [redacted] are [redacted]."`}
		}
		for _, want := range wants {
			if !strings.Contains(got, want) {
				t.Errorf("no %s in %s", want, got)
			}
		}
	}
}

// A folder for files may be called as a key is.
func TestSecretsAreTakenOutOfFiles(t *testing.T) {
	const secret = "can/ary-12345678"
	got := write(t, Result{Command: "X", Redactor: hiding(secret, "plainword"), Output: Output{Files: []File{
		{Name: "plainword.pdf", Path: "/var/" + secret + "/plainword.pdf"},
	}}})
	if !strings.Contains(got, `"name":"plainword.pdf"`) || !strings.Contains(got, `"path":"/var/[redacted]/plainword.pdf"`) {
		t.Errorf("got %s", got)
	}
}

// What a server says goes into the message and, escaped, into the table.
func TestSecretsAreTakenOutOfTheErrorTab(t *testing.T) {
	const secret = `can'ary<1"2\345678>`
	got := write(t, Result{Command: "X", Redactor: hiding(secret), Err: fault.New(400, "The password %s is wrong.", secret)})
	if strings.Contains(got, "ary") || strings.Count(got, "[redacted]") != 2 {
		t.Errorf("a secret is in %s", got)
	}
}

// JSON writes what is beyond 16 bits as a pair.
func TestSecretsAreTakenOutOfPairs(t *testing.T) {
	const secret = `can"ary\12345678😀`
	for _, form := range []string{`can\"ary\\12345678😀`, `can\"ary\\12345678\ud83d\ude00`, `\u0063an\"ary\\12345678\uD83D\uDE00`} {
		got := write(t, Result{Command: "X", Redactor: hiding(secret), Output: Output{RawData: RawOf(json.RawMessage(`{"echo":"` + form + `"}`))}})
		if !strings.Contains(got, `{"echo":"[redacted]"}`) {
			t.Errorf("the secret as %s is in %s", form, got)
		}
	}
}

// A hostile server can echo what it was sent in another form.
func TestSecretsAreTakenOutInEveryForm(t *testing.T) {
	const secret = "can+ary/<12345678>é"
	for name, form := range map[string]string{
		"base64":            base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 for URLs":   base64.RawURLEncoding.EncodeToString([]byte(secret)),
		"base64, 1 further": base64.StdEncoding.EncodeToString([]byte("x" + secret + "yz")),
		"base64, 2 further": base64.StdEncoding.EncodeToString([]byte("xy" + secret + "z")),
		"hex":               hex.EncodeToString([]byte(secret)),
		"HEX":               strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"a query":           url.QueryEscape(secret),
		"a path":            strings.ToLower("can+ary%2F%3C12345678%3E") + "é",
		"JSON":              `can+ary\/\u003c12345678\u003Eé`,
		"JSON in JSON":      `can+ary\\/\\u003c12345678\\u003E\\u00e9`,
		"JSON of it":        `can+ary\\\/\\u003C12345678\\u003e\\u00e9`,
		"JSON, thrice":      `\\\\u0063\\\\u0061n+ary/<12345678>é`,
		"JSON in a URL":     `can+ary%5C%2F%5Cu003c12345678%5Cu003eé`,
		"a JSON pointer":    `can+ary~1<12345678>é`,
		"a path of UTF-8":   `can+ary%2F%3C12345678%3E%c3%a9`,
		"a path of Latin-1": `can+ary%2F%3C12345678%3E%E9`,
		"base64 in JSON":    strings.ReplaceAll(base64.StdEncoding.EncodeToString([]byte(secret)), "/", `\/`),
		"JSON in full":      `\u0063\u0061\u006e\u002b\u0061\u0072\u0079\u002f\u003c\u0031\u0032\u0033\u0034\u0035\u0036\u0037\u0038\u003e\u00e9`,
		"one JSON escape":   `can+ary/<1234567\u0038>é`,
		"HTML":              `&#99;&#x61;n&#43;ary/&lt;12345678&gt;&eacute;`,
		"the URL's":         `%63%61%6e%2b%61%72%79%2f%3c%31%32%33%34%35%36%37%38%3eé`,
		"two in one":        `cancan+ary/%3C12345678%3E&eacute;n+ary`,
		"as it is":          secret,
		"upper case":        strings.ToUpper(secret),
	} {
		got := write(t, Result{Command: "X", Redactor: hiding(secret), Output: Output{RawData: RawOf(json.RawMessage(`{"echo":"` + form + `"}`))}})
		inside := form[5 : len(form)-5]
		if strings.Contains(got, inside) || !strings.Contains(got, "[redacted]") {
			t.Errorf("the secret as %s is in %s", name, got)
		}
	}
}

// TestNoPartOfASecretStaysWhereATextIsCut: the secret goes before the cut.
func TestNoPartOfASecretStaysWhereATextIsCut(t *testing.T) {
	const secret = "CANARY-12345678-CANARY"
	for size := redact.MaxShortLine - len(secret); size <= redact.MaxShortLine; size++ {
		text := strings.Repeat("z", size) + secret
		f := fault.New(400, "%s", text).WithHint("%s", text)
		f.RequestID, f.Items = text, []fault.Item{{Input: text, Value: text, Err: f}, {Err: f}}
		got := write(t, Result{Command: "X", Redactor: hiding(secret), Err: f})
		got += write(t, Result{Command: "X", Redactor: hiding(secret), Output: Output{Table: Table{Caption: text, Columns: []string{text}, Rows: [][]string{{text}}}}})
		if strings.Contains(got, "CAN") {
			t.Errorf("after %d bytes, a part of the secret is in %s", size, got)
		}
	}
}

// TestQuotesAreCutAfterTheSecretsAreGone: of a name that is quoted, in a message and in a
// warning, wherever the secret in it stands.
func TestQuotesAreCutAfterTheSecretsAreGone(t *testing.T) {
	const secret = `CANARY-"12345678"-CANARY`
	for _, form := range []string{secret, strings.ToLower(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
		for before := range fault.MaxQuote + 4 {
			name := strings.Repeat("z", before) + form + strings.Repeat("z", 40)
			f := fault.New(400, `Unknown input %q. Did you mean "x"?`, fault.Quote(name))
			f.Items = []fault.Item{{Input: name, Value: name, Err: f}, {Err: f}}
			got := write(t, Result{Command: "X", Redactor: hiding(secret), Err: f})
			output := Output{Done: 1, Failed: f.Items}
			output.Warn("unknown_filter", "Unknown filter %q; it was sent.", fault.Quote(name))
			got += write(t, Result{Command: "X", Redactor: hiding(secret), Output: output})
			if strings.Contains(got, form[:8]) || !strings.Contains(got, `Did you mean \"x\"?`) || !strings.Contains(got, "it was sent.") {
				t.Errorf("after %d bytes, %s is in %s", before, form, got)
			}
		}
	}
}

// TestWarningsAreOneLine: a name in a warning turns nothing around, and a list in one
// is not cut.
func TestWarningsAreOneLine(t *testing.T) {
	list := strings.Repeat("1234567, ", redact.MaxShortLine/4)
	output := Output{Warnings: []Warning{{Code: "ambiguous_name", Message: "The name \u202etxt\nb belongs to: " + list + "8."}}}
	got := write(t, Result{Command: "X", Output: output})
	if want := `"message":"The name txt b belongs to: ` + list + `8."`; !strings.Contains(got, want) || strings.Contains(got, "\u202e") {
		t.Errorf("no %s in %s", want, got)
	}
}

func TestInlineFile(t *testing.T) {
	content := bytes.Repeat([]byte{0, 1, 0xff, '"'}, 100_001)
	got := write(t, Result{Command: "X", Output: Output{Files: []File{
		{Name: "a \"b\".pdf", MediaType: "application/pdf", Size: int64(len(content)), Content: bytes.NewReader(content)},
		{Name: "c.csv", MediaType: "text/csv", Path: "/var/soar/c.csv"},
	}}})
	var r struct {
		Files []struct {
			Name    string `json:"name"`
			Path    string `json:"path"`
			Content string `json:"content_base64"`
		} `json:"files"`
	}
	if err := json.Unmarshal([]byte(got), &r); err != nil || len(r.Files) != 2 {
		t.Fatalf("%v: %.300s", err, got)
	}
	decoded, err := base64.StdEncoding.DecodeString(r.Files[0].Content)
	if err != nil || !bytes.Equal(decoded, content) || r.Files[1].Path != "/var/soar/c.csv" || r.Files[1].Content != "" {
		t.Errorf("the content changed: %v", err)
	}
}

// recordsOf are the given records.
func recordsOf(records ...any) Records {
	var r Records
	for _, record := range records {
		r.Add(record)
	}
	return r
}
