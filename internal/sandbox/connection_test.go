package sandbox

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenableio/internal/sandbox/web"
)

// TestConnectionIsWritten for its owner alone, over that of an earlier sandbox.
func TestConnectionIsWritten(t *testing.T) {
	name := filepath.Join(t.TempDir(), "tenable.json")
	admin := web.Connection{Role: "administrator", AccessKey: "A", SecretKey: "S"}
	for _, server := range []string{"http://127.0.0.1:1", "https://[::1]:2", "http://localhost:3"} {
		told := announcement{ServerURL: server, CACertificates: "/ca.pem", Connections: []web.Connection{admin, {Role: "basic"}}}
		if err := told.writeConnection(name); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		text, err := os.ReadFile(name)
		var read map[string]string
		if err != nil || json.Unmarshal(text, &read) != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if read["server_url"] != server || read["api_access_key"] != "A" || read["api_secret_key"] != "S" || read["ca_certificates"] != "/ca.pem" || len(read) != 4 {
			t.Errorf("%s", text)
		}
	}
	if files, _ := os.ReadDir(filepath.Dir(name)); len(files) != 1 {
		t.Errorf("left over: %v", files)
	}
}

// TestOtherFilesAreNotOverwritten: the keys of an account may be nowhere else.
func TestOtherFilesAreNotOverwritten(t *testing.T) {
	for _, text := range []string{
		`{"server_url": "https://cloud.tenable.com", "api_access_key": "A"}`, `{"api_access_key": "A"}`, `# Notes`, ``, `[]`, `{"server_url": "::"}`,
		`{"server_url": "http://127.0.0.1.example.com"}`,
	} {
		name := filepath.Join(t.TempDir(), "tenable.json")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := announcement{Connections: []web.Connection{{}}}.writeConnection(name)
		if err == nil || !strings.Contains(err.Error(), "is no connection of a sandbox") {
			t.Errorf("%s: %v", text, err)
		}
		if got, _ := os.ReadFile(name); string(got) != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}
