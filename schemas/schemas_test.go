package schemas

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/values"
)

// keys lists the commands by their schema files.
func keys(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob("*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for i, name := range names {
		names[i] = strings.TrimSuffix(name, ".json")
	}
	return names
}

// TestMissingSchemaPanics wants a fault, which the run tells in its envelope without a stack (FAULTS row 23).
func TestMissingSchemaPanics(t *testing.T) {
	defer func() {
		if f, ok := recover().(*fault.Error); !ok || f.Status != 500 || !strings.Contains(f.Message, "nothing") {
			t.Errorf("the panic is %v", f)
		}
	}()
	Load("nothing")
}

// TestSchemasAreWhole checks that each schema compiles, is closed and bounded, and describes every input.
func TestSchemasAreWhole(t *testing.T) {
	for _, key := range keys(t) {
		t.Run(key, func(t *testing.T) {
			d := Load(key)
			if _, err := Compile(key, d.raw); err != nil {
				t.Fatal(err)
			}
			output := d.Output()
			if _, err := Compile(key+"_output", output); err != nil {
				t.Fatal(err)
			}
			about := d.Command
			if d.Title == "" || d.Description == "" || len(d.Examples) == 0 {
				t.Error("title, description and examples must all be there")
			}
			if about.Role == "" || len(about.Calls) == 0 || about.Returns == "" {
				t.Error("role, calls and returns must all be there")
			}
			if !strings.HasPrefix(about.Reference, "https://developer.tenable.com/reference/") {
				t.Errorf("reference %q is not a page of Tenable's", about.Reference)
			}
			if !about.ReadOnly && about.Hints["unknown_outcome"] == "" {
				t.Error("a command that changes state needs the hint unknown_outcome")
			}
			var root struct {
				Additional *bool `json:"additionalProperties"`
			}
			if err := json.Unmarshal(d.raw, &root); err != nil || root.Additional == nil || *root.Additional {
				t.Error("the schema is not closed")
			}
			for name, property := range d.Properties {
				checkProperty(t, d, name, property)
			}
			for i, example := range d.Examples {
				var given map[string]json.RawMessage
				if err := json.Unmarshal(example, &given); err != nil {
					t.Fatal(err)
				}
				var any map[string]any
				if err := d.Decode(given, &any); err != nil {
					t.Errorf("example %d: %v", i, err)
				}
				holds(t, d.raw, example)
			}
		})
	}
}

func checkProperty(t *testing.T, d *Document, name string, p *Property) {
	t.Helper()
	if p.Title == "" || p.Description == "" || len(p.Type) == 0 || len(p.Examples) == 0 {
		t.Errorf("%s: title, description, type and examples must all be there", name)
		return
	}
	if got := strings.ReplaceAll(strings.ToLower(p.Title), " ", "_"); got != name {
		t.Errorf("%s: the title %q belongs to the key %s", name, p.Title, got)
	}
	for _, item := range []*Property{p, p.Items} {
		if item == nil {
			continue
		}
		if len(item.Type) > 0 && item.Type[0] == "string" && item.MaxLength == 0 && len(item.Enum) == 0 {
			t.Errorf("%s: a text needs maxLength", name)
		}
		if len(item.Type) > 0 && item.Type[0] == "array" && item.MaxItems == 0 {
			t.Errorf("%s: a list needs maxItems", name)
		}
	}
	node := d.at([]string{"properties", name})
	text, err := json.Marshal(node)
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range p.Examples {
		holds(t, text, example)
	}
	for _, word := range []string{"pattern", "format", "anyOf"} {
		if _, there := node.(map[string]any)[word]; there && p.Why == "" && !p.Time {
			t.Errorf("%s: %s needs x-why, to say what a valid value is", name, word)
		}
	}
}

