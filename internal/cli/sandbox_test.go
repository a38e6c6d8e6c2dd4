package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// sandboxed is a running "tenableio sandbox", the real binary.
type sandboxed struct {
	ServerURL      string `json:"server_url"`
	CACertificates string `json:"ca_certificates"`
	Connections    []struct {
		Role        string `json:"role"`
		Permissions int    `json:"permissions"`
		AccessKey   string `json:"api_access_key"`
		SecretKey   string `json:"api_secret_key"`
	} `json:"connections"`
	folder      string   // its temporary files are here
	environment []string // of the commands that run against it
	end         func()
	stderr      func() string // after the end
}

// startSandbox runs the binary and reads its one line. The test ends it by
// SIGTERM and holds it to a clean end.
func startSandbox(t *testing.T, arguments ...string) *sandboxed {
	t.Helper()
	s := &sandboxed{folder: t.TempDir()}
	command := newCommand(t, context.WithoutCancel(t.Context()), []string{"TMPDIR=" + s.folder}, append([]string{"sandbox"}, arguments...)...)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	s.stderr = stderr.String
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(stdout)
	line, err := reader.ReadBytes('\n')
	if err != nil {
		t.Fatalf("no line on stdout: %v, stderr %s", err, stderr.String())
	}
	if err := json.Unmarshal(line, s); err != nil {
		t.Fatalf("the line on stdout: %v\n%s", err, line)
	}
	ended := false
	s.end = func() {
		if ended {
			return
		}
		ended = true
		start := time.Now()
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if more, _ := reader.ReadString('\n'); more != "" {
			t.Errorf("stdout has a second line: %s", more)
		}
		if status := exitStatus(t, command.Wait()); status != exitOK || time.Since(start) > 2*time.Second {
			t.Errorf("SIGTERM: exit status %d after %v, stderr %s", status, time.Since(start), stderr.String())
		}
		for line := range bytes.Lines(stderr.Bytes()) {
			if !json.Valid(line) {
				t.Errorf("stderr line is not JSON: %s", line)
			}
		}
	}
	t.Cleanup(s.end)
	return s
}

// run answers one request through the binary with the keys of a role.
func (s *sandboxed) run(t *testing.T, permissions int, command, inputs string) envelope {
	t.Helper()
	for _, c := range s.Connections {
		if c.Permissions == permissions {
			request := fmt.Sprintf(`{"connection":{"server_url":%q,"api_access_key":%q,"api_secret_key":%q,"ca_certificates":%q},"command":%q,"inputs":%s,"options":{"timeout_seconds":30}}`,
				s.ServerURL, c.AccessKey, c.SecretKey, s.CACertificates, command, inputs)
			e, _ := execute(t, strings.NewReader(request), s.environment)
			return e
		}
	}
	t.Fatalf("no connection has %d", permissions)
	return envelope{}
}

func TestSandboxAnnouncesItself(t *testing.T) {
	s := startSandbox(t)
	if !strings.HasPrefix(s.ServerURL, "http://127.0.0.1:") || s.CACertificates != "" {
		t.Errorf("announced %+v", s)
	}
	roles := map[string]int{}
	for _, c := range s.Connections {
		roles[c.Role] = c.Permissions
	}
	if roles["administrator"] != 64 || roles["basic"] != 16 {
		t.Errorf("roles %v, want at least administrator 64 and basic 16", roles)
	}
	if e := s.run(t, 64, "Test Connection", `{}`); e.ReturnData != "Successful" {
		t.Errorf("Test Connection as administrator: %+v", e.Error)
	}
	if e := s.run(t, 16, "Test Connection", `{}`); e.Error == nil || e.Error.StatusCode != 403 || e.Error.Message != "Insufficient scope" {
		t.Errorf("Test Connection as basic: %+v", e.Error)
	}
}

func TestSandboxOverTLS(t *testing.T) {
	s := startSandbox(t, "--tls", "--listen", "localhost:0")
	if !strings.HasPrefix(s.ServerURL, "https://") || filepath.Dir(s.CACertificates) != s.folder {
		t.Errorf("announced %+v", s)
	}
	if e := s.run(t, 64, "Test Connection", `{}`); e.ReturnData != "Successful" {
		t.Errorf("with its authority: %+v", e.Error)
	}
	trusted := s.CACertificates
	s.CACertificates = ""
	if e := s.run(t, 64, "Test Connection", `{}`); e.Error == nil || e.Error.StatusCode != 503 {
		t.Errorf("without its authority: %+v", e.Error)
	}
	s.end()
	if _, err := os.Stat(trusted); !os.IsNotExist(err) {
		t.Errorf("the authority's file is left behind: %v", err)
	}
}

func TestSandboxFaultsFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(name, []byte(`[{"method":"GET","path":"/scans/timezones","times":1,"reset":true},{"path":"/session","stall":true}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startSandbox(t, "--faults", name)
	if e := s.run(t, 64, "Test Connection", `{}`); e.ReturnData != "Successful" || e.Stats.Requests != 2 {
		t.Errorf("after one reset: %+v %+v", e.Stats, e.Error)
	}
	stalled := make(chan error, 1)
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.ServerURL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte("GET /session HTTP/1.1\r\nHost: localhost\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := connection.Read(make([]byte, 1))
		stalled <- err
	}()
	s.end() // in time, in spite of the stalled request
	if err := <-stalled; err == nil {
		t.Error("a stalled request was answered")
	}
}

func TestSandboxMisused(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "faults.json")
	if err := os.WriteFile(broken, []byte(`[{"path":"/x"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		arguments []string
		says      string
	}{
		{[]string{"--agnets", "3"}, "-agnets"},
		{[]string{"--agents", "many"}, "many"},
		{[]string{"--agents", "-1"}, "--agents cannot be negative"},
		{[]string{"--export-outcome", "lost"}, "--export-outcome: want one of finished, error, cancelled"},
		{[]string{"--duplicate-exports", "410"}, "--duplicate-exports: want one of conflict, message, values"},
		{[]string{"--latency", "-1s"}, "--latency cannot be negative"},
		{[]string{"--agents", "1000001"}, "--agents can be at most 1000000"},
		{[]string{"now"}, `takes flags only, got "now"`},
		{[]string{"--listen", "0.0.0.0:0"}, "not a loopback address"},
		{[]string{"--listen", "127.0.0.1"}, "missing port"},
		{[]string{"--faults", broken}, "fault 1: want exactly one of"},
		{[]string{"--faults", broken + ".not"}, "no such file"},
	} {
		out, err := newCommand(t, t.Context(), nil, append([]string{"sandbox"}, tt.arguments...)...).CombinedOutput()
		if status := exitStatus(t, err); status != exitMisused || !strings.Contains(string(out), tt.says) {
			t.Errorf("sandbox %v exits %d with %q, want %d and %q", tt.arguments, status, out, exitMisused, tt.says)
		}
	}
	out, err := newCommand(t, t.Context(), nil, "sandbox", "--help").CombinedOutput()
	if status := exitStatus(t, err); status != exitOK || !strings.Contains(string(out), "--scan-duration") {
		t.Errorf("sandbox --help exits %d with %s", status, out)
	}
}

func TestSandboxFlagsReachTheServer(t *testing.T) {
	s := startSandbox(t, "--seed", "7", "--scans", "3", "--agents", "5", "--assets", "9", "--findings-per-asset", "2", "--latency", "50ms", "--rate-limit", "4")
	same, other := startSandbox(t, "--seed", "7"), startSandbox(t)
	if s.Connections[0] != same.Connections[0] || s.Connections[0] == other.Connections[0] {
		t.Errorf("keys of seed 7: %v and %v, of seed 1: %v", s.Connections[0], same.Connections[0], other.Connections[0])
	}
	var scans struct{ Scans []any }
	var agents struct{ Agents []any }
	var rows struct {
		Total int `json:"total_vulnerability_count"`
	}
	for command, into := range map[string]any{"List Scans": &scans, "List Agents": &agents, "Query Vulnerability Details": &rows} {
		start := time.Now()
		inputs := `{}`
		if command == "Query Vulnerability Details" {
			inputs = `{"host_names_or_ips":["192.0.2.0/24"]}`
		}
		e := s.run(t, 64, command, inputs)
		if err := json.Unmarshal(e.RawData, into); err != nil {
			t.Errorf("%s: %v %+v", command, err, e.Error)
		}
		if took := time.Since(start); took < 50*time.Millisecond {
			t.Errorf("%s took %v, want the latency of 50 ms", command, took)
		}
	}
	if len(scans.Scans) != 3 || len(agents.Agents) != 5 || rows.Total < 1 || rows.Total > 18 {
		t.Errorf("%d scans, %d agents, %d findings", len(scans.Scans), len(agents.Agents), rows.Total)
	}
	s.run(t, 64, "List Scans", `{}`)
	if e := s.run(t, 64, "List Scans", `{}`); e.Error == nil || e.Error.StatusCode != 429 || e.Error.Category != "rate_limited" {
		t.Errorf("request 5 in a minute: %+v", e.Error)
	}
	if e := s.run(t, 16, "List Scans", `{}`); e.ReturnData != "Successful" {
		t.Errorf("the limit is for each key: %+v", e.Error)
	}
}

func TestSandboxSaysThatThePortIsTaken(t *testing.T) {
	s := startSandbox(t)
	out, err := newCommand(t, t.Context(), nil, "sandbox", "--listen", strings.TrimPrefix(s.ServerURL, "http://")).CombinedOutput()
	if status := exitStatus(t, err); status != exitFailed || !strings.Contains(string(out), "address already in use") {
		t.Errorf("exits %d with %s", status, out)
	}
}
