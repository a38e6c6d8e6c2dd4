package cli

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/commands"
	"tenableio/internal/canned"
)

// keysInEnvironment are the variables of a connection with the keys of the cases.
func keysInEnvironment(more ...string) func(string) string {
	variables := map[string]string{"TENABLEIO_ACCESS_KEY": accessCanary, "TENABLEIO_SECRET_KEY": secretCanary}
	for i := 0; i < len(more); i += 2 {
		variables[more[i]] = more[i+1]
	}
	return func(name string) string { return variables[name] }
}

// inShell is a process with the arguments of a shell, and no answers of Tenable's.
func inShell(arguments ...string) memoryProcess {
	p := inMemory(nil, canned.NewPlayer(nil))
	p.args = arguments
	p.environment = keysInEnvironment()
	return p
}

// argumentsOf are the inputs of a request as NAME=VALUE.
func argumentsOf(t *testing.T, request []byte) (command string, arguments []string) {
	t.Helper()
	var q struct {
		Command string                     `json:"command"`
		Inputs  map[string]json.RawMessage `json:"inputs"`
	}
	if err := json.Unmarshal(request, &q); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(q.Inputs)) {
		arguments = append(arguments, name+"="+argumentOf(q.Inputs[name]))
	}
	return q.Command, arguments
}

// TestShellFormIsTheSameRequest: every command asks the same of Tenable in the words of a
// shell as on stdin, and its result is the same but for what the request alone has.
func TestShellFormIsTheSameRequest(t *testing.T) {
	for _, command := range commands.All() {
		t.Run(command.Key, func(t *testing.T) {
			folder := filepath.Join("testdata", command.Key, "ok")
			request, err := os.ReadFile(filepath.Join(folder, "request.json"))
			if err != nil {
				t.Fatal(err)
			}
			golden, err := os.ReadFile(filepath.Join(folder, "result.json"))
			if err != nil {
				t.Fatal(err)
			}
			_, arguments := argumentsOf(t, request)
			for _, name := range []string{command.Key, strings.ReplaceAll(command.Key, "_", "-"), strings.ToUpper(command.Key)} {
				exchanges, err := canned.Load(filepath.Join(folder, "exchanges.json"))
				if err != nil {
					t.Fatal(err)
				}
				player := canned.NewPlayer(exchanges)
				p := inMemory(nil, player)
				p.args = append([]string{"run", name}, arguments...)
				p.environment = keysInEnvironment()
				if status := p.main(t.Context()); status != exitOK {
					t.Errorf("%v exits %d", p.args, status)
				}
				checkStreams(t, p.out.Bytes(), p.log.Bytes())
				if err := player.Done(); err != nil {
					t.Error(err)
				}
				if diff := cmp.Diff(withoutRequest(t, golden), withoutRequest(t, p.out.Bytes())); diff != "" {
					t.Errorf("%v (-want +got):\n%s", p.args, diff)
				}
			}
		})
	}
}

// withoutRequest is a result without what depends on the request's options and meta.
func withoutRequest(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var result map[string]any
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	for _, name := range []string{"meta", "stats"} {
		delete(result, name)
	}
	return result
}

