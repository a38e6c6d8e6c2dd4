package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// recipe is one script of docs/cookbook.md.
type recipe struct {
	name   string
	script string
}

var recipeBlock = regexp.MustCompile("(?ms)^```sh recipe ([a-z-]+)\n(.*?)^```$")

// recipes reads the scripts of docs/cookbook.md.
func recipes(t *testing.T) []recipe {
	t.Helper()
	var all []recipe
	for _, found := range recipeBlock.FindAllStringSubmatch(string(readPage(t, "docs/cookbook.md")), -1) {
		all = append(all, recipe{found[1], found[2]})
	}
	return all
}

// kitchen is where a recipe runs: a folder with the plugin on its PATH and a sandbox of its own.
type kitchen struct {
	folder      string
	environment []string
	tickets     chan []byte // what the ticket system took
}

// meal is what a recipe leaves.
type meal struct {
	kitchen
	stdout string
	stderr string
}

// taste holds the check of every recipe by its name.
var taste = map[string]func(t *testing.T, m meal){
	"scan-a-host": func(t *testing.T, m meal) {
		report := strings.TrimSpace(m.stdout)
		text, err := os.ReadFile(report)
		if err != nil || !bytes.HasPrefix(text, []byte("%PDF-")) {
			t.Errorf("the report %q is no PDF: %v", report, err)
		}
	},
	"wait-for-a-run": func(t *testing.T, m meal) {
		if !regexp.MustCompile(`^run [0-9a-f-]{36,} has completed\n$`).MatchString(m.stdout) {
			t.Errorf("it says %q", m.stdout)
		}
	},
	"ticket": func(t *testing.T, m meal) {
		var ticket struct{ Title, Text string }
		if err := json.Unmarshal(<-m.tickets, &ticket); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(ticket.Title, " critical findings on 192.0.2.1") || strings.HasPrefix(ticket.Title, "0 ") {
			t.Errorf("the title is %q", ticket.Title)
		}
		if !strings.Contains(ticket.Text, ", VPR ") {
			t.Errorf("the text is %q", ticket.Text)
		}
	},
	"who-has-a-cve": func(t *testing.T, m meal) {
		if !regexp.MustCompile(`(?m)^192\.0\.2\.\d+\t\S*\t\d+\t[a-z]+$`).MatchString(m.stdout) {
			t.Errorf("it lists %q", m.stdout)
		}
	},
	"quarantine": func(t *testing.T, m meal) {
		if !strings.HasPrefix(m.stdout, "not moved: nobody.example.com: ") {
			t.Errorf("it says %q", m.stdout)
		}
	},
	"nightly-csv": func(t *testing.T, m meal) {
		names, err := filepath.Glob(filepath.Join(m.folder, "findings-*.csv"))
		if err != nil || len(names) != 1 {
			t.Fatalf("%d files, %v", len(names), err)
		}
		text := readPage(t, names[0])
		if !regexp.MustCompile(`(?m)^"192\.0\.2\.1",.*,"(critical|high|medium|low|info)","OPEN",".*Z"$`).Match(text) {
			t.Errorf("the CSV is %.300s", text)
		}
	},
	"health-check": func(t *testing.T, m meal) {
		if m.stdout != "" || m.stderr != "" {
			t.Errorf("it says %q and %q", m.stdout, m.stderr)
		}
	},
	"keys-from-vault": func(t *testing.T, m meal) {
		if !strings.Contains(m.stdout, "Weekly servers 1\n") {
			t.Errorf("it lists %q", m.stdout)
		}
	},
	"keys-in-the-environment": func(t *testing.T, m meal) {
		if m.stdout != "" || m.stderr != "" {
			t.Errorf("it says %q and %q", m.stdout, m.stderr)
		}
	},
}

// needTools skips where a tool of the recipes is missing.
func needTools(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"sh", "jq", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("not run: there is no %s", tool)
		}
	}
}

// TestCookbook runs every recipe in a sandbox of its own.
func TestCookbook(t *testing.T) {
	needTools(t)
	all := recipes(t)
	if len(all) != len(taste) {
		t.Errorf("docs/cookbook.md has %d recipes, and %d have a check", len(all), len(taste))
	}
	for _, r := range all {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			check := taste[r.name]
			if check == nil {
				t.Fatal("the recipe has no check")
			}
			m, err := newKitchen(t).cook(t, r)
			if err != nil {
				t.Fatalf("%v\n%s%s", err, m.stdout, m.stderr)
			}
			check(t, m)
		})
	}
}

