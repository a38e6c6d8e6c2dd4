package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenableio/integrations/soarca/fin"
)

// TestRegistration: the fin comes before its broker, and tells SOARCA what it can do.
func TestRegistration(t *testing.T) {
	p := stage(t)
	p.startFin()
	time.Sleep(time.Second) // the broker is not there yet
	p.startBroker()
	m := p.registered()
	capabilities := m["capabilities"].([]any)
	one := capabilities[0].(map[string]any)
	steps := one["step"].(map[string]any)
	if len(capabilities) != 1 || one["capability_id"] != "soarca-fin-tenableio-"+fin.UUID || len(steps) != 20 || m["fin_name"] != "tenableio" {
		t.Errorf("the registration is %v", m)
	}
	for _, name := range []string{"fin_id", "protocol_version", "security", "meta"} {
		if m[name] == nil {
			t.Errorf("the registration has no %s", name)
		}
	}
	for _, agent := range one["agent"].(map[string]any) {
		if a := agent.(map[string]any); a["type"] != "soarca-fin" || a["name"] != one["capability_id"] {
			t.Errorf("the agent is %v", a)
		}
	}
	if _, isList := steps["export_scan"].(map[string]any)["external_references"].([]any); !isList {
		t.Error("external_references are no list")
	}
}

// TestKnownAlready: SOARCA refuses a fin that it knows, and never forgets one.
func TestKnownAlready(t *testing.T) {
	p := stage(t)
	p.startBroker()
	p.startFin()
	m := p.wait("a registration", func(h heard) bool { return h.body["type"] == "register" })
	p.send(m.body["fin_id"].(string), map[string]any{"type": "nack", "message_id": m.body["message_id"]})
	if line := <-p.line; line["registered"] != true {
		t.Errorf("the fin says %v", line)
	}
}

// TestCommand: it is acknowledged before it is run, has one result, and nothing follows.
func TestCommand(t *testing.T) {
	p := begin(t)
	m := newCommand("get_scan_status scan_id=__scan_id__:value", "__scan_id__", "32")
	p.send(fin.Agent, m)
	r := p.result(m)
	asked := m["command"].(map[string]any)["context"].(map[string]any)
	for _, name := range []string{"execution_id", "playbook_id", "step_id"} {
		if r.context[name] != asked[name] {
			t.Errorf("%s is %v, want %v", name, r.context[name], asked[name])
		}
	}
	if r.context["completed_on"] == asked["completed_on"] {
		t.Error("the result does not say when the command was completed")
	}
	for name, want := range map[string]string{
		"__return_data__": "Successful", "__message__": "", "__hint__": "", "__status_code__": "", "__status__": "completed", "__active__": "false",
		"__scan_id__": "32", "__scan_ids__": "[32]", "__scan_uuid__": "", "__file_path__": "", "__file_sha256__": "",
	} {
		if got, set := r.variables[name]; !set || got != want {
			t.Errorf("%s is %q (set: %t), want %q", name, got, set, want)
		}
	}
	time.Sleep(200 * time.Millisecond) // time for what must not come
	var types []string
	p.mu.Lock()
	for _, h := range p.heard {
		if h.topic == fin.Agent {
			types = append(types, h.body["type"].(string))
		}
	}
	p.mu.Unlock()
	if want := []string{"command", "ack", "result"}; !slices.Equal(types, want) || r.state != "success" {
		t.Errorf("the messages are %v, want %v; the state is %s", types, want, r.state)
	}
}

// TestDuplicates: the same message is one command, whether it is running or done.
func TestDuplicates(t *testing.T) {
	p := begin(t, "--latency", "300ms")
	runs := func() int {
		return strings.Count(p.run("get_scan_history scan_id=32").variables["__history_ids__"], ",")
	}
	before := runs()
	m := newCommand("launch_scan scan_id=32")
	id := m["message_id"].(string)
	for range 3 {
		p.send(fin.Agent, m)
	}
	if r := p.result(m); r.variables["__return_data__"] != "Successful" {
		t.Errorf("the launch is %v", r)
	}
	acks := p.count(of("ack", id))
	p.send(fin.Agent, m)
	if fresh := runs() - before; fresh != 1 {
		t.Errorf("the scan was run %d times", fresh)
	}
	if results := p.count(of("result", id)); results != 1 || acks != 3 || p.count(of("ack", id)) != acks {
		t.Errorf("%d results and %d acknowledgements, of %d before the result; want 1, 3 and 3", results, p.count(of("ack", id)), acks)
	}
}

