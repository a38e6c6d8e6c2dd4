package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/request"
)

// built is the folder of the binary, "" while no test has asked for it.
var built string

// binary builds the plugin once and returns its path.
var binary = sync.OnceValues(func() (name string, err error) {
	if built, err = os.MkdirTemp("", "tenableio-test-"); err != nil {
		return "", err
	}
	name = filepath.Join(built, "tenableio")
	command := exec.Command("go", "build", "-trimpath", "-gcflags=all=-dwarf=false", "-o", name, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0") // as make build does, so that it compiles nothing twice
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return name, nil
})

// TestMain runs the tests in the root of the project, where testdata, README.md and
// what else they read is. The processes that fuzz begin there.
func TestMain(m *testing.M) {
	if _, err := os.Stat("go.mod"); err != nil {
		if err := os.Chdir("../.."); err != nil {
			panic(err)
		}
	}
	status := m.Run()
	if built != "" {
		_ = os.RemoveAll(built) // the folder is in the system's temporary one
	}
	os.Exit(status)
}

// envelope is what tests read of a result.
type envelope struct {
	Command    string          `json:"command"`
	ReturnData string          `json:"return_data"`
	RawData    json.RawMessage `json:"raw_data"`
	Error      *struct {
		FailureIndicator string `json:"failure_indicator"`
		StatusCode       int    `json:"status_code"`
		Message          string `json:"message"`
		Category         string `json:"category"`
		Retryable        bool   `json:"retryable"`
		Hint             string `json:"hint"`
		Items            []struct {
			Input      string `json:"input"`
			StatusCode int    `json:"status_code"`
		} `json:"items"`
	} `json:"error"`
	ContextData []json.RawMessage `json:"context_data"`
	KeyFields   json.RawMessage   `json:"key_fields"`
	Result      string            `json:"result"`
	Files       []struct {
		Name    string `json:"name"`
		Path    string `json:"path"`
		Size    int64  `json:"size"`
		SHA256  string `json:"sha256"`
		Content []byte `json:"content_base64"`
	} `json:"files"`
	Warnings []struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"warnings"`
	Meta  json.RawMessage `json:"meta"`
	Stats struct {
		Requests int `json:"requests"`
	} `json:"stats"`
}

// envelopeOf reads a result.
func envelopeOf(t *testing.T, stdout []byte) (e envelope) {
	t.Helper()
	if err := json.Unmarshal(stdout, &e); err != nil {
		t.Fatalf("stdout %.200q: %v", stdout, err)
	}
	return e
}

// codes are the codes of the warnings.
func (e envelope) codes() string {
	codes := make([]string, len(e.Warnings))
	for i, warning := range e.Warnings {
		codes[i] = warning.Code
	}
	return strings.Join(codes, " ")
}

// execute runs the real binary and returns its one envelope and exit status.
func execute(t *testing.T, stdin io.Reader, environment []string, arguments ...string) (envelope, int) {
	t.Helper()
	command := newCommand(t, t.Context(), environment, arguments...)
	var stdout, stderr bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = stdin, &stdout, &stderr
	err := command.Run()
	return readEnvelope(t, stdout.Bytes(), stderr.Bytes()), exitStatus(t, err)
}

func newCommand(t *testing.T, ctx context.Context, environment []string, arguments ...string) *exec.Cmd {
	t.Helper()
	name, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, name, arguments...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TENABLEIO_LOG_LEVEL=debug"}, environment...)
	return command
}

func exitStatus(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatal(err)
	}
	return exit.ExitCode()
}

func readEnvelope(t *testing.T, stdout, stderr []byte) envelope {
	t.Helper()
	checkStreams(t, stdout, stderr)
	e := envelopeOf(t, stdout)
	checkEnvelope(t, e.Command, stdout)
	return e
}

// requestFor is a request to a test server.
func requestFor(serverURL, command, inputs, options string) string {
	return fmt.Sprintf(`{"connection":{"server_url":%q,"api_access_key":%q,"api_secret_key":%q},"command":%q,"inputs":%s,"options":%s,"meta":{"n":12345678901234567890}}`,
		serverURL, accessCanary, secretCanary, command, inputs, options)
}

func TestBinaryAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-ApiKeys") != "accessKey="+accessCanary+";secretKey="+secretCanary {
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprint(w, `{"status":"completed"}`)
	}))
	defer server.Close()
	e, status := execute(t, strings.NewReader("\xef\xbb\xbf"+requestFor(server.URL, "Get Scan Status", `{"scan_id":32}`, `{}`)), nil)
	if status != 0 || e.ReturnData != "Successful" || string(e.RawData) != `{"status":"completed"}` || string(e.Meta) != `{"n":12345678901234567890}` {
		t.Errorf("status %d, %+v", status, e)
	}
}

func TestExitStatus(t *testing.T) {
	ok := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"timezones":[]}`) }))
	defer ok.Close()
	refused := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }))
	defer refused.Close()
	for _, tt := range []struct {
		server    string
		arguments []string
		want      int
	}{
		{ok.URL, nil, 0},
		{ok.URL, []string{"run"}, 0},
		{ok.URL, []string{"run", "--exit-status"}, 0},
		{ok.URL, []string{"check"}, 0},
		{refused.URL, nil, 0},
		{refused.URL, []string{"--exit-status"}, 1},
		{refused.URL, []string{"run", "--exit-status"}, 1},
		{refused.URL, []string{"check"}, 1},
	} {
		_, status := execute(t, strings.NewReader(requestFor(tt.server, "Test Connection", `{}`, `{}`)), nil, tt.arguments...)
		if status != tt.want {
			t.Errorf("%v on %s exits %d, want %d", tt.arguments, tt.server, status, tt.want)
		}
	}
	bare := fmt.Sprintf(`{"Server URL":%q,"api_access_key":%q,"api_secret_key":%q}`, ok.URL, accessCanary, secretCanary)
	if e, status := execute(t, strings.NewReader(bare), nil, "check"); status != 0 || e.Command != "Test Connection" {
		t.Errorf("check of a bare connection exits %d with %+v", status, e)
	}
	if e, status := execute(t, strings.NewReader(`{"command":"Test Connection"}`), nil, "check"); status != 1 || e.Error.Message != "The request has no connection." {
		t.Errorf("check of a request without a connection exits %d with %+v", status, e.Error)
	}
}

