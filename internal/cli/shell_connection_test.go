package cli

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestConnectionOfTheEnvironment: ours go before those of Tenable's own SDK, and the keys
// are always a pair.
func TestConnectionOfTheEnvironment(t *testing.T) {
	for _, tt := range []struct{ variables, want string }{
		{"TENABLEIO_ACCESS_KEY=a TENABLEIO_SECRET_KEY=b", "a b "},
		{"TIO_ACCESS_KEY=c TIO_SECRET_KEY=d TIO_URL=http://127.0.0.1:1", "c d http://127.0.0.1:1"},
		{"TENABLEIO_ACCESS_KEY=a TENABLEIO_SECRET_KEY=b TIO_ACCESS_KEY=c TIO_SECRET_KEY=d TENABLEIO_SERVER_URL=x TIO_URL=y", "a b x"},
		{"TENABLEIO_ACCESS_KEY=a TIO_ACCESS_KEY=c TIO_SECRET_KEY=d", "a  "},
		{"TENABLEIO_SERVER_URL=x TIO_ACCESS_KEY=c TIO_SECRET_KEY=d", "c d x"},
		{"TENABLEIO_SERVER_URL=x", ""},
		{"", ""},
	} {
		variables := map[string]string{}
		for _, one := range strings.Fields(tt.variables) {
			name, value, _ := strings.Cut(one, "=")
			variables[name] = value
		}
		c := process{environment: func(name string) string { return variables[name] }}.environmentConnection()
		got := ""
		if c != nil {
			got = c["api_access_key"] + " " + c["api_secret_key"] + " " + c["server_url"]
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.variables, got, tt.want)
		}
	}
}

// TestConnectionFile: a connection or a whole request, and a warning where others may read
// the keys in it.
func TestConnectionFile(t *testing.T) {
	keys := `"api_access_key":"` + accessCanary + `","api_secret_key":"` + secretCanary + `"`
	for _, tt := range []struct {
		text  string
		mode  os.FileMode
		codes string
		fails string
	}{
		{`{` + keys + `}`, 0o600, "", ""},
		{`{"connection":{` + keys + `},"command":"List Agents","inputs":{"x":1}}`, 0o400, "", ""},
		{`{` + keys + `}`, 0o644, "connection_exposed", ""},
		{`{` + keys + `}`, 0o640, "connection_exposed", ""},
		{`{` + keys, 0o600, "", "cannot be used. The request is not valid JSON"},
		{``, 0o600, "", "cannot be used. The request is empty."},
		{`{"api_access_key":"` + accessCanary + `"}`, 0o600, "", "The parameter (API Secret Key) is required."},
	} {
		name := filepath.Join(t.TempDir(), "c.json")
		if err := os.WriteFile(name, []byte(tt.text), tt.mode); err != nil {
			t.Fatal(err)
		}
		p := inMemory(nil, always(`{"scans": [{"id": 32}]}`))
		p.args = []string{"run", "list_scans", "--connection", name}
		p.logLevel = "debug"
		status := p.main(t.Context())
		checkStreams(t, p.out.Bytes(), p.log.Bytes())
		e := envelopeOf(t, p.out.Bytes())
		if runtime.GOOS == "windows" {
			tt.codes = ""
		}
		if e.codes() != tt.codes || (status == exitOK) != (tt.fails == "") || tt.fails != "" && !strings.Contains(e.Error.Message, tt.fails) {
			t.Errorf("%.30s… exits %d with %+v, warnings %q; want %q %q", tt.text, status, e.Error, e.codes(), tt.fails, tt.codes)
		}
	}
	p := inMemory([]byte(`{`+keys+`}`), always(`{"scans": []}`))
	p.args = []string{"run", "list_scans", "--connection", "-"}
	if status := p.main(t.Context()); status != exitOK {
		t.Errorf("a connection on stdin: exits %d with %s", status, p.out)
	}
}

// TestCheckFindsItsConnection: on stdin, in a file or in the environment; what stands on
// stdin goes before the environment.
func TestCheckFindsItsConnection(t *testing.T) {
	for _, tt := range []struct {
		stdin       string
		environment func(string) string
		want        string // the access key
	}{
		{`{"api_access_key":"stdin-key","api_secret_key":"x"}`, keysInEnvironment(), "stdin-key"},
		{" \n", keysInEnvironment(), accessCanary},
		{"", keysInEnvironment(), accessCanary},
		{"", nil, ""},
	} {
		used := ""
		p := inMemory([]byte(tt.stdin), answering(func(r *http.Request) string {
			used = r.Header.Get("X-ApiKeys")
			return `{"timezones":[]}`
		}))
		p.args = []string{"check"}
		p.environment = tt.environment
		status := p.main(context.Background())
		if (status == exitOK) != (tt.want != "") || !strings.Contains(used, tt.want) {
			t.Errorf("%q on stdin: exits %d, keys %q, want %q", tt.stdin, status, used, tt.want)
		}
	}
}

// TestQuietCheck: nothing unless it fails, then one line on stderr.
func TestQuietCheck(t *testing.T) {
	works := inMemory(nil, always(`{"timezones":[]}`))
	fails := inMemory(nil, always(`no JSON`))
	for p, want := range map[*memoryProcess]string{&works: "", &fails: "tenableio: Test Connection failed. Failed to check the connector. "} {
		p.args = []string{"check", "--quiet"}
		p.environment = keysInEnvironment()
		status := p.main(t.Context())
		said := string(p.log.Bytes())
		lines := strings.Count(said, "\n")
		if p.out.Len() > 0 || !strings.HasPrefix(said, want) || (want == "") != (lines == 0) || lines > 1 || (want == "") != (status == exitOK) {
			t.Errorf("exits %d with %q and %q, want %q", status, p.out, said, want)
		}
	}
}

// TestRawForm: raw_data alone, and a failure on stderr.
func TestRawForm(t *testing.T) {
	const answer = `{ "scans": [], "big": 18446744073709551617 }`
	p := inMemory(nil, always(answer))
	p.args = []string{"run", "list_scans", "--output", "raw"}
	p.environment = keysInEnvironment()
	if status := p.main(t.Context()); status != exitOK || p.out.String() != answer+"\n" || len(p.log.Bytes()) > 0 {
		t.Errorf("exits %d with %q and %q", status, p.out, p.log.Bytes())
	}
	p = inShell("run", "list_scans", "folder_id=x", "--output", "raw")
	status := p.main(t.Context())
	if said := string(p.log.Bytes()); status != exitFailed || p.out.String() != "null\n" || !strings.HasPrefix(said, "tenableio: List Scans failed. The value for parameter (Folder ID) is invalid.") {
		t.Errorf("exits %d with %q and %q", status, p.out, said)
	}
}
