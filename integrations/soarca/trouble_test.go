package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenableio/integrations/soarca/fin"
)

// stallDownloads puts a proxy before the sandbox that lets the first bytes of a download
// through and then nothing more.
func (p *play) stallDownloads() {
	p.t.Helper()
	text, err := os.ReadFile(p.connection)
	if err != nil {
		p.t.Fatal(err)
	}
	var connection map[string]string
	if err := json.Unmarshal(text, &connection); err != nil {
		p.t.Fatal(err)
	}
	sandbox, err := url.Parse(connection["server_url"])
	if err != nil {
		p.t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(sandbox) },
		ModifyResponse: func(r *http.Response) error {
			if strings.HasSuffix(r.Request.URL.Path, "/download") {
				r.Body = io.NopCloser(io.MultiReader(io.LimitReader(r.Body, 64<<10), stalled{r.Request}))
			}
			return nil
		},
		FlushInterval: -1,
	}
	server := httptest.NewServer(proxy)
	p.t.Cleanup(server.Close)
	connection["server_url"] = server.URL
	changed, err := json.Marshal(connection)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(p.connection, changed, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// stalled is a body that ends when its request does.
type stalled struct{ request *http.Request }

func (s stalled) Read([]byte) (int, error) {
	<-s.request.Context().Done()
	return 0, s.request.Context().Err()
}

// TestStopInADownload: the download ends at once, leaves no file, and the fin goes.
func TestStopInADownload(t *testing.T) {
	p := begin(t)
	p.stallDownloads()
	export := p.run("export_scan scan_id=32 report_format=Nessus")
	m := newCommand("download_exported_scan scan_id=32 file_id=__file_id__:value", "__file_id__", export.variables["__file_id__"])
	p.send(fin.Agent, m)
	for began := time.Now(); len(p.files()) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("no download has begun; log: %s", p.log)
		}
	}
	child := p.children()
	p.send(fin.Agent, map[string]any{"type": "stop", "message_id": "stop", "capability_id": fin.Agent})
	p.wait("the acknowledgement of stop", of("ack", "stop"))
	if r := p.result(m); r.state != "failure" || r.variables["__status_code__"] != "499" || r.variables["__file_path__"] != "" {
		t.Errorf("the result is %v", r)
	}
	p.wait("the goodbye", func(h heard) bool { return h.body["type"] == "unregister" })
	if err := p.exit(20 * time.Second); err != nil {
		t.Error(err)
	}
	if files := p.files(); len(files) > 0 {
		t.Errorf("%v are left", files)
	}
	if _, err := os.Stat("/proc/" + child); child == "" || err == nil {
		t.Errorf("the plugin's process %q is left", child)
	}
}

// TestKilledFin: the kernel ends the plugin with its fin.
func TestKilledFin(t *testing.T) {
	p := begin(t)
	p.stallDownloads()
	export := p.run("export_scan scan_id=32 report_format=Nessus")
	p.send(fin.Agent, newCommand("download_exported_scan scan_id=32 file_id="+export.variables["__file_id__"]))
	for p.children() == "" {
		time.Sleep(20 * time.Millisecond)
	}
	child := "/proc/" + p.children()
	_ = p.fin.Process.Kill()
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if status, err := os.ReadFile(child + "/status"); err != nil || strings.Contains(string(status), "(zombie)") {
			return
		}
		if time.Since(began) > time.Minute {
			t.Fatalf("the plugin's process %s is left", child)
		}
	}
}

// TestLostBroker: what was running goes on, its result is delivered when the broker is
// back, and the fin registers again.
func TestLostBroker(t *testing.T) {
	p := begin(t, "--latency", "1500ms")
	m := newCommand("list_scans")
	p.send(fin.Agent, m)
	p.wait("the acknowledgement", of("ack", m["message_id"].(string)))
	if err := p.broker.Close(); err != nil {
		t.Fatal(err)
	}
	isRegistration := func(h heard) bool { return h.body["type"] == "register" }
	registrations := p.count(isRegistration)
	time.Sleep(2 * time.Second) // the command ends meanwhile
	if p.count(of("result", m["message_id"].(string))) != 0 {
		t.Error("the result came before the broker was lost")
	}
	p.startBroker()
	if r := p.result(m); r.state != "success" {
		t.Errorf("the result is %v", r)
	}
	for began := time.Now(); p.count(isRegistration) == registrations; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("the fin does not register again")
		}
	}
	if r := p.run("test_connection"); r.state != "success" { // though nobody answered the registration
		t.Errorf("afterwards a command is %v", r)
	}
}

// TestUnregistered: SOARCA may send a fin away, or all.
func TestUnregistered(t *testing.T) {
	for name, m := range map[string]map[string]any{
		"capability": {"capability_id": fin.Agent, "fin_id": nil, "all": false}, "all": {"all": true}, "all, in SOARCA's words": {"capability_id": "", "fin_id": "", "all": "true"},
	} {
		t.Run(name, func(t *testing.T) {
			p := begin(t)
			m["type"] = "unregister"
			m["message_id"] = "away"
			p.send("soarca", m)
			p.wait("the acknowledgement", of("ack", "away"))
			if err := p.exit(20 * time.Second); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestStart: what is wrong is told at once, and no key with it.
func TestStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const secret = "5ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4e75ec4"
	good := write("good.json", `{"api_access_key": "`+secret+`", "api_secret_key": "`+secret+`"}`)
	plugin := binary(t, "tenableio")
	for _, c := range []struct {
		arguments []string
		status    int
		want      string
	}{
		{[]string{"--connection", good, "--output-dir", folder}, 2, "--broker, --connection and --output-dir are required"},
		{[]string{"--broker", "localhost:1883", "--connection", good, "--output-dir", folder}, 2, "--broker must be tcp://HOST:PORT"},
		{[]string{"--broker", "tcp://me:" + secret + "@127.0.0.1:1883", "--connection", good, "--output-dir", folder}, 2, "MQTT_PASSWORD"},
		{[]string{"--brokr", "x"}, 2, "flag provided but not defined"},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", good, "--output-dir", folder, "more"}, 2, `"more" is no flag`},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", filepath.Join(folder, "none.json"), "--output-dir", folder}, 1, "none.json: no such file"},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", write("text.json", secret), "--output-dir", folder}, 1, "holds no JSON object"},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", write("half.json", `{"api_access_key": "`+secret+`"}`), "--output-dir", folder}, 1, "The parameter (API Secret Key) is required."},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", write("typo.json", `{"api_acess_key": "`+secret+`"}`), "--output-dir", folder}, 1, `Did you mean "API Access Key"?`},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", good, "--output-dir", folder, "--binary", filepath.Join(folder, "none")}, 1, "--binary"},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", good, "--output-dir", folder, "--binary", "/bin/true"}, 1, "/bin/true describe"},
		{[]string{"--broker", "tcp://127.0.0.1:1", "--connection", good, "--output-dir", good}, 1, "--output-dir"},
	} {
		command := exec.Command(binary(t, "tenableio-fin"), append([]string{"--binary", plugin}, c.arguments...)...)
		said, _ := command.CombinedOutput()
		if status := command.ProcessState.ExitCode(); status != c.status || !strings.Contains(string(said), c.want) || strings.Contains(string(said), secret) {
			t.Errorf("%v ends with %d and %s; want %d and %q, and no key", c.arguments, status, said, c.status, c.want)
		}
	}
}