func TestMisusedCommandLine(t *testing.T) {
	for _, arguments := range [][]string{{"describ"}, {"schema"}, {"schema", "no_such"}, {"schema", "list_scans", "x"}, {"sample"}, {"sample", "x"}, {"check", "x"}, {"validate", "x"}, {"describe", "x"}, {"version", "x"}, {"help", "x"}, {"completion", "x"}} {
		command := newCommand(t, t.Context(), nil, arguments...)
		out, err := command.CombinedOutput()
		if status := exitStatus(t, err); status != exitMisused || !strings.Contains(string(out), "tenableio help") {
			t.Errorf("tenableio %v exits %d with %q, want %d and where to look", arguments, status, out, exitMisused)
		}
	}
}

func TestHelpAndVersionAreAFlagToo(t *testing.T) {
	for _, tt := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"--version"}, "tenableio " + version + " (commit "},
		{[]string{"--help"}, "Usage:\n"},
		{[]string{"-h"}, "Usage:\n"},
		{[]string{"run", "--help"}, "tenableio run COMMAND"},
		{[]string{"schema", "list_scans", "-h"}, "tenableio schema COMMAND"},
		{[]string{"sandbox", "--help"}, "--listen"},
	} {
		var stdout, stderr bytes.Buffer
		p := process{args: tt.arguments, stdin: strings.NewReader("no request"), stdout: &stdout, stderr: &stderr}
		if status := p.main(t.Context()); status != exitOK || stderr.Len() > 0 || !strings.Contains(stdout.String(), tt.want) {
			t.Errorf("tenableio %v exits %d with %q and %q, want %q", tt.arguments, status, stdout.String(), stderr.String(), tt.want)
		}
	}
}

func TestTruncatedRequests(t *testing.T) {
	valid := requestFor("http://127.0.0.1:1", "Get Scan Status", `{"scan_id":32}`, `{}`)
	for cut := 1; cut < len(valid); cut++ {
		stdout, _ := runCase(t, []byte(valid[:cut]), http.NewFileTransport(http.Dir("testdata")))
		var e envelope
		if err := json.Unmarshal(stdout, &e); err != nil || e.Error == nil || e.Error.StatusCode != 400 {
			t.Errorf("cut at byte %d: %s", cut, stdout)
		}
	}
}

// TestStdinLeftOpen covers FAULTS rows 2 and 3 without waiting for 10 s.
func TestStdinLeftOpen(t *testing.T) {
	reader, writer := io.Pipe()
	defer writer.Close()
	go fmt.Fprint(writer, `{"command":"List Scans"}`)
	if _, err := request.Read(t.Context(), reader, 50*time.Millisecond); err == nil || !strings.Contains(err.Error(), "stdin was not closed") {
		t.Errorf("%v, want a refusal", err)
	}
}

func TestPanicEndsInAnEnvelope(t *testing.T) {
	stdout, status := runCase(t, []byte(requestFor("http://127.0.0.1:1", "List Scans", `{}`, `{}`)), answering(func(*http.Request) string { panic("CANARY") }))
	e := envelopeOf(t, stdout)
	if status != 0 || e.Error == nil || e.Error.StatusCode != 500 || e.Error.Category != "internal" || strings.Contains(string(stdout), "CANARY") {
		t.Errorf("exit status %d, %s", status, stdout)
	}
	asked := requestFor("http://127.0.0.1:1", "List Scans", `{}`, `{}`)
	p := inMemory([]byte(asked), answering(func(*http.Request) string {
		panic(fault.Defect("The schema list_scans is missing from this build."))
	}))
	p.main(t.Context())
	const want = "The schema list_scans is missing from this build."
	if e := envelopeOf(t, p.out.Bytes()); e.Error == nil || e.Error.Message != want ||
		bytes.Contains(p.log.Bytes(), []byte("goroutine")) {
		t.Errorf("a fault of the build is told as %s, and logged as %s", p.out.Bytes(), p.log.Bytes())
	}
}

// FuzzRun: any bytes in, one valid envelope out.
func FuzzRun(f *testing.F) {
	f.Add([]byte(requestFor("http://127.0.0.1:1", "Get Scan Status", `{"scan_id":32}`, `{}`)), []byte(`{"status":"completed"}`))
	f.Add([]byte(requestFor("http://127.0.0.1:1", "List Scans", `{"folder_id":"1"}`, `{"wait":false}`)), []byte(`{"scans":[{"id":1}]}`))
	f.Add([]byte(`{"command":"Test Connection","connection":{"api_access_key":"a","api_secret_key":"b"}}`), []byte(`{"timezones":null}`))
	f.Fuzz(func(t *testing.T, stdin, answer []byte) {
		p := inMemory(stdin, always(string(answer)))
		if status := p.main(t.Context()); status != exitOK {
			t.Fatalf("exit status %d", status)
		}
		checkEnvelope(t, "", p.out.Bytes())
		if bytes.Contains(p.log.Bytes(), []byte("goroutine")) {
			t.Errorf("a panic: %s", p.log.Bytes())
		}
	})
}
