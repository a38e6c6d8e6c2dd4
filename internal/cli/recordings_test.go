package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/canned"
)

// recordings is where exchanges with the real Tenable.io are kept. They are not
// part of this project, so a checkout alone skips the test, and no value of theirs
// stands here: «name.a.0.b» is taken from the answer of the recording name, and
// «name/2» is the second part of its request's path.
const recordings = "../shared/recordings"

// step is one exchange of a replay: the answer of a recording, or one of our own.
type step struct {
	recording string
	canned.Exchange
}

// recorded is a recording as it is.
func recorded(name string) step { return step{recording: name} }

// asked is a recording that answers another request than it was recorded for:
// the plugin writes "null" for the scanner, and asks for larger pages.
func asked(name, method, path, body string) step {
	return step{name, canned.Exchange{Request: canned.Request{Method: method, Path: path, Body: json.RawMessage(body)}}}
}

// own is an answer that was not recorded.
func own(path, body string) step {
	return step{"", canned.Exchange{
		Request:  canned.Request{Method: "GET", Path: path},
		Response: canned.Response{Status: 200, Body: json.RawMessage(body)},
	}}
}

// reportFile is the file behind the recorded status; none was recorded.
var reportFile = step{Exchange: canned.Exchange{
	Request: canned.Request{Method: "GET", Path: "/scans/«scan-export-status/2»/export/«scan-export-status/4»/download"},
	Response: canned.Response{
		Status: 200, Text: `<?xml version="1.0" ?><NessusClientData_v2></NessusClientData_v2>`,
		Headers: map[string]string{"Content-Type": "application/octet-stream", "Content-Disposition": "attachment; filename=Weekly scan.nessus"},
	},
}}

// bodies are the decoded answers of a replay by the names of its recordings.
type bodies map[string]any

// object is a member of the answer of a recording, or with "" the answer itself.
func (b bodies) object(name, member string) any {
	if member == "" {
		return b[name]
	}
	object, _ := b[name].(map[string]any)
	return object[member]
}

// replay runs a command over recordings. Without status it must be Successful,
// with raw data as raw makes it of the answers; without raw they are the bytes of
// the first recording.
type replay struct {
	command, inputs string
	options         string
	steps           []step
	raw             func(*testing.T, bodies) any
	file            string // the recording that the result's file must hold
	status          int
	message         string
}

const onePage = "limit=5000&offset=0&sort=name:asc"