// TestKeysAreNeverTakenFromArguments, nor shown.
func TestKeysAreNeverTakenFromArguments(t *testing.T) {
	key := strings.Repeat("0123456789abcdef", 4)
	for _, arguments := range [][]string{
		{"run", "list_scans", "api_access_key=" + key},
		{"run", "list_scans", "API Secret Key=CANARY-1234567890"},
		{"run", "list_scans", "secret-key=CANARY-1234567890"},
		{"run", "list_scans", "folder_id=" + key},
		{"run", "list_scans", "X-ApiKeys=accessKey=CANARY-1234567890;secretKey=CANARY-1234567890"},
		{"run", "list_scans", "x=accessKey=CANARY-1234567890"},
		{"run", key},
		{"run", "list_scans", key},
		{"run", "list_scans", "--api-secret-key=CANARY-1234567890"},
		{"run", "list_scans", "--access-key", "CANARY-1234567890"},
		{"run", "list_scans", "--secretkey", key},
		{"run", "list_scans", "--output", key},
		{"check", key},
		{"check", "--api-key", "CANARY-1234567890"},
		{"help", key},
		{"sample", key},
		{"schema", "list_scans", key},
		{"list_scans", "access_key=CANARY-1234567890"},
		{key},
	} {
		p := inShell(arguments...)
		status := p.main(t.Context())
		said := p.out.String() + string(p.log.Bytes())
		if status == exitOK || strings.Contains(said, "CANARY") || strings.Contains(said, key[:8]) {
			t.Errorf("%v exits %d with %s", arguments, status, said)
		}
	}
	p := inShell("run", "list_scans", "api_secret_key=CANARY-1234567890")
	status := p.main(t.Context())
	if e := envelopeOf(t, p.out.Bytes()); status != exitFailed || e.Error.StatusCode != 400 || !strings.Contains(e.Error.Message, "never taken from arguments") {
		t.Errorf("exits %d with %+v", status, e.Error)
	}
}

// TestNoInputIsCalledLikeAKey: it could not be given in a shell.
func TestNoInputIsCalledLikeAKey(t *testing.T) {
	for _, command := range commands.All() {
		schema := command.Schema()
		for key, property := range schema.Properties {
			if namesKey(key) || namesKey(property.Title) {
				t.Errorf("%s has an input %s", command.Key, key)
			}
		}
	}
}

// TestMisusedShellForm: a wrong flag is a wrong command line, and told with the nearest one.
func TestMisusedShellForm(t *testing.T) {
	for _, tt := range []struct{ line, says string }{
		{"run list_scans --output_dir x", `unknown flag "--output_dir". Did you mean "--output-dir"?`},
		{"run list_scans --timout=3", `Did you mean "--timeout"?`},
		{"run list_scans --timeout", "--timeout needs a value"},
		{"run list_scans --timeout never", `"never" of --timeout is invalid: it must be a number of seconds`},
		{"run list_scans --timeout 0", "--timeout is invalid"},
		{"run list_scans --max-inline-bytes -1", "--max-inline-bytes is invalid"},
		{"run list_scans --output xml", "it must be one of: json, table, raw"},
		{"run list_scans --no-wait=perhaps", "it must be true or false"},
		{"run list_scans folder_id 17", `unexpected argument "folder_id": inputs are given as NAME=VALUE`},
		{"run list_scans folder_id=1 17", `unexpected argument "17"`},
		{"run --connection x.json", "--connection goes with a COMMAND"},
		{"list_scans", `Did you mean "tenableio run list_scans"?`},
		{"List Scans folder_id=17", `Did you mean "tenableio run list_scans"?`},
		{"lst-scans", `Did you mean "tenableio run list_scans"?`},
		{"chek", `Did you mean "tenableio check"?`},
		{"check --quite", `Did you mean "--quiet"?`},
		{"check now", `check takes no argument but flags, got "now"`},
		{"help lst_scans", `Did you mean "list_scans"?`},
		{"completion bsh", `Did you mean "bash"?`},
		{"completion", "completion takes a shell: bash, fish, zsh"},
	} {
		p := inShell(strings.Fields(tt.line)...)
		if status := p.main(t.Context()); status != exitMisused || !strings.Contains(string(p.log.Bytes()), tt.says) || p.out.Len() > 0 {
			t.Errorf("tenableio %s exits %d with %s%s, want %d and %s", tt.line, status, p.log.Bytes(), p.out, exitMisused, tt.says)
		}
	}
}