// holds checks an example against the schema alone, without the conversions of Decode.
// Other readers of the schema validate that way.
func holds(t *testing.T, schema, example []byte) {
	t.Helper()
	compiled, err := Compile("example", schema)
	if err != nil {
		t.Fatal(err)
	}
	value, err := decodeAny(example)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Errorf("the example %s does not follow its own schema: %v", example, err)
	}
}

func TestEnvelopesCompile(t *testing.T) {
	for _, name := range []string{"request", "result"} {
		if _, err := Compile(name, Envelope(name)); err != nil {
			t.Error(err)
		}
	}
}

// probe returns a document with one input of each kind.
func probe(t *testing.T) *Document {
	t.Helper()
	text := []byte(`{
		"type": "object", "title": "Probe", "additionalProperties": false, "required": ["scan_id"],
		"properties": {
			"scan_id": {"title": "Scan ID", "type": ["string", "integer"], "pattern": "^[1-9][0-9]{0,18}$", "x-why": "Give a number."},
			"limit": {"title": "Limit", "type": "integer", "minimum": 1, "maximum": 5000, "default": 50},
			"score": {"title": "Score", "type": "number", "minimum": 0},
			"deep": {"title": "Deep", "type": "boolean"},
			"format": {"title": "Format", "type": "string", "enum": ["Nessus", "HTML"], "x-labels": {"HTML (Need Chapters parameter)": "HTML"}},
			"chapters": {"title": "Chapters", "type": "string", "maxLength": 20},
			"names": {"title": "Names", "type": "array", "maxItems": 3, "items": {"type": "string", "maxLength": 5}},
			"cves": {"title": "CVEs", "type": "array", "items": {"type": "string", "pattern": "^CVE-", "maxLength": 5, "x-why": "Give a CVE."}},
			"ids": {"title": "IDs", "type": "array", "items": {"type": "integer", "minimum": 1}},
			"filters": {"title": "Filters", "type": "object"},
			"since": {"title": "Since", "type": ["string", "number"], "format": "moment", "x-time": true},
			"address": {"title": "Asset IP", "type": "string", "format": "ipv4", "x-ip": true},
			"password": {"title": "Password", "type": "string", "maxLength": 10, "writeOnly": true}
		},
		"allOf": [{"if": {"properties": {"format": {"const": "HTML"}}, "required": ["format"]}, "then": {"required": ["chapters"]}, "x-message": "HTML needs it."}],
		"not": {"required": ["names", "ids"]}
	}`)
	return parse("probe", text)
}

func decodeProbe(t *testing.T, inputs string) (map[string]any, error) {
	t.Helper()
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(inputs), &given); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	err := probe(t).Decode(given, &got)
	return got, err
}