var replays = []replay{
	{command: "List Scans", steps: []step{recorded("scans-list")}},
	{command: "Get Scan Details", inputs: `{"scan_id": «scan-details/2»}`, steps: []step{recorded("scan-details")}},
	{command: "Get Scan Details", inputs: `{"scan_id": «scan-404/2»}`, steps: []step{recorded("scan-404")}, status: 404, message: "Scan not found"},
	{command: "Get Scan Status", inputs: `{"scan_id": «scan-latest-status/2»}`, steps: []step{recorded("scan-latest-status")}},
	{command: "Export Scan", inputs: `{"scan_id": «scan-export/2», "report_format": "Nessus"}`, steps: []step{
		asked("scan-export", "POST", "/scans/«scan-export/2»/export", `{"format": "nessus"}`),
	}},
	{command: "List Vulnerability Filters V2", steps: []step{recorded("filters-workbench-vulnerabilities")}},
	{command: "Query Vulnerability Details", steps: []step{recorded("workbench-vulnerabilities")}},
	{command: "Get Vulnerability Details", inputs: `{"plugin_id": «workbench-vulnerability-info/3»}`, steps: []step{recorded("workbench-vulnerability-info")}},
	{command: "List Plugin Outputs", inputs: `{"plugin_id": «workbench-vulnerability-outputs/3»}`, steps: []step{recorded("workbench-vulnerability-outputs")}},
	{
		command: "Get Vulnerabilities by Asset", inputs: `{"target": "«workbench-assets.assets.5.ipv4.0»"}`,
		steps: []step{
			asked("workbench-assets", "GET", "/workbenches/assets?filter.0.filter=host.target&filter.0.quality=eq&filter.0.value=«workbench-assets.assets.5.ipv4.0»&filter.search_type=and", ""),
			recorded("workbench-asset-vulnerabilities"),
		},
		raw: vulnerabilitiesOfOneAsset,
	},
	{command: "List Agents", steps: []step{
		asked("agents-page", "GET", "/scanners/null/agents?"+onePage, ""),
		own("/scanners/null/agents?limit=5000&offset=50&sort=name:asc", `{"agents": [], "pagination": {"total": 50}}`), // the other 701 were not recorded
	}},
	{command: "List Agents", steps: []step{asked("agents-last-page", "GET", "/scanners/null/agents?"+onePage, "")}},
	{
		command: "List Agent Groups", steps: []step{asked("agent-groups-list", "GET", "/scanners/null/agent-groups", "")},
		raw: func(t *testing.T, b bodies) any {
			return map[string]any{"Results": b.object("agent-groups-list", "groups")}
		},
	},
	{
		command: "List Agents by Group", inputs: `{"group_id": «agent-groups-list.groups.0.id»}`,
		steps: []step{
			asked("agent-groups-list", "GET", "/scanners/null/agent-groups", ""),
			asked("agents-page", "GET", "/scanners/null/agent-groups/«agent-groups-list.groups.0.id»/agents?"+onePage, ""),
			own("/scanners/null/agent-groups/«agent-groups-list.groups.0.id»/agents?limit=5000&offset=50&sort=name:asc", `{"agents": [], "pagination": {"total": 50}}`),
		},
		raw: func(t *testing.T, b bodies) any { return map[string]any{"Results": b.object("agents-page", "agents")} },
	},
	{
		command: "List Agents by Group", inputs: `{"group_id": «agent-groups-list.groups.0.id»}`, status: 404, message: "AgentGroup with id «agent-groups-list.groups.0.id» not found.",
		steps: []step{
			asked("agent-groups-list", "GET", "/scanners/null/agent-groups", ""),
			asked("agent-group-404", "GET", "/scanners/null/agent-groups/«agent-groups-list.groups.0.id»/agents?"+onePage, ""),
		},
	},
	{
		command: "List Agents by Group", inputs: `{"group_id": «agent-group-403/4»}`, status: 403, message: "Insufficient scope",
		steps: []step{asked("agent-group-403", "GET", "/scanners/null/agent-groups", "")},
	},
	{
		command: "Add Agents to Groups", inputs: `{"group_ids": [«bulk-add/4»], "agent_ids": [2001, 2002]}`, options: `{"wait": false}`,
		steps: []step{asked("bulk-add", "POST", "/scanners/null/agent-groups/«bulk-add/4»/agents/_bulk/add", `{"items": [2001, 2002]}`)},
		raw:   func(t *testing.T, b bodies) any { return taskOf(t, b["bulk-add"]) },
	},
	{
		command: "Remove Agents From Groups", inputs: `{"group_ids": [«bulk-add/4»], "agent_ids": [2001, 2002]}`,
		steps: []step{
			own("/scanners/null/agent-groups/«bulk-add/4»/agents?"+onePage, `{"agents": [{"id": 2001}, {"id": 2002}], "pagination": {"total": 2}}`),
			asked("bulk-add", "POST", "/scanners/null/agent-groups/«bulk-add/4»/agents/_bulk/remove", `{"items": [2001, 2002]}`),
			asked("bulk-task-status", "GET", "/scanners/null/agent-groups/«bulk-add/4»/agents/_bulk/«bulk-add.task_id»", ""),
		},
		raw: func(t *testing.T, b bodies) any { return taskOf(t, b["bulk-task-status"]) },
	},
	{
		command: "Export Vulnerabilities", inputs: `{"asset_ip": "192.0.2.10"}`,
		steps: []step{asked("vulns-export", "POST", "/vulns/export", `{"num_assets": 50, "include_unlicensed": false, "filters": {"cidr_range": "192.0.2.10/32"}}`)},
	},
	{
		command: "Get Vulnerabilities Export Report", inputs: `{"export_uuid": "«vulns-export-chunk/3»"}`, file: "vulns-export-chunk",
		steps: []step{
			recorded("vulns-export-status-empty"), recorded("vulns-export-status-chunk"), recorded("vulns-export-chunk"),
			own("/vulns/export/«vulns-export-chunk/3»/status", `{"status": "FINISHED", "chunks_available": [1], "chunks_failed": [], "chunks_cancelled": []}`),
		},
		raw: summaryOfOneChunk,
	},
	{
		command: "Download Exported Scan", inputs: `{"scan_id": «scan-export-status/2», "file_id": "«scan-export-status/4»"}`,
		steps: []step{recorded("scan-export-status"), reportFile},
		raw: func(*testing.T, bodies) any {
			text := reportFile.Response.Text
			return map[string]any{
				"file_name": "Weekly scan.nessus", "content_type": "application/octet-stream",
				"size": json.Number(strconv.Itoa(len(text))), "sha256": fmt.Sprintf("%x", sha256.Sum256([]byte(text))),
			}
		},
	},
}

