package cli

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"tenableio/internal/sandbox"
)

// TestDocsOfTheSandbox holds docs/sandbox.md to the code: its table of flags is
// rendered from them.
func TestDocsOfTheSandbox(t *testing.T) {
	text := between(t, readSandboxDocs(t), "flags", flagTable())
	checkGolden(t, "docs/sandbox.md", between(t, text, "endpoints", endpointTable()))
}

// endpointTable lists what the sandbox serves.
func endpointTable() string {
	roles := map[int]string{0: "any", 16: "Basic", 24: "Scan Operator", 32: "Standard", 40: "Scan Manager", 64: "Administrator"}
	var b strings.Builder
	b.WriteString("| method | path | least role |\n|---|---|---|\n")
	for _, e := range sandbox.Endpoints() {
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", e.Method, e.Path, roles[e.Role])
	}
	return b.String()
}

func flagTable() string {
	var b strings.Builder
	b.WriteString("| flag | default | meaning |\n|---|---|---|\n")
	newSandboxFlags().VisitAll(func(f *flag.Flag) {
		value, _ := flag.UnquoteUsage(f)
		byDefault := ""
		if f.DefValue != "" {
			byDefault = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", strings.TrimSpace("--"+f.Name+" "+strings.ToUpper(value)), byDefault, f.Usage)
	})
	return b.String()
}

func readSandboxDocs(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// fenced gives the text of the block of code with the name.
func fenced(t *testing.T, name string) string {
	t.Helper()
	return string(block(t, readSandboxDocs(t), name))
}

func TestFaultsOfTheDocs(t *testing.T) {
	faults, err := sandbox.ReadFaults(strings.NewReader(fenced(t, "faults")))
	if err != nil || len(faults) != 7 {
		t.Errorf("%d faults: %v", len(faults), err)
	}
}

func TestPlaybookOfTheDocs(t *testing.T) {
	s := startSandbox(t, "--scan-duration", "0s", "--export-delay", "0s")
	steps := json.NewDecoder(strings.NewReader(fenced(t, "playbook")))
	for steps.More() {
		var step struct {
			Command string
			Inputs  json.RawMessage
		}
		if err := steps.Decode(&step); err != nil {
			t.Fatal(err)
		}
		if e := s.run(t, 64, step.Command, string(step.Inputs)); e.ReturnData != "Successful" {
			t.Errorf("%s %s: %+v", step.Command, step.Inputs, e.Error)
		}
	}
}