// TestNormalises checks the conversion of what platforms' forms send.
func TestNormalises(t *testing.T) {
	for _, tt := range []struct{ inputs, want string }{
		{`{"scan_id":32}`, `{"limit":50,"scan_id":"32"}`},
		{`{"SCAN ID":" 32 ","limit":null,"score":"","names":[],"deep":"  "}`, `{"limit":50,"scan_id":"32"}`},
		{`{"Scan ID":"32","Limit":"5","Score":"7.5","deep":"True"}`, `{"deep":true,"limit":5,"scan_id":"32","score":7.5}`},
		{`{"scan_id":32.0,"limit":5.0}`, `{"limit":5,"scan_id":"32"}`},
		{`{"scan_id":1,"score":-0.0}`, `{"limit":50,"scan_id":"1","score":0}`},
		{`{"scan_id":1,"score":"-0"}`, `{"limit":50,"scan_id":"1","score":0}`},
		{`{"scan_id":9007199254740993}`, `{"limit":50,"scan_id":"9007199254740993"}`},
		{`{"scan_id":1,"format":"html (need chapters parameter)","chapters":"a"}`, `{"chapters":"a","format":"HTML","limit":50,"scan_id":"1"}`},
		{`{"scan_id":1,"format":"NESSUS"}`, `{"format":"Nessus","limit":50,"scan_id":"1"}`},
		{`{"scan_id":1,"names":"[\"a\", \"b\"]"}`, `{"limit":50,"names":["a","b"],"scan_id":"1"}`},
		{`{"scan_id":1,"names":" a "}`, `{"limit":50,"names":["a"],"scan_id":"1"}`},
		{`{"scan_id":1,"names":7}`, `{"limit":50,"names":["7"],"scan_id":"1"}`},
		{`{"scan_id":1,"ids":"12"}`, `{"ids":[12],"limit":50,"scan_id":"1"}`},
		{`{"scan_id":1,"ids":["12",13]}`, `{"ids":[12,13],"limit":50,"scan_id":"1"}`},
		{`{"scan_id":1,"filters":"{\"state\":[\"OPEN\"]}"}`, `{"filters":{"state":["OPEN"]},"limit":50,"scan_id":"1"}`},
		{`{"scan_id":1,"since":"2020-07-29"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T00:00:00Z"}`},
		{`{"scan_id":1,"since":"2020-07-29 12:30"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T12:30:00Z"}`},
		{`{"scan_id":1,"since":"2020-07-29 12:30:45"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T12:30:45Z"}`},
		{`{"scan_id":1,"since":"2020-07-29T12:30:45+02:00"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T10:30:45Z"}`},
		{`{"scan_id":1,"since":"2020-07-29 12:30:45Z"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T12:30:45Z"}`},
		{`{"scan_id":1,"since":"2020-07-29 12:30:45.5+02:00"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T10:30:45Z"}`},
		{`{"scan_id":1,"since":"2020-07-29T12:30z"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T12:30:00Z"}`},
		{`{"scan_id":1,"since":1595980800}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T00:00:00Z"}`},
		{`{"scan_id":1,"since":"1595980800"}`, `{"limit":50,"scan_id":"1","since":"2020-07-29T00:00:00Z"}`},
	} {
		got, err := decodeProbe(t, tt.inputs)
		text, _ := json.Marshal(got)
		if err != nil || string(text) != tt.want {
			t.Errorf("%s\n got %s, %v\nwant %s", tt.inputs, text, err, tt.want)
		}
	}
}

func notMoment(given string) string {
	return "The value for parameter (Since) is invalid. It must be a time: " + values.MomentForms + ". Given: " + given +
		"."
}

