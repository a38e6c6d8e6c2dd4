package schemas

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"tenableio/internal/fault"
)

// loaded are the schemas that were used, by key: to compile one takes far longer than to use it.
var loaded = map[string]*Document{}

// decodeInputs decodes the inputs of a command at a fixed moment.
func decodeInputs(t *testing.T, key, inputs string) (string, *fault.Error) {
	t.Helper()
	d := loaded[key]
	if d == nil {
		d = Load(key)
		d.now = func() time.Time { return time.Date(2024, 3, 31, 12, 0, 0, 0, time.UTC) }
		loaded[key] = d
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal([]byte(inputs), &given); err != nil {
		t.Fatal(err)
	}
	got := map[string]json.RawMessage{}
	err := d.Decode(given, &got)
	for _, name := range []string{"scan_id", "asset_ip", "assets_number", "include_unlicensed", "group_ids", "export_uuid", "report_format"} {
		delete(got, name)
	}
	text, _ := json.Marshal(got) // of JSON
	return string(text), fault.From(err)
}

func decodesTo(t *testing.T, key string, tests map[string]string) {
	t.Helper()
	for inputs, want := range tests {
		if got, f := decodeInputs(t, key, inputs); f != nil || got != want {
			t.Errorf("%s\n got %s, %v\nwant %s", inputs, got, f, want)
		}
	}
}

func refuses(t *testing.T, key string, tests map[string]string) {
	t.Helper()
	for inputs, want := range tests {
		got, f := decodeInputs(t, key, inputs)
		if f == nil || f.Status != 400 || !strings.Contains(f.Message, want) || f.Hint == "" {
			t.Errorf("%s\n got %s, %v\nwant 400 with %s and a hint", inputs, got, f, want)
		}
	}
}

// filtersOf are the inputs of Export Vulnerabilities with a Filters Object.
func filtersOf(filters string) string {
	return `{"asset_ip":"192.0.2.1","filters_object":` + filters + `}`
}

func exportsWith(t *testing.T, tests map[string]string) {
	t.Helper()
	whole := map[string]string{}
	for filters, want := range tests {
		whole[filtersOf(filters)] = `{"filters_object":` + want + `}`
	}
	decodesTo(t, "export_vulnerabilities", whole)
}

// TestC2OneTextForAList (row C2): it is split at commas, semicolons and line breaks; a list stays as it is.
func TestC2OneTextForAList(t *testing.T) {
	decodesTo(t, "add_agents_to_groups", map[string]string{
		`{"group_ids":"101","agent_ids":"2000001, 2000002"}`:              `{"agent_ids":["2000001","2000002"]}`,
		`{"group_ids":"101;102","agent_ids":"2000001;2000002\n2000003;"}`: `{"agent_ids":["2000001","2000002","2000003"]}`,
		`{"group_ids":101,"agent_ids":2000001}`:                           `{"agent_ids":["2000001"]}`,
		`{"group_ids":101,"agent_names":"web-01, web-02;\r\nweb 03"}`:     `{"agent_names":["web-01","web-02","web 03"]}`,
		`{"group_ids":101,"agent_names":["Smith, John"]}`:                 `{"agent_names":["Smith, John"]}`,
		`{"group_ids":101,"agent_names":"[\"Smith, John\"]"}`:             `{"agent_names":["Smith, John"]}`,
	})
	decodesTo(t, "query_vulnerability_details", map[string]string{
		`{"cves":"CVE-2023-1637;cve-2008-5161"}`:                          `{"cves":["CVE-2023-1637","CVE-2008-5161"]}`,
		`{"host_names_or_ips":"192.0.2.1, 2001:db8::1\nweb.example.com"}`: `{"host_names_or_ips":["192.0.2.1","2001:db8::1","web.example.com"]}`,
	})
	refuses(t, "add_agents_to_groups", map[string]string{
		`{"group_ids":101,"agent_ids":"2000001, x"}`:                              `Value 2 of the list, "x": It must be an agent's number`,
		`{"group_ids":101,"agent_ids":["2000001, 3"]}`:                            `Several values are a list in JSON`,
		`{"group_ids":101,"agent_names":"['a', 'b']"}`:                            "a single quote stands where JSON takes a double quote",
		`{"group_ids":101,"agent_names":"[\"a\", ]"}`:                             "a trailing comma stands before a closing bracket",
		`{"group_ids":101,"agent_names":"` + strings.Repeat("x;", 200_000) + `"}`: "It must have at most 1000 values.",
	})
}

// TestC2LettersAreNoSeparators (row C2): an escaped letter does not count as one when values are counted.
func TestC2LettersAreNoSeparators(t *testing.T) {
	name := `"` + strings.Repeat(`\u00e4`, 200) + `"`
	inputs := `{"group_ids":101,"agent_names":[` + name + strings.Repeat(","+name, 999) + `]}`
	if _, f := decodeInputs(t, "add_agents_to_groups", inputs); f != nil {
		t.Errorf("1,000 names: %.200s", f.Message)
	}
}

// TestC3HostsThatAreNone (row C3): they are refused by name, and a range is taken only where Tenable takes one.
func TestC3HostsThatAreNone(t *testing.T) {
	for _, wrong := range []string{
		"192.0.2.999", "https://192.0.2.1", "192.0.2.1/33", "192.0.2.1:443", "192.0.2", "192.0.2.1.", "010.1.1.1", "192.0.2.9-192.0.2.1",
		"192.0.2.1-300", "192.0.2.1-9", "web 01", "web-01.example.com/path", "user@web-01", "-web", "web_.example.", "*.example.com", "[2001:db8::1]",
		"fe80::1%eth0", "2001:db8::/129", "0xc0000201", "3221225985", "web..example.com", strings.Repeat("x", 64),
	} {
		refuses(t, "query_vulnerability_details", map[string]string{`{"host_names_or_ips":["192.0.2.1","` + wrong + `"]}`: `Value 2 of the list, "` + wrong})
		refuses(t, "launch_scan", map[string]string{`{"scan_id":1,"targets":["` + wrong + `"]}`: `"` + wrong})
		refuses(t, "get_vulnerabilities_by_asset", map[string]string{`{"target":"` + wrong + `"}`: "The Target " + wrong})
		refuses(t, "export_vulnerabilities", map[string]string{`{"asset_ip":"` + wrong + `"}`: "The Asset IP " + wrong + " is invalid IP Address."})
		refuses(t, "list_agents", map[string]string{`{"ip":"` + wrong + `"}`: "The IP " + wrong + " is invalid IP Address."})
	}
	for _, network := range []string{"192.0.2.0/24", "192.0.2.1-192.0.2.9", "2001:db8::/32"} {
		decodesTo(t, "query_vulnerability_details", map[string]string{`{"host_names_or_ips":["` + network + `"]}`: `{"host_names_or_ips":["` + network + `"]}`})
		refuses(t, "get_vulnerabilities_by_asset", map[string]string{`{"target":"` + network + `"}`: "The Target " + network + " is invalid IP Address."})
		refuses(t, "list_agents", map[string]string{`{"ip":"` + network + `"}`: "is invalid IP Address."})
	}
}

// TestC5TimesInFilters (row C5): every form of a time becomes Unix seconds, and what is none is refused.
func TestC5TimesInFilters(t *testing.T) {
	for _, name := range []string{"since", "first_found", "first_seen", "last_found", "last_seen", "last_fixed", "indexed_at", "resurfaced_date"} {
		for form, want := range map[string]string{
			`"2024-01-01"`: "1704067200", `"1704067200"`: "1704067200", `1704067200000`: "1704067200", `1704067200.0`: "1704067200",
			`"1704067200000"`: "1704067200", `1704067200`: "1704067200", `1.7040672e9`: "1704067200", `"1704067200.9"`: "1704067200",
			`"2024-01-01T05:30:00+0530"`: "1704067200", `"2024-01-01T00:00:00Z"`: "1704067200", `["2024-01-01"]`: "1704067200",
			`"now"`: "1711886400", `"7 days"`: "1711281600", `"24 hours ago"`: "1711800000", `0`: "0", `"0001-01-01T00:00:00"`: "0",
		} {
			exportsWith(t, map[string]string{`{"` + name + `":` + form + `}`: `{"` + name + `":` + want + `}`})
		}
		for _, wrong := range []string{`"soon"`, `20240101`, `17040672000`, `1704067200000000`, `-1`, `"2024-02-30"`, `"01/02/2024"`, `true`, `{"gte":1}`, `1e2`, `[1,2]`} {
			refuses(t, "export_vulnerabilities", map[string]string{filtersOf(`{"` + name + `":` + wrong + `}`): "(Filters Object) is invalid. " + name + ": It "})
		}
	}
	decodesTo(t, "list_scans", map[string]string{
		`{"last_scan_run_date":1704067200000}`:               `{"last_scan_run_date":"2024-01-01T00:00:00Z"}`,
		`{"last_scan_run_date":"2024-01-01 05:30:00 +0530"}`: `{"last_scan_run_date":"2024-01-01T00:00:00Z"}`,
		`{"last_scan_run_date":"7 days"}`:                    `{"last_scan_run_date":"2024-03-24T12:00:00Z"}`,
		`{"last_scan_run_date":1704067200.5}`:                `{"last_scan_run_date":"2024-01-01T00:00:00Z"}`,
	})
	refuses(t, "list_scans", map[string]string{`{"last_scan_run_date":"yesterday-ish"}`: `Given: "yesterday-ish".`})
	refuses(t, "export_vulnerabilities", map[string]string{
		filtersOf(`{"since":1704067200,"last_found":1704067200}`): "The filter since cannot be combined with",
	})
}

// TestC6BlankFilters (row C6): they are dropped as blank inputs are.
func TestC6BlankFilters(t *testing.T) {
	exportsWith(t, map[string]string{
		`{"last_found":null,"state":null,"severity":""}`:               `{}`,
		`{"vpr_score":{"gte":null},"tag.Location":[],"plugin_id":" "}`: `{}`,
		`{"new_filter":null,"other":"","kept":0}`:                      `{"kept":0}`,
		`{"severity":["high"],"state":[]}`:                             `{"severity":["high"]}`,
	})
	refuses(t, "export_vulnerabilities", map[string]string{filtersOf(`{"severity":["high",null]}`): "severity: Value 2 of the list"})
}

// TestC7OneValueForAList (row C7): of every list filter of Tenable's, and of tags.
func TestC7OneValueForAList(t *testing.T) {
	exportsWith(t, map[string]string{
		`{"severity":"high"}`:                       `{"severity":["high"]}`,
		`{"tag.Location":"HQ"}`:                     `{"tag.Location":["HQ"]}`,
		`{"Tag.Location":"HQ; Berlin"}`:             `{"tag.Location":["HQ","Berlin"]}`,
		`{"tag.Location":["Berlin, Mitte"]}`:        `{"tag.Location":["Berlin, Mitte"]}`,
		`{"plugin_id":19506}`:                       `{"plugin_id":[19506]}`,
		`{"plugin_id":"19506, 51192"}`:              `{"plugin_id":[19506,51192]}`,
		`{"Severity":"Critical Severity, HIGH"}`:    `{"severity":["critical","high"]}`,
		`{"state":["open","New","resurfaced"]}`:     `{"state":["OPEN","REOPENED"]}`,
		`{"severity-modification-type":"accepted"}`: `{"severity_modification_type":["ACCEPTED"]}`,
		`{"cve_id":"cve-2023-1637"}`:                `{"cve_id":["CVE-2023-1637"]}`,
		`{"plugin_family":"Windows","source":"AGENT","cve_category":"ransomware","exploit_maturity":"poc"}`: `{"cve_category":["ransomware"],"exploit_maturity":["poc"],"plugin_family":["Windows"],"source":["AGENT"]}`,
		`{"scan_uuid":["00000000-0000-0000-0000-00000000000A"],"zero_day":"True"}`:                          `{"scan_uuid":"00000000-0000-0000-0000-00000000000a","zero_day":true}`,
		`{"vpr_score":{"gte":"7.0","eq":[]}}`:                                                               `{"vpr_score":{"gte":7}}`,
		`"{\"severity\": \"high\"}"`:                                                                        `{"severity":["high"]}`,
		`{"score":9007199254740993,"new":["x"]}`:                                                            `{"new":["x"],"score":9007199254740993}`,
	})
	refuses(t, "export_vulnerabilities", map[string]string{
		filtersOf(`{"severity":"hgih"}`):                  `severity: Value 1 of the list, "hgih": It must be one of: info, low, medium, high, critical. Did you mean "high"?`,
		filtersOf(`{"state":"CLOSED"}`):                   `state: Value 1 of the list, "CLOSED": It must be one of: OPEN, REOPENED, FIXED.`,
		filtersOf(`{"plugin_id":"many"}`):                 `plugin_id: Value 1 of the list, "many": It must be a plugin's number`,
		filtersOf(`{"vpr_score":{"gte":11}}`):             "vpr_score: gte: It must be at most 10. Given: 11.",
		filtersOf(`{"vpr_score":{"eq":[7],"gte":5}}`):     "vpr_score: eq cannot be combined with gt, gte, lt and lte",
		filtersOf(`{"epss_score":{"neq":"5, 101"}}`):      `epss_score: neq: Value 2 of the list, 101: It must be at most 100.`,
		filtersOf(`{"plugin_family":["Windows",""]}`):     `plugin_family: Value 2 of the list, "": It must not be blank.`,
		filtersOf(`{"vpr_score":7}`):                      `vpr_score: It must be an object of some of gte`,
		filtersOf(`{"vpr_score":{"min":7}}`):              `vpr_score: It must be an object of some of gte`,
		filtersOf(`{"severity":"high","Severity":"low"}`): "The member severity is given twice.",
		filtersOf(`"{'severity': 'high'}"`):               "a single quote stands where JSON takes a double quote",
	})
}

// TestC8NoMinimum (row C8): a score of 0 asks for nothing, and nothing is sent.
func TestC8NoMinimum(t *testing.T) {
	for _, zero := range []string{`0`, `0.0`, `"0"`, `"0.0"`, `-0`, `[0]`, `0.00`} {
		decodesTo(t, "query_vulnerability_details", map[string]string{`{"vpr_score":` + zero + `}`: `{}`})
		exportsWith(t, map[string]string{`{"vpr_score":{"gte":` + zero + `}}`: `{}`, `{"vpr_score":{"gte":` + zero + `,"lte":9}}`: `{"vpr_score":{"lte":9}}`})
	}
	decodesTo(t, "query_vulnerability_details", map[string]string{`{"vpr_score":"0.1"}`: `{"vpr_score":0.1}`})
	refuses(t, "query_vulnerability_details", map[string]string{`{"vpr_score":10.1}`: "Given: 10.1."})
}

// TestC9Chapters (row C9): a list, and a text with spaces and any separator.
func TestC9Chapters(t *testing.T) {
	for _, form := range []string{
		`["vuln_by_host","remediations"]`, `"vuln_by_host; remediations"`, `"vuln_by_host,remediations"`, `"vuln_by_host\nremediations;"`,
		`"[\"vuln_by_host\", \"remediations\"]"`, `["VULN_BY_HOST","vuln by host","Remediations"]`,
	} {
		decodesTo(t, "export_scan", map[string]string{`{"scan_id":1,"report_format":"PDF","chapters":` + form + `}`: `{"chapters":["vuln_by_host","remediations"]}`})
	}
	refuses(t, "export_scan", map[string]string{
		`{"scan_id":1,"report_format":"PDF","chapters":"vuln_by_hots"}`:     `Value 1 of the list, "vuln_by_hots": It must be one of: vuln_hosts_summary, vuln_by_host, compliance_exec, remediations, vuln_by_plugin, compliance. Did you mean "vuln_by_host"?`,
		`{"scan_id":1,"report_format":"PDF","chapters":"['remediations']"}`: "a single quote stands where JSON takes a double quote",
		`{"scan_id":1,"report_format":"PDF","chapters":""}`:                 "The parameter (Chapters) is required.",
	})
}

// TestC4FieldsInEveryForm (row C4): a list, JSON text, and one text with any separator.
func TestC4FieldsInEveryForm(t *testing.T) {
	for _, form := range []string{`["asset.fqdn","severity"]`, `"[\"asset.fqdn\", \"severity\"]"`, `"asset.fqdn;severity"`, `"asset.fqdn , severity,"`, `"asset.fqdn\nseverity"`} {
		decodesTo(t, "get_vulnerabilities_export_report", map[string]string{
			`{"export_uuid":"00000000-0000-0000-0000-000000000001","export_fields":` + form + `}`: `{"export_fields":["asset.fqdn","severity"]}`,
		})
	}
	refuses(t, "get_vulnerabilities_export_report", map[string]string{
		`{"export_uuid":"00000000-0000-0000-0000-000000000001","export_fields":"['asset.fqdn']"}`: "a single quote stands where JSON takes a double quote at byte 1",
		`{"export_uuid":"00000000-0000-0000-0000-000000000001","export_fields":{"asset":1}}`:      "It must be a list in JSON",
	})
}

// TestC11InputsInEverySpelling (row C11): case, spaces, hyphens and underscores do not matter in names of inputs and in choices.
func TestC11InputsInEverySpelling(t *testing.T) {
	for _, name := range []string{"folderid", "Folder-ID", "folderId", "FOLDER_ID", " folder  id"} {
		decodesTo(t, "list_scans", map[string]string{`{"` + name + `":3}`: `{"folder_id":"3"}`})
	}
	decodesTo(t, "list_agents", map[string]string{`{"PLATFORM":"windows"}`: `{"platform":"WINDOWS"}`})
	refuses(t, "list_scans", map[string]string{`{"foldr":3}`: `Unknown input "foldr". `, `{"folderid":3,"Folder ID":4}`: "is given twice"})
}

// TestFListOfOneForASingleValue (row F): it is that value; of several, none is taken.
func TestFListOfOneForASingleValue(t *testing.T) {
	decodesTo(t, "query_vulnerability_details", map[string]string{
		`{"severity":["High"]}`: `{"severity":"High"}`, `{"severity":"[\"High\"]"}`: `{"severity":"High"}`, `{"plugin_id":[19506]}`: `{"plugin_id":"19506"}`,
		`{"vpr_score":["7"]}`: `{"vpr_score":7}`, `{"plugin_name":"[x]"}`: `{"plugin_name":"[x]"}`,
	})
	refuses(t, "query_vulnerability_details", map[string]string{
		`{"severity":["High","Low"]}`: "(Severity) is invalid. It takes one value and not a list. It must be one of: Info, Low, Medium, High, Critical.",
		`{"plugin_name":["a","b"]}`:   "(Plugin Name) is invalid. It takes one value and not a list. It must be text.",
		`{"severity":[["High"]]}`:     "(Severity) is invalid.",
	})
}

// TestGOptionalInputs (rows G1 to G6): inputs beyond the product documentation, which say so.
func TestGOptionalInputs(t *testing.T) {
	decodesTo(t, "launch_scan", map[string]string{ // G1
		`{"scan_id":1,"targets":"192.0.2.1; 192.0.2.5-192.0.2.9\nweb-01.example.com, 198.51.100.0/24"}`: `{"targets":["192.0.2.1","192.0.2.5-192.0.2.9","web-01.example.com","198.51.100.0/24"]}`,
	})
	decodesTo(t, "get_scan_details", map[string]string{ // G2
		`{"scan_id":1,"history_id":3001}`:                                   `{"history_id":"3001"}`,
		`{"scan_id":1,"History ID":"00000000-0000-0000-0000-00000000000A"}`: `{"history_id":"00000000-0000-0000-0000-00000000000a"}`,
	})
	refuses(t, "get_scan_details", map[string]string{`{"scan_id":1,"history_id":"last"}`: "run Get Scan History"})
	for _, network := range []string{"10.0.0.0/8", "0.0.0.0/0", "192.0.2.10", "192.0.2.10/32"} { // G3
		if _, f := decodeInputs(t, "export_vulnerabilities", `{"asset_ip":"`+network+`"}`); f != nil {
			t.Errorf("asset_ip %s: %v", network, f)
		}
	}
	refuses(t, "export_vulnerabilities", map[string]string{
		`{"asset_ip":"2001:db8::/32"}`: "The Asset IP 2001:db8::/32 is invalid IP Address.", `{"asset_ip":"192.0.2.10/0"}`: "The Asset IP 192.0.2.10/0 is invalid IP Address.", `{"asset_ip":"web-01"}`: "The Asset IP web-01 is invalid IP Address.",
	})
	decodesTo(t, "get_vulnerabilities_by_asset", map[string]string{`{"target":"web-01.example.com"}`: `{"target":"web-01.example.com"}`}) // G4
	// G5
	for key, others := range map[string]string{
		"get_scan_details": "", "get_scan_status": "", "get_scan_history": "", "launch_scan": "",
		"export_scan": `,"report_format":"Nessus"`, "download_exported_scan": `,"file_id":"x"`,
	} {
		refuses(t, key, map[string]string{`{"scan_id":"Weekly scan"` + others + `}`: "and not its name; List Scans shows the IDs."})
	}
	for _, key := range []string{"add_agents_to_groups", "remove_agents_from_groups"} { // G6
		refuses(t, key, map[string]string{`{"group_ids":101,"agent_ids":["00000000-0000-0000-0000-000000000001"]}`: "is id in the raw data of List Agents"})
	}
	for key, input := range map[string]string{"launch_scan": "targets", "get_scan_details": "history_id", "export_vulnerabilities": "asset_ip", "get_vulnerabilities_by_asset": "target"} {
		description := strings.ToLower(Load(key).Properties[input].Description)
		if !strings.Contains(description, "beyond the product documentation") {
			t.Errorf("%s: the description of %s does not say that it is beyond the product documentation", key, input)
		}
	}
}

// TestC2SeparatorsAloneAreRefused (row C2): as a list of a blank value is, because without it more would be touched than was meant.
func TestC2SeparatorsAloneAreRefused(t *testing.T) {
	for _, text := range []string{`","`, `" , ; "`, `",\n,"`} {
		for command, inputs := range map[string]string{
			"launch_scan":                       `{"scan_id":1,"targets":` + text + `}`,
			"query_vulnerability_details":       `{"severity":"High","cves":` + text + `}`,
			"get_vulnerabilities_export_report": `{"export_uuid":"00000000-0000-0000-0000-000000000001","export_fields":` + text + `}`,
			"export_scan":                       `{"scan_id":1,"report_format":"PDF","chapters":` + text + `}`,
			"add_agents_to_groups":              `{"group_ids":[1],"agent_ids":[2],"agent_names":` + text + `}`,
		} {
			refuses(t, command, map[string]string{inputs: `Value 1 of the list, ""`})
		}
	}
}
