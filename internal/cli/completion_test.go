package cli

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// completed are lines up to the cursor with words that must be offered, and one that must
// not.
var completed = []struct{ line, offers, not string }{
	{"tenableio ", "run check completion sandbox", "list_scans"},
	{"tenableio sam", "sample", "sandbox"},
	{"tenableio run ", "list_scans export_scan test_connection", "check"},
	{"tenableio run list_s", "list_scans", "list_agents"},
	{"tenableio run export_scan ", "scan_id= report_format= chapters=", "folder_id="},
	{"tenableio run export_scan rep", "report_format=", "scan_id="},
	{"tenableio run --no-wait export_scan scan_id=32 cha", "chapters=", "scan_id="},
	{"tenableio run export_scan report_format=", "Nessus HTML PDF CSV DB", "scan_id="},
	{"tenableio run export_scan report_format=P", "PDF", "HTML"},
	{"tenableio run list_scans --out", "--output= --output-dir=", "--timeout="},
	{"tenableio run list_scans --output=", "json table raw", "list_scans"},
	{"tenableio check --qu", "--quiet", "--no-wait"},
	{"tenableio schema ", "request result list_scans", "input"},
	{"tenableio schema list_scans ", "input output", "result"},
	{"tenableio help lau", "launch_scan", "list_scans"},
	{"tenableio completion ", "bash fish zsh", "run"},
}

// TestCompletion runs each shell where it is there.
func TestCompletion(t *testing.T) {
	for _, shell := range []struct {
		name string
		ask  func(t *testing.T, shell, script, line string) []string
	}{{"bash", askBash}, {"zsh", askZsh}, {"fish", askFish}} {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(shell.name)
			if err != nil {
				t.Skipf("this machine has no %s", shell.name)
			}
			var out bytes.Buffer
			if status := (process{args: []string{"completion", shell.name}, stdout: &out}).main(t.Context()); status != exitOK {
				t.Fatalf("completion %s exits %d", shell.name, status)
			}
			script := filepath.Join(t.TempDir(), "completion")
			if err := os.WriteFile(script, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, tt := range completed {
				got := shell.ask(t, path, script, tt.line)
				for _, want := range strings.Fields(tt.offers) {
					if !slices.Contains(got, want) {
						t.Errorf("%q offers %q, not %s", tt.line, got, want)
					}
				}
				if slices.Contains(got, tt.not) {
					t.Errorf("%q offers %s", tt.line, tt.not)
				}
			}
		})
	}
}

// output is what a shell prints for a script of it.
func output(t *testing.T, shell string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), shell, arguments...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", shell, err, out)
	}
	return string(out)
}

// askBash calls the function as readline does.
func askBash(t *testing.T, shell, script, line string) []string {
	t.Helper()
	const answer = `_tenableio; printf '%s\n' "${COMPREPLY[@]}"`
	asked := fmt.Sprintf("source %s; COMP_LINE=%q COMP_POINT=%d; %s", script, line, len(line), answer)
	got := strings.TrimSpace(output(t, shell, "--norc", "-c", asked))
	words := strings.Split(strings.NewReplacer(" ", "\n", "=", "\n=\n").Replace(line), "\n")
	quoted := "'" + strings.Join(words, "' '") + "'"
	asked = fmt.Sprintf("source %s; COMP_WORDS=(%s) COMP_CWORD=%d; %s", script, quoted, len(words)-1, answer)
	if alone := strings.TrimSpace(output(t, shell, "--norc", "-c", asked)); alone != got {
		t.Errorf("%q: with words alone bash offers %q, want %q", line, alone, got)
	}
	return strings.Split(got, "\n")
}

// askZsh has the function's answers printed in the place of shown: compadd alone knows
// them.
func askZsh(t *testing.T, shell, script, line string) []string {
	t.Helper()
	words := strings.Split(line, " ")
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = "'" + word + "'"
	}
	const stubs = `compdef() { }
compset() { [[ $2 == '*=' ]] && PREFIX=${PREFIX#*=} }
compadd() { while [[ $1 != -- ]]; do shift; done; shift; for word; do [[ $word == ${PREFIX}* ]] && print -r -- $word; done }
`
	current := words[len(words)-1]
	text := fmt.Sprintf("%ssource %s; words=(%s); CURRENT=%d; PREFIX='%s'; _tenableio; true", stubs, script, strings.Join(quoted, " "), len(words), current)
	return strings.Split(strings.TrimSpace(output(t, shell, "-f", "-c", text)), "\n")
}

// askFish asks fish itself; what it offers begins with what was typed.
func askFish(t *testing.T, shell, script, line string) []string {
	t.Helper()
	out := output(t, shell, "--no-config", "-c", fmt.Sprintf("source %s; complete -C '%s'", script, line))
	var offers []string
	for offer := range strings.Lines(out) {
		offer, _, _ = strings.Cut(strings.TrimSpace(offer), "\t")
		offers = append(offers, offer)
		if name, value, found := strings.Cut(offer, "="); found && name != "" && value != "" {
			offers = append(offers, value)
		}
	}
	return offers
}