func TestViolations(t *testing.T) {
	for _, tt := range []struct{ inputs, want string }{
		{`{}`, "The parameter (Scan ID) is required."},
		{`{"scan_id":null}`, "The parameter (Scan ID) is required."},
		{`{"scan_id":"../x"}`, `The value for parameter (Scan ID) is invalid. Give a number. Given: "../x".`},
		{`{"scan_id":1e2}`, `The value for parameter (Scan ID) is invalid. Give a number. Given: "1e2".`},
		{`{"scan_id":1.5}`, `The value for parameter (Scan ID) is invalid. Give a number. Given: "1.5".`},
		{`{"scan_id":-1.0}`, `The value for parameter (Scan ID) is invalid. Give a number. Given: "-1.0".`},
		{`{"scan_id":true}`, `The value for parameter (Scan ID) is invalid. Give a number. Given: true.`},
		{`{"scan_id":{"a":1}}`, "The value for parameter (Scan ID) is invalid. Give a number."},
		{`{"scan_id":1,"limit":0}`, `The value for parameter (Limit) is invalid. It must be at least 1. Given: 0.`},
		{`{"scan_id":1,"limit":5001}`, `The value for parameter (Limit) is invalid. It must be at most 5000. Given: 5001.`},
		{`{"scan_id":1,"limit":1e2}`, `The value for parameter (Limit) is invalid. It must be a whole number. Given: "1e2".`},
		{`{"scan_id":1,"limit":"many"}`, `The value for parameter (Limit) is invalid. It must be a whole number. Given: "many".`},
		{`{"scan_id":1,"deep":"perhaps"}`, `The value for parameter (Deep) is invalid. It must be true or false. Given: "perhaps".`},
		{`{"scan_id":1,"format":"HTLM"}`, `The value for parameter (Format) is invalid. It must be one of: Nessus, HTML. Did you mean "HTML"? Given: "HTLM".`},
		{`{"scan_id":1,"format":"HTML"}`, "The parameter (Chapters) is required. HTML needs it."},
		{`{"scan_id":1,"names":["a","b","c","d"]}`, "The value for parameter (Names) is invalid. It must have at most 3 values."},
		{`{"scan_id":1,"ids":[1,"x"]}`, `The value for parameter (IDs) is invalid. Value 2 of the list, "x": It must be a whole number.`},
		{`{"scan_id":1,"names":"['a', 'b']"}`, `The value for parameter (Names) is invalid. It must be a list in JSON, such as ["a", "b"]. Its text is not valid JSON: a single quote stands where JSON takes a double quote at byte 1 (line 1, column 2). Given: "['a', 'b']".`},
		{`{"scan_id":1,"ids":"[1, 2"}`, `The value for parameter (IDs) is invalid. It must be a list in JSON, such as ["a", "b"]. Its text is not valid JSON: the text ends too early at byte 5 (line 1, column 6). Given: "[1, 2".`},
		{`{"scan_id":1,"ids":["1, 2"]}`, `The value for parameter (IDs) is invalid. Value 1 of the list, "1, 2": It must be a whole number. Several values are a list in JSON, such as ["a", "b"].`},
		{`{"scan_id":1,"filters":[1]}`, "The value for parameter (Filters) is invalid. It must be a JSON object. Given: [1]."},
		{`{"scan_id":1,"since":"2021-02-30"}`, notMoment(`"2021-02-30"`)},
		{`{"scan_id":1,"since":"2021-02-28T24:00:00Z"}`, notMoment(`"2021-02-28T24:00:00Z"`)},
		{`{"scan_id":1,"since":"2021-02-30 00:00Z"}`, notMoment(`"2021-02-30 00:00Z"`)},
		{`{"scan_id":1,"address":"1.2.3.456"}`, "The Asset IP 1.2.3.456 is invalid IP Address."},
		{`{"scan_id":1,"address":"192.0.2.1\u200b"}`, `The Asset IP 192.0.2.1\u200b is invalid IP Address.`},
		{`{"limit":0,"deep":7}`, "The parameter (Scan ID) is required. The value for parameter (Deep) is invalid. It must be true or false. Given: 7. The value for parameter (Limit) is invalid. It must be at least 1. Given: 0."},
		{`{"scan_id":1,"Limt":5}`, `Unknown input "Limt". Did you mean "Limit"?`},
		{`{"scan_id":1,"Scan ID":2}`, `The parameter (Scan ID) is given twice, as "Scan ID" and as "scan_id".`},
		{`{"scan_id":1,"password":"CANARY-CANARY"}`, "The value for parameter (Password) is invalid. It must have at most 10 characters."},
	} {
		for range 3 { // the validator finds violations in random order
			_, err := decodeProbe(t, tt.inputs)
			if f := fault.From(err); f == nil || f.Status != 400 || f.Message != tt.want {
				t.Errorf("%s\n got %v\nwant %s", tt.inputs, f, tt.want)
			} else if text, _ := json.Marshal(f.Items); strings.Contains(string(text), "CANARY") {
				t.Errorf("%s: the items quote a secret: %s", tt.inputs, text)
			}
		}
	}
}

// TestSecrets checks that Secrets finds a secret input in every spelling, and returns the value as it is sent.
func TestSecrets(t *testing.T) {
	for given, want := range map[string]string{
		`{"password":"canary-canary"}`:      "canary-canary",
		`{"PASSWORD":" canary-canary\n"}`:   "canary-canary",
		`{"password":1234567890}`:           "1234567890",
		`{"password":"short"}`:              "short",
		`{"password":" "}`:                  "",
		`{"password":null}`:                 "",
		`{"chapters":"no-secret-at-all"}`:   "",
		`{"password":{"a":"canary-12345"}}`: "",
	} {
		var inputs map[string]json.RawMessage
		if err := json.Unmarshal([]byte(given), &inputs); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(probe(t).Secrets(inputs), " "); got != want {
			t.Errorf("the secrets of %s are %q, want %q", given, got, want)
		}
	}
}