// TestTwoAtOnce: a quick command does not wait for a slow one.
func TestTwoAtOnce(t *testing.T) {
	faults := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(faults, []byte(`[{"method": "GET", "path": "/scans/timezones", "times": 1, "stall": true}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := begin(t, "--faults", faults)
	slow := newCommand("test_connection")
	p.send(fin.Agent, slow)
	p.wait("the acknowledgement", of("ack", slow["message_id"].(string)))
	for range 3 { // after which the slow one is under way, on a busy machine too
		if r := p.run("list_scans"); r.state != "success" {
			t.Errorf("the second command is %v", r)
		}
	}
	if p.count(of("result", slow["message_id"].(string))) != 0 {
		t.Error("the slow command was not slow")
	}
	progress := map[string]any{"type": "progress", "message_id": "p", "capability_id": fin.Agent}
	p.send(fin.Agent, progress)
	if h := p.wait("the status", of("status", "p")); h.body["progress"] != "working" || h.body["capability_id"] != fin.Agent {
		t.Errorf("the status is %v", h.body)
	}
	p.terminate()
	if r := p.result(slow); r.state != "failure" || r.variables["__status_code__"] != "499" {
		t.Errorf("the command that was ended is %v", r)
	}
	p.wait("the goodbye", func(h heard) bool {
		return h.topic == "soarca" && h.body["type"] == "unregister" && h.body["capability_id"] == fin.Agent
	})
	if err := p.exit(20 * time.Second); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// TestRefusals: what is no message of the protocol gets a nack, and breaks nothing.
func TestRefusals(t *testing.T) {
	p := begin(t)
	for id, message := range map[string]any{
		"a": map[string]any{"type": "dance", "message_id": "a"},
		"b": map[string]any{"type": "command", "message_id": "b"},
		"c": map[string]any{"type": "command", "message_id": "c", "command": "list_scans"},
		"d": map[string]any{"type": "command", "message_id": "d", "command": map[string]any{"variables": map[string]any{}}},
		"e": map[string]any{"type": "pause", "message_id": "e", "capability_id": "another"},
		"f": map[string]any{"type": 7, "message_id": "f"},
	} {
		p.send(fin.Agent, message)
		p.wait("the nack of "+id, of("nack", id))
	}
	for _, echo := range []string{"ack", "nack", "result", "status", "register"} {
		p.send(fin.Agent, map[string]any{"type": echo, "message_id": "echo"})
	}
	p.send("soarca", "garbage")
	p.send("soarca", map[string]any{"type": "unregister", "message_id": "other", "fin_id": "another", "capability_id": fin.Agent, "all": "false"})
	if r := p.run("test_connection"); r.state != "success" {
		t.Errorf("afterwards a command is %v", r)
	}
	if n := p.count(func(h heard) bool { return h.body["type"] == "nack" && h.body["message_id"] == "echo" }); n != 1 { // the one that was sent
		t.Errorf("%d nacks of what comes back", n-1)
	}
}

// TestNoID: what has no ID gets no answer, which would have none either and be heard again.
func TestNoID(t *testing.T) {
	p := begin(t)
	for _, message := range []any{
		"no JSON {", "", "null",
		map[string]any{"type": "status"},
		map[string]any{"type": "nack"},
		map[string]any{"type": "command"},
		map[string]any{"type": "stop"},
		map[string]any{"type": 7},
	} {
		p.send(fin.Agent, message)
	}
	if r := p.run("test_connection"); r.state != "success" {
		t.Errorf("afterwards a command is %v", r)
	}
	nacks := func(h heard) bool { return h.body["type"] == "nack" }
	if n := p.count(nacks); n != 1 { // the one that was sent
		t.Errorf("%d nacks", n-1)
	}
}

// TestRetained: what a broker has kept is from another day and is not done again.
func TestRetained(t *testing.T) {
	p := stage(t)
	p.startBroker()
	command := newCommand("launch_scan scan_id=32")
	id := command["message_id"].(string)
	p.retain(fin.Agent, command)
	p.retain("soarca", map[string]any{"type": "unregister", "message_id": "away", "all": true})
	p.startFin()
	p.registered()
	if r := p.run("test_connection"); r.state != "success" {
		t.Errorf("afterwards a command is %v", r)
	}
	answers := func(h heard) bool {
		return h.body["message_id"] == "away" && h.body["type"] == "ack" || h.body["message_id"] == id && h.body["type"] != "command"
	}
	if n := p.count(answers); n > 0 || strings.Count(p.log.String(), "retained") != 2 {
		t.Errorf("%d answers; log: %s", n, p.log)
	}
}

// TestPause: a fin that is paused refuses commands until it is resumed.
func TestPause(t *testing.T) {
	p := begin(t)
	m := p.wait("a registration", func(h heard) bool { return h.body["type"] == "register" })
	topic := m.body["fin_id"].(string)
	control := func(kind, want string) {
		t.Helper()
		p.send(topic, map[string]any{"type": kind, "message_id": kind, "capability_id": fin.Agent})
		p.wait("the acknowledgement of "+kind, of("ack", kind))
		if h := p.wait("the status after "+kind, of("status", kind)); h.body["progress"] != want {
			t.Errorf("after %s the status is %v, want %s", kind, h.body, want)
		}
	}
	control("progress", "ready")
	control("pause", "paused")
	refused := newCommand("launch_scan scan_id=32")
	p.send(fin.Agent, refused)
	p.wait("the nack", of("nack", refused["message_id"].(string)))
	control("resume", "ready")
	if r := p.run("get_scan_status scan_id=32"); r.variables["__status__"] != "completed" {
		t.Errorf("the refused launch was run: %v", r)
	}
}