// noCommand says why a recording belongs to no command.
var noCommand = map[string]string{
	"agent-group-filtered": "the group with its agents in one answer: List Agents by Group asks for the agents alone",
	"filters-agents":       "what agents can be filtered by: no command lists it",
	"session-200":          "the user of the keys: Test Connection asks for the time zones, which tell the role too",
	"session-403":          "as session-200",
	"workbench-asset-info": "one asset by its UUID: no command asks for it",
}

// TestRecordings replays what the real API answered: each command must take it,
// and hand it on whole in the documented shape.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob(recordings + "/*.json")
	if err != nil || len(files) == 0 {
		t.Skipf("no recordings in %s: they are kept beside the project, and this checkout is alone", recordings)
	}
	used := map[string]bool{}
	for _, r := range replays {
		name := r.command
		for _, s := range r.steps {
			used[s.recording] = true
			name += " " + s.recording
		}
		t.Run(name, r.run)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		reason, none := noCommand[name]
		if used[name] == none {
			t.Errorf("recording %s: replayed %t, listed as of no command %t; want one of them", name, used[name], none)
		}
		if none {
			t.Logf("not replayed: %s: %s", name, reason)
		}
	}
}

func (r replay) run(t *testing.T) {
	var exchanges []canned.Exchange
	var first json.RawMessage
	answers := bodies{}
	for _, s := range r.steps {
		e := s.load(t)
		exchanges = append(exchanges, e)
		if s.recording == "" {
			continue
		}
		if first == nil {
			first = e.Response.Body
		}
		answers[s.recording] = decode(t, e.Response.Body)
	}
	player := canned.NewPlayer(exchanges)
	stdout, _ := runCase(t, []byte(fill(t, r.request())), player)
	if err := player.Done(); err != nil {
		t.Fatal(err)
	}
	checkEnvelope(t, r.command, stdout)
	got := envelopeOf(t, stdout)
	if r.status != 0 {
		if got.Error == nil || got.Error.StatusCode != r.status || got.Error.Message != fill(t, r.message) {
			t.Errorf("%s with %+v, want %d %s", got.ReturnData, got.Error, r.status, r.message)
		}
		return
	}
	if got.ReturnData != "Successful" {
		t.Fatalf("%s with %+v, want Successful", got.ReturnData, got.Error)
	}
	if r.file != "" {
		if diff := cmp.Diff(answers[r.file], decode(t, got.Files[0].Content)); diff != "" {
			t.Errorf("the file differs from the recording (-want +got):\n%s", diff)
		}
	}
	if r.raw != nil {
		if diff := cmp.Diff(r.raw(t, answers), decode(t, got.RawData)); diff != "" {
			t.Errorf("raw_data differs from the documented shape of the recording (-want +got):\n%s", diff)
		}
		return
	}
	if want := compact(t, first); want != string(got.RawData) {
		t.Errorf("raw_data is not the recorded answer byte for byte:\n got %.500s\nwant %.500s", got.RawData, want)
	}
}