// TestManyViolations checks that a long list of wrong values is refused before a platform gives up.
// A list that is too long is refused without a look at its values.
func TestManyViolations(t *testing.T) {
	for _, tt := range []struct {
		inputs, want string
		items        int
	}{
		{`{"scan_id":1,"ids":["x"` + strings.Repeat(`,"x"`, 99) + `]}`, "(IDs) is invalid. Value 1 of the list, ", 100},
		{`{"scan_id":1,"cves":["x-too-long"` + strings.Repeat(`,"x-too-long"`, 9_999) + `]}`, "(CVEs) is invalid. Value 1 of the list, \"x-too-long\": Give a CVE.", 10_000},
		{`{"scan_id":1,"names":["toolong"` + strings.Repeat(`,"toolong"`, 99_999) + `]}`, "(Names) is invalid. It must have at most 3 values.", 1},
	} {
		start := time.Now()
		_, err := decodeProbe(t, tt.inputs)
		f := fault.From(err)
		if f == nil || !strings.Contains(f.Message, tt.want) || len(f.Items) != tt.items {
			t.Errorf("%.40s: %.200v, want %q and %d items", tt.inputs, f, tt.want, tt.items)
		}
		if spent := time.Since(start); spent > time.Minute {
			t.Errorf("%.40s took %v", tt.inputs, spent)
		}
	}
}

// TestSuggestionsHaveOneOrder checks that the same mistake is answered with the same words each time.
func TestSuggestionsHaveOneOrder(t *testing.T) {
	for range 20 {
		refuses(t, "get_scan_details", map[string]string{`{"id":1}`: `Did you mean "History ID" or "Scan ID"?`})
	}
}

// TestNothingIsCompiledBeforeDecode checks that Load compiles nothing.
// The list of commands loads all schemas; compiling them would cost more than a small command.
func TestNothingIsCompiledBeforeDecode(t *testing.T) {
	d := parse("probe", []byte(`{"title": "Probe", "type": "no such type"}`))
	err := d.Decode(nil, &map[string]any{})
	if f := fault.From(err); f == nil || f.Status != 500 || f.Message != "The schema of probe does not compile." {
		t.Errorf("%v, want the fault that the schema does not compile", err)
	}
}

// TestOneSchemaIsCompiled checks that a command compiles its own schema once, and no other.
// The count of allocations shows it, because one compilation makes most of them.
func TestOneSchemaIsCompiled(t *testing.T) {
	const (
		key  = "get_scan_status"
		runs = 5
	)
	raw, err := files.ReadFile(key + ".json")
	if err != nil {
		t.Fatal(err)
	}
	one := testing.AllocsPerRun(runs, func() {
		if _, err := Compile(key, raw); err != nil {
			t.Error(err)
		}
	})
	all := testing.AllocsPerRun(runs, func() {
		d := Load(key)
		var inputs map[string]any
		if err := d.Decode(map[string]json.RawMessage{"scan_id": json.RawMessage("32")}, &inputs); err != nil {
			t.Error(err)
		}
	})
	t.Logf("%.0f allocations, of which %.0f compile the schema", all, one)
	if all < one || all > 1.9*one {
		t.Errorf("loading and decoding allocates %.0f times, want between %.0f and 1.9 times that", all, one)
	}
}

// TestSizeOf checks that characters of HTML count as one byte each, not as their escapes.
func TestSizeOf(t *testing.T) {
	want := len(`{"a":"<&>"}`)
	if got := sizeOf(map[string]any{"a": "<&>"}); got != want {
		t.Errorf("got %d, want %d", got, want)
	}
}
