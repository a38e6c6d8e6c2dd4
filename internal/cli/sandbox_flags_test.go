package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ask makes a request past any client, to say what one never would, and gives the first
// line of the answer.
func (s *sandboxed) ask(t *testing.T, request string) string {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.ServerURL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := connection.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// TestSandboxIsItsOwn: what it lacks it says on stderr too, and it answers no page of
// another site.
func TestSandboxIsItsOwn(t *testing.T) {
	s := startSandbox(t)
	for headers, want := range map[string]string{
		"GET /nowhere HTTP/1.1\r\nHost: localhost":                             "HTTP/1.1 404",
		"GET /scans HTTP/1.1\r\nHost: evil.example.com":                        "HTTP/1.1 421",
		"GET /scans HTTP/1.1\r\nHost: localhost\r\nOrigin: http://example.com": "HTTP/1.1 403",
		"GET /scans HTTP/1.1\r\nHost: localhost":                               "HTTP/1.1 401",
	} {
		if got := s.ask(t, headers+"\r\n\r\n"); !strings.HasPrefix(got, want) {
			t.Errorf("%q: %s", headers, got)
		}
	}
	s.end()
	if told := s.stderr(); !strings.Contains(told, `{"level":"warn","method":"GET","path":"/nowhere"`) || strings.Count(told, `"warn"`) != 1 {
		t.Errorf("stderr is %s", told)
	}
}

// TestSandboxWritesAConnection, which run takes.
func TestSandboxWritesAConnection(t *testing.T) {
	name := filepath.Join(t.TempDir(), "tenable.json")
	for _, arguments := range [][]string{nil, {"--tls"}} {
		s := startSandbox(t, append(arguments, "--write-connection", name)...)
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		out, err := newCommand(t, t.Context(), nil, "run", "list_scans", "--connection", name, "--output", "json").Output()
		var e struct {
			ReturnData  string            `json:"return_data"`
			ContextData []json.RawMessage `json:"context_data"`
		}
		if err != nil || json.Unmarshal(out, &e) != nil || e.ReturnData != "Successful" || len(e.ContextData) == 0 {
			t.Errorf("%v: %s, %v", arguments, out, err)
		}
		s.end()
	}
}

// TestSandboxRefusesDuplicates in the form that it is told.
func TestSandboxRefusesDuplicates(t *testing.T) {
	for form, want := range map[string]string{"conflict": "409", "message": "429", "values": "429"} {
		s := startSandbox(t, "--duplicate-exports", form, "--export-outcome", "error", "--export-delay", "1m")
		admin := s.Connections[0]
		request := fmt.Sprintf("POST /vulns/export HTTP/1.1\r\nHost: localhost\r\nX-ApiKeys: accessKey=%s;secretKey=%s\r\n"+
			"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", admin.AccessKey, admin.SecretKey)
		if first, again := s.ask(t, request), s.ask(t, request); !strings.Contains(first, " 200 ") || !strings.Contains(again, " "+want+" ") {
			t.Errorf("%s: %s then %s", form, first, again)
		}
		s.end()
	}
}
