package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tenableio/commands"
)

// playbook runs commands through the real binary against a sandbox and
// remembers which.
type playbook struct {
	*testing.T
	sandbox *sandboxed
	ran     map[string]bool
}

// run answers a command as the administrator and reads its raw data into into.
func (p playbook) run(command string, into any, inputs string, values ...any) envelope {
	p.Helper()
	e := p.sandbox.run(p.T, 64, command, fmt.Sprintf(inputs, values...))
	p.ran[command] = true
	if e.ReturnData != "Successful" {
		p.Fatalf("%s: %s %+v", command, e.ReturnData, e.Error)
	}
	if err := json.Unmarshal(e.RawData, into); err != nil {
		p.Fatalf("%s: %v in %.200s", command, err, e.RawData)
	}
	return e
}

// The parts of raw data that the playbook goes on with.
type (
	rawScan struct {
		ID   int
		Type *string
	}
	rawGroup struct {
		ID          int
		AgentsCount int `json:"agents_count"`
	}
	rawAgent struct {
		ID   int
		Name string
	}
	rawDetails struct {
		Hosts           []struct{ Hostname string }
		Vulnerabilities []struct {
			PluginID int `json:"plugin_id"`
		}
	}
)

// TestPlaybook plays every command in the order in which a playbook would.
func TestPlaybook(t *testing.T) {
	t.Parallel()
	playAll(t, startSandbox(t, "--scan-duration", "8s", "--export-delay", "20ms"))
}

// FIELD row E4 and FAULTS row 149: every command works where FIPS 140 forbids MD5 and
// SHA-1, over TLS too.
func TestE4PlaybookUnderFIPS(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--scan-duration", "8s", "--export-delay", "20ms", "--tls")
	s.environment = []string{"GODEBUG=fips140=only"}
	playAll(t, s)
}

// playAll plays every command, and says which one it lacks.
func playAll(t *testing.T, s *sandboxed) {
	t.Helper()
	p := playbook{t, s, map[string]bool{}}
	p.run("Test Connection", &struct{}{}, `{}`)
	p.scan()
	p.agents()
	for _, command := range commands.All() {
		document := command.Schema()
		if !p.ran[document.Title] {
			t.Errorf("the playbook does not run %s; put it where a playbook would", document.Title)
		}
	}
}

// scan launches a scan, waits for it, and looks at what it found.
func (p playbook) scan() {
	var list struct{ Scans []rawScan }
	p.run("List Scans", &list, `{}`)
	at := slices.IndexFunc(list.Scans, func(s rawScan) bool { return s.Type != nil && *s.Type == "ps" })
	if at < 0 {
		p.Fatalf("no scan over the network: %+v", list)
	}
	scan := list.Scans[at].ID
	var launched struct {
		ScanUUID string `json:"scan_uuid"`
	}
	p.run("Launch Scan", &launched, `{"Scan ID":%d}`, scan)
	var seen []string
	for deadline := time.Now().Add(40 * time.Second); !slices.Contains(seen, "completed"); time.Sleep(200 * time.Millisecond) {
		var got struct{ Status string }
		p.run("Get Scan Status", &got, `{"Scan ID":"%d"}`, scan)
		if seen = append(seen, got.Status); time.Now().After(deadline) {
			p.Fatalf("the scan is %v", seen)
		}
	}
	if seen = slices.Compact(seen); len(seen) < 2 || seen[0] == "completed" {
		p.Errorf("the scan went %v, want at least two statuses", seen)
	}
	var history struct {
		History []struct {
			ScanUUID string `json:"scan_uuid"`
		}
	}
	p.run("Get Scan History", &history, `{"scan_id":%d}`, scan)
	if len(history.History) < 2 || history.History[0].ScanUUID != launched.ScanUUID {
		p.Errorf("history %+v, launched %s", history, launched.ScanUUID)
	}
	var details rawDetails
	p.run("Get Scan Details", &details, `{"scan_id":%d}`, scan)
	if len(details.Hosts) == 0 || len(details.Vulnerabilities) == 0 {
		p.Fatalf("details %+v", details)
	}
	var exported struct{ File string }
	p.run("Export Scan", &exported, `{"scan_id":%d,"report_format":"PDF","chapters":"vuln_by_host"}`, scan)
	p.run("Download Exported Scan", &struct{}{}, `{"scan_id":%d,"file_id":%q}`, scan, exported.File)
	p.vulnerabilities(details.Hosts[0].Hostname, details.Vulnerabilities[0].PluginID)
}