// load reads the recording of a step. Where the plugin asks otherwise than the
// recorder did, the step's own request takes the place of the recorded one.
func (s step) load(t *testing.T) canned.Exchange {
	t.Helper()
	if s.recording == "" {
		s.Request.Path = fill(t, s.Request.Path)
		return s.Exchange
	}
	list, err := canned.Load(filepath.Join(recordings, s.recording+".json"))
	if err != nil || len(list) != 1 {
		t.Fatalf("%d exchanges: %v", len(list), err)
	}
	e := list[0]
	if s.Request.Method != "" {
		e.Request = s.Request
		e.Request.Path = fill(t, e.Request.Path)
	}
	return e
}

// fill puts the recordings' values in the place of «…».
func fill(t *testing.T, text string) string {
	t.Helper()
	return regexp.MustCompile(`«([a-z0-9-]+)([./])([^»]+)»`).ReplaceAllStringFunc(text, func(mark string) string {
		name, steps, inAnswer := strings.Cut(strings.Trim(mark, "«»"), ".")
		if !inAnswer {
			name, steps, _ = strings.Cut(name, "/")
		}
		e := recorded(name).load(t)
		if !inAnswer {
			n, err := strconv.Atoi(steps)
			if parts := strings.Split(e.Request.Path, "/"); err == nil && n < len(parts) {
				return parts[n]
			}
			t.Fatalf("%s: no such part of %s", mark, e.Request.Path)
		}
		value := decode(t, e.Response.Body)
		for step := range strings.SplitSeq(steps, ".") {
			if list, ok := value.([]any); ok {
				n, err := strconv.Atoi(step)
				if err != nil || n >= len(list) {
					t.Fatalf("%s: no such element", mark)
				}
				value = list[n]
				continue
			}
			object, _ := value.(map[string]any)
			value = object[step]
		}
		return fmt.Sprint(value)
	})
}

func (r replay) request() string {
	inputs, options := r.inputs, r.options
	if inputs == "" {
		inputs = "{}"
	}
	if options == "" {
		options = "{}"
	}
	return `{"connection": {"api_access_key": "` + accessCanary + `", "api_secret_key": "` + secretCanary + `"},` +
		`"command": "` + r.command + `", "inputs": ` + inputs + `, "options": ` + options + `}`
}

// decode reads JSON with every digit of its numbers.
func decode(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// taskOf is the documented shape of one bulk task.
func taskOf(t *testing.T, task any) any {
	t.Helper()
	task.(map[string]any)["group_id"] = fill(t, "«bulk-add/4»")
	return map[string]any{"Results": []any{task}}
}

// vulnerabilitiesOfOneAsset is the documented shape of the rows of one asset, the
// sixth of the recorded ones.
func vulnerabilitiesOfOneAsset(_ *testing.T, b bodies) any {
	asset := b.object("workbench-assets", "assets").([]any)[5].(map[string]any)
	rows := b["workbench-asset-vulnerabilities"].(map[string]any)
	for _, row := range rows["vulnerabilities"].([]any) {
		row.(map[string]any)["asset_id"] = asset["id"]
	}
	return map[string]any{
		"vulnerabilities": rows["vulnerabilities"], "assets": []any{asset},
		"total_vulnerability_count": rows["total_vulnerability_count"], "total_asset_count": json.Number("1"),
	}
}

// summaryOfOneChunk is the documented shape of a report of the one recorded chunk.
func summaryOfOneChunk(t *testing.T, b bodies) any {
	t.Helper()
	uuid, findings := fill(t, "«vulns-export-chunk/3»"), len(b["vulns-export-chunk"].([]any))
	return decode(t, fmt.Appendf(nil, `{
		"export_uuid": %q, "status": "FINISHED", "chunks": {"expected": 1, "received": [1], "failed": [], "cancelled": []}, "findings": %d,
		"findings_by_chunk": [{"chunk_id": 1, "findings": %d}], "export_fields": null, "file_name": "vulnerabilities-%s.json"
	}`, uuid, findings, findings, uuid))
}
