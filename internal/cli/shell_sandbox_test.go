package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenableio/commands"
	"tenableio/commands/command"
)

// connectionFile writes the connection of a role to a file.
func (s *sandboxed) connectionFile(t *testing.T, permissions int, mode os.FileMode) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "tenable.json")
	for _, c := range s.Connections {
		if c.Permissions == permissions {
			text := fmt.Sprintf(`{"server_url":%q,"api_access_key":%q,"api_secret_key":%q}`, s.ServerURL, c.AccessKey, c.SecretKey)
			if err := os.WriteFile(name, []byte(text), mode); err != nil {
				t.Fatal(err)
			}
			return name
		}
	}
	t.Fatalf("no connection has %d", permissions)
	return ""
}

// shellUser is a person at a shell with the connection of a sandbox.
type shellUser struct {
	*testing.T
	connection string
}

// types runs "tenableio run" with words, and returns what it prints. It must succeed, and
// say nothing on stderr.
func (u shellUser) types(form string, words ...string) []byte {
	u.Helper()
	words = append([]string{"run", "--output", form, "--connection", u.connection, "--timeout", "30"}, words...)
	command := newCommand(u.T, u.Context(), nil, words...)
	command.Env = []string{"PATH=" + os.Getenv("PATH")}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if status := exitStatus(u.T, command.Run()); status != exitOK || stderr.Len() > 0 || stdout.Len() == 0 {
		u.Fatalf("%q exits %d, stderr %s, stdout %.2000s", words, status, stderr.String(), stdout.String())
	}
	return stdout.Bytes()
}

// TestEveryCommandInAShellAgainstTheSandbox plays the sample of each command in all forms.
func TestEveryCommandInAShellAgainstTheSandbox(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--scan-duration", "0s", "--export-delay", "0s")
	u := shellUser{t, s.connectionFile(t, 64, 0o600)}
	for _, command := range commands.All() {
		words := sampleWords(t, command)
		for _, form := range []string{formJSON, formTable, formRaw} {
			text := u.types(form, words...)
			if form != formTable && !json.Valid(text) {
				t.Errorf("%q is no JSON: %.300s", words, text)
			}
		}
	}
}

// sampleWords are the sample of a command in the words of a shell.
func sampleWords(t *testing.T, command command.Command) []string {
	t.Helper()
	schema := command.Schema()
	var inputs map[string]json.RawMessage
	if err := json.Unmarshal(schema.Examples[0], &inputs); err != nil {
		t.Fatal(err)
	}
	words := []string{command.Key}
	for name, value := range inputs {
		words = append(words, name+"="+argumentOf(value))
	}
	return words
}

// TestFilesFromAShell: a report goes to the folder, and a table says where it is.
func TestFilesFromAShell(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--export-delay", "10ms")
	u := shellUser{t, s.connectionFile(t, 64, 0o600)}
	folder := t.TempDir()
	download, _ := commands.Lookup("download_exported_scan")
	words := sampleWords(t, download)
	said := string(u.types(formTable, append(words, "--output-dir", folder)...))
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 || !strings.Contains(said, filepath.Base(folder)) || !strings.Contains(said, files[0].Name()) {
		t.Errorf("%v, %v; the table says %s", files, err, said)
	}
	if said := string(u.types(formTable, words...)); !strings.Contains(strings.Join(strings.Fields(said), " "), "is not saved; --output-dir FOLDER says where to.") {
		t.Errorf("a file that is not saved: %s", said)
	}
}