// vulnerabilities asks for a host and a plugin that a scan found in every way.
func (p playbook) vulnerabilities(host string, plugin int) {
	var exported struct {
		ExportUUID string `json:"export_uuid"`
	}
	p.run("Export Vulnerabilities", &exported, `{"asset_ip":%q,"assets_number":50,"include_unlicensed":true}`, host)
	var report struct{ Findings int }
	p.run("Get Vulnerabilities Export Report", &report, `{"export_uuid":%q}`, exported.ExportUUID)
	var rows struct{ Vulnerabilities []any }
	p.run("Get Vulnerabilities by Asset", &rows, `{"target":%q}`, host)
	if report.Findings == 0 || len(rows.Vulnerabilities) == 0 {
		p.Errorf("%s has %d findings in the export and %d rows", host, report.Findings, len(rows.Vulnerabilities))
	}
	p.run("Query Vulnerability Details", &rows, `{"severity":"High"}`)
	var about struct{ Info struct{ Count int } }
	p.run("Get Vulnerability Details", &about, `{"plugin_id":%d}`, plugin)
	var outputs struct{ Outputs []any }
	p.run("List Plugin Outputs", &outputs, `{"plugin_id":%d}`, plugin)
	var filters struct{ Filters []any }
	p.run("List Vulnerability Filters V2", &filters, `{}`)
	if len(rows.Vulnerabilities) == 0 || about.Info.Count == 0 || len(outputs.Outputs) == 0 || len(filters.Filters) == 0 {
		p.Errorf("%d rows, count %d, %d outputs, %d filters", len(rows.Vulnerabilities), about.Info.Count, len(outputs.Outputs), len(filters.Filters))
	}
}

// agents puts agents into an empty group, by name and by id, and takes them out.
func (p playbook) agents() {
	var groups struct{ Results []rawGroup }
	p.run("List Agent Groups", &groups, `{}`)
	at := slices.IndexFunc(groups.Results, func(g rawGroup) bool { return g.AgentsCount == 0 })
	if at < 0 {
		p.Fatalf("no group is empty: %+v", groups)
	}
	group := groups.Results[at].ID
	var all struct{ Agents []rawAgent }
	var members struct{ Results []rawAgent }
	p.run("List Agents", &all, `{}`)
	first, last := all.Agents[0], all.Agents[len(all.Agents)-1]
	p.run("Add Agents to Groups", &struct{}{}, `{"group_ids":[%d],"agent_names":[%q]}`, group, first.Name)
	p.run("Add Agents to Groups", &struct{}{}, `{"group_ids":[%d],"agent_ids":[%d]}`, group, last.ID)
	p.run("List Agents by Group", &members, `{"group_id":%d}`, group)
	named := 0
	for _, agent := range all.Agents {
		if agent.Name == first.Name {
			named++
		}
	}
	if len(members.Results) != named+1 {
		p.Errorf("the group has %+v, want the %d agents %s and %d", members.Results, named, first.Name, last.ID)
	}
	p.run("Remove Agents From Groups", &struct{}{}, `{"group_ids":[%d],"agent_names":[%q],"agent_ids":[%d]}`, group, first.Name, last.ID)
	e := p.run("List Agents by Group", &members, `{"group_id":%d}`, group)
	if len(members.Results) != 0 {
		p.Errorf("the group still has %s", e.RawData)
	}
}

// TestBasicRole runs the first example of every command with the least role. The sandbox
// must refuse the commands whose schema asks for more, with Tenable's words and a hint.
func TestBasicRole(t *testing.T) {
	s := startSandbox(t)
	for _, command := range commands.All() {
		document := command.Schema()
		e := s.run(t, 16, document.Title, string(document.Examples[0]))
		status := 0
		if e.Error != nil {
			status = e.Error.StatusCode
		}
		may := strings.HasPrefix(document.Command.Role, "Basic")
		refused := status == http.StatusForbidden
		missing := status == http.StatusNotFound // what the example names may not be in the sandbox
		if refused == may || may && status != 0 && !missing {
			t.Errorf("%s, which needs %s: %s %+v", document.Title, document.Command.Role, e.ReturnData, e.Error)
		}
		if refused && (e.Error.Message != "Insufficient scope" || e.Error.Category != "permission" || e.Error.Hint == "") {
			t.Errorf("%s: %+v", document.Title, e.Error)
		}
	}
}