// TestRefusedShellForm: a wrong command, input or value is a failed envelope, as on stdin.
func TestRefusedShellForm(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "no-such-file")
	for _, tt := range []struct {
		arguments []string
		status    int
		message   string
	}{
		{[]string{"lst_scans"}, 404, `Unknown command "lst_scans". Did you mean "List Scans"?`},
		{[]string{"list_scans", "foldr_id=1"}, 400, `Unknown input "foldr_id". Did you mean "Folder ID"?`},
		{[]string{"list_scans", "folder_id=x"}, 400, "The value for parameter (Folder ID) is invalid."},
		{[]string{"list_scans", "folder_id=1", "folder_id=2"}, 400, `The input "folder_id" is given twice.`},
		{[]string{"list_scans", "folder_id=1", "Folder ID=2"}, 400, "The parameter (Folder ID) is given twice"},
		{[]string{"list_scans", "folder_id=@" + missing}, 400, `The file for the input "folder_id" cannot be read: no such file or directory.`},
		{[]string{"list_scans", "folder_id=@" + filepath.Dir(missing)}, 400, `The file for the input "folder_id" cannot be read: it is neither`},
		{[]string{"list_scans", "folder_id=\xff"}, 400, `The input "folder_id" is not valid UTF-8.`},
		{[]string{"list_scans", "--connection", missing}, 400, "The connection file " + missing + " cannot be read: no such file or directory."},
		{[]string{"get_scan_status"}, 400, "The parameter (Scan ID) is required."},
		{[]string{"export_scan", "scan_id=1", "report_format=PDX"}, 400, "The value for parameter (Report Format) is invalid."},
	} {
		p := inShell(append([]string{"run"}, tt.arguments...)...)
		status := p.main(t.Context())
		e := envelopeOf(t, p.out.Bytes())
		if status != exitFailed || e.Error == nil || e.Error.StatusCode != tt.status || !strings.HasPrefix(e.Error.Message, tt.message) || e.Error.Hint == "" {
			t.Errorf("run %v exits %d with %+v, want %d %s", tt.arguments, status, e.Error, tt.status, tt.message)
		}
	}
}

// TestValuesFromElsewhere: from a file, from stdin, and one that begins with @.
func TestValuesFromElsewhere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "id")
	if err := os.WriteFile(file, []byte("32\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ argument, stdin string }{
		{"scan_id=32", ""}, {"scan_id=@" + file, ""}, {"Scan-ID=-", "32\r\n"}, {"scan_id=-", "32"},
	} {
		player := canned.NewPlayer([]canned.Exchange{own("/scans/32/latest-status", `{"status": "running"}`).Exchange})
		p := inMemory([]byte(tt.stdin), player)
		p.args = []string{"run", "get_scan_status", tt.argument}
		p.environment = keysInEnvironment()
		if status := p.main(t.Context()); status != exitOK || player.Done() != nil {
			t.Errorf("%s with %q on stdin exits %d with %s, %v", tt.argument, tt.stdin, status, p.out, player.Done())
		}
	}
	p := inShell("run", "get_scan_status", "scan_id=@@x")
	p.main(t.Context())
	if !strings.Contains(p.out.String(), `"value":"@x"`) {
		t.Errorf("@@x is %s", p.out)
	}
}

// TestShellOptions: the flags are the options of a request.
func TestShellOptions(t *testing.T) {
	f := newRunFlags()
	words, err := f.parse([]string{"--timeout", "2m", "list_scans", "--output-dir=x", "--", "--a=b", "-"})
	if err != nil || !slices.Equal(words, []string{"list_scans", "--a=b", "-"}) {
		t.Fatalf("words %q, %v", words, err)
	}
	if _, err := f.parse([]string{"--max-inline-bytes", "0", "--no-wait"}); err != nil {
		t.Fatal(err)
	}
	q, err := f.applied(decodeCheck)([]byte(`{"connection":{},"options":{"timeout_seconds":1,"max_inline_bytes":5}}`))
	o := q.Options
	if err != nil || o.Timeout.Seconds() != 120 || o.MaxInlineBytes != 0 || o.Wait || !filepath.IsAbs(o.OutputDir) || filepath.Base(o.OutputDir) != "x" {
		t.Errorf("%+v, %v", o, err)
	}
}
