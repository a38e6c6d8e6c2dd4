package fin

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenableio/integrations/soarca/command"
	"tenableio/integrations/soarca/outcome"
	"tenableio/integrations/soarca/plugin"
)

// TestNoResult: a process that left nothing says in one line whether something may have changed, and what to do.
func TestNoResult(t *testing.T) {
	connection := filepath.Join(t.TempDir(), "connection.json")
	if err := os.WriteFile(connection, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := Fin{plugin: plugin.Plugin{Path: "/bin/false", Connection: connection}}
	for _, readOnly := range []bool{true, false} {
		var known outcome.Asked
		known.ReadOnly = readOnly
		if !readOnly {
			known.Unknown = "Look before you run it again."
		}
		v := f.start(t.Context(), command.Command{}, known).Variables
		message := v["message"]
		if strings.Contains(message, "\n") || !strings.Contains(message, "exit status 1") || v["hint"] == "" || v["status_code"] != "500" {
			t.Errorf("read-only %t: %q %q", readOnly, message, v["hint"])
		}
		if unknown := strings.Contains(message, "The outcome is unknown"); unknown == readOnly {
			t.Errorf("read-only %t: %q", readOnly, message)
		}
	}
}