// TestCookbookFails checks that every recipe stops with an error where the keys are wrong.
func TestCookbookFails(t *testing.T) {
	needTools(t)
	for _, r := range recipes(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t)
			for _, name := range []string{"connection.json", "tools/vault"} {
				path := filepath.Join(k.folder, name)
				text := regexp.MustCompile(`"[0-9a-f]{64}"`).ReplaceAll(readPage(t, path), []byte(`"wrong"`))
				if err := os.WriteFile(path, text, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if m, err := k.cook(t, r); err == nil {
				t.Errorf("it succeeds: %s%s", m.stdout, m.stderr)
			}
		})
	}
}

// newKitchen starts a sandbox and writes the files that the recipes expect.
func newKitchen(t *testing.T) kitchen {
	t.Helper()
	tenableio, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	s := startSandbox(t, "--scan-duration", "400ms", "--export-delay", "100ms",
		"--write-connection", filepath.Join(folder, "connection.json"))
	connection := s.connection(t)
	plugin := s.keyField(t, "Query Vulnerability Details", `{"severity":"critical"}`, "plugin_ids")
	k := kitchen{folder: folder, tickets: make(chan []byte, 1)}
	tickets := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		k.tickets <- text
	}))
	t.Cleanup(tickets.Close)
	vault := "#!/bin/sh\necho '{\"data\":{\"data\":" + connection + "}}'\n"
	if err := os.Mkdir(filepath.Join(k.folder, "tools"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(k.folder, "tools/vault"), []byte(vault), 0o700); err != nil {
		t.Fatal(err)
	}
	k.environment = []string{
		"PATH=" + filepath.Dir(tenableio) + ":" + filepath.Join(k.folder, "tools") + ":" + os.Getenv("PATH"),
		"HOME=" + k.folder, "INTERVAL=0.1", "TICKETS=" + tickets.URL,
		"CVE=" + s.keyField(t, "Get Vulnerability Details", `{"plugin_id":`+plugin+`}`, "cves"),
		"HOSTS=" + s.keyField(t, "List Agents", `{"platform":"WINDOWS"}`, "agent_names") + ",nobody.example.com",
	}
	return k
}

// connection returns the connection object of the administrator.
func (s *sandboxed) connection(t *testing.T) string {
	t.Helper()
	for _, c := range s.Connections {
		if c.Role == "administrator" {
			return fmt.Sprintf(`{"server_url":%q,"api_access_key":%q,"api_secret_key":%q}`, s.ServerURL, c.AccessKey, c.SecretKey)
		}
	}
	t.Fatal("the sandbox has no administrator")
	return ""
}

// keyField runs a command and returns the first value of one of its key fields.
func (s *sandboxed) keyField(t *testing.T, command, inputs, name string) string {
	t.Helper()
	var fields map[string][]json.RawMessage
	err := json.Unmarshal(s.run(t, 64, command, inputs).KeyFields, &fields)
	if err != nil || len(fields[name]) == 0 {
		t.Fatalf("%s %s has no %s: %v", command, inputs, name, err)
	}
	return strings.Trim(string(fields[name][0]), `"`)
}

// cook runs a recipe to its end. The error is that of its exit status.
func (k kitchen) cook(t *testing.T, r recipe) (meal, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "sh", "-c", r.script)
	command.Dir = k.folder
	command.Env = k.environment
	var stdout, stderr bytes.Buffer
	command.Stdout = &stdout
	command.Stderr = &stderr
	err := command.Run()
	return meal{k, stdout.String(), stderr.String()}, err
}

// TestFirstFiveMinutes does what README.md tells a newcomer: it starts the sandbox, writes the connection,
// and asks. The first answer has rows.
func TestFirstFiveMinutes(t *testing.T) {
	needTools(t)
	_, section, _ := strings.Cut(string(readPage(t, "README.md")), "## The first five minutes")
	section, _, _ = strings.Cut(section, "\n## ")
	var script []string
	sandboxes := 0
	for _, line := range shellLines(section) {
		switch {
		case line == "bin/tenableio sandbox --write-connection connection.json":
			sandboxes++ // newKitchen starts it so
		case strings.HasPrefix(line, "bin/tenableio "):
			script = append(script, strings.TrimPrefix(line, "bin/"))
		}
	}
	if sandboxes != 1 || len(script) == 0 {
		t.Fatalf("README.md starts %d sandboxes and asks %d times", sandboxes, len(script))
	}
	m, err := newKitchen(t).cook(t, recipe{"first-five-minutes", strings.Join(script, "\n")})
	if err != nil {
		t.Fatalf("%v\n%s%s", err, m.stdout, m.stderr)
	}
	var e envelope
	if err := json.NewDecoder(strings.NewReader(m.stdout)).Decode(&e); err != nil || len(e.ContextData) == 0 {
		t.Errorf("the first answer has %d rows: %v", len(e.ContextData), err)
	}
}
