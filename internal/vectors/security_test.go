package vectors_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// withoutRedactor disables the redactor, so that a secret that any room lets through reaches the streams.
var withoutRedactor = []patch{
	{File: "internal/redact/redact.go", Old: "func newPatterns(secrets []string) *patterns {\n", New: "func newPatterns(secrets []string) *patterns {\n\tsecrets = nil\n"},
}

// TestNoSecretNeedsTheRedactor plays the quick vectors with a build without the redactor.
// No secret may reach the envelope or the log, unless the vector puts it there or the server sends it back.
// Of the vectors of one file, which differ in a value alone, "go test" plays the first one.
func TestNoSecretNeedsTheRedactor(t *testing.T) {
	binary := patched(t, withoutRedactor...)
	playQuick(t, binary, func(raw rawVector) bool { return !raw.echo && (everything || raw.first) }, nil)
}

// needEverything skips a test that only "make faults" runs.
func needEverything(t *testing.T) {
	t.Helper()
	if !everything {
		t.Skip("not run: part of make faults")
	}
}

// playQuick plays vectors with another build and looks for leaks alone.
// If leaked is given, playQuick counts the leaks there and does not fail.
func playQuick(t *testing.T, binary string, wanted func(rawVector) bool, leaked *atomic.Int32) {
	t.Helper()
	t.Run("vectors", func(t *testing.T) {
		for _, raw := range allVectors(t) {
			if raw.slow || raw.lacks != "" || !wanted(raw) {
				continue
			}
			t.Run(raw.name, func(t *testing.T) {
				t.Parallel()
				raw.binary = binary
				v, o := raw.run(t)
				var r counter
				checkLeaks(&r, v, o)
				if len(o.strange) > 0 {
					r.Errorf("the other server got a request")
				}
				if leaked != nil {
					leaked.Add(int32(len(r.found)))
					return
				}
				for _, found := range r.found {
					t.Error(found)
				}
			})
		}
	})
}

// counter collects what a check found.
type counter struct{ found []string }

func (*counter) Helper() {}

func (c *counter) Errorf(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

// mutants lists leaks to put into the plugin on purpose.
var mutants = []struct {
	name    string
	patches []patch
}{
	{"the header is logged", append([]patch{{File: "connection/exchange.go", Old: `	line.Msg("exchange")`, New: `	line.Str("header", c.keys.Reveal()).Msg("exchange")`}}, withoutRedactor...)},
	{"the header is logged in base64", append([]patch{{File: "connection/exchange.go", Old: `	line.Msg("exchange")`, New: `	line.Any("header", []byte(c.keys.Reveal())).Msg("exchange")`}}, withoutRedactor...)},
	{"the keys are in the query", []patch{{File: "connection/exchange.go", Old: `SetHeader("Accept", r.accept)`, New: `SetHeader("Accept", r.accept).SetQueryParam("key", c.keys.Reveal())`}}},
	{"the keys are in the User-Agent", []patch{{File: "connection/exchange.go", Old: `SetHeader("Accept", r.accept)`, New: `SetHeader("Accept", r.accept).SetHeader("User-Agent", c.keys.Reveal())`}}},
	{"redirects are followed", []patch{{File: "connection/client.go", Old: "return http.ErrUseLastResponse", New: "return nil"}}},
	{"the refusal quotes the Server URL", append([]patch{{File: "connection/serverurl.go", Old: "return nil, invalid(title, why)", New: "return nil, invalid(title, why+value)"}}, withoutRedactor...)},
	{"the refusal quotes the proxy variable", append([]patch{{File: "connection/proxy.go", Old: "unreachable(message)", New: "unreachable(message + EnvironmentProxy())"}}, withoutRedactor...)},
	{"a violation quotes secret inputs", append([]patch{{File: "schemas/violations.go", Old: "if !property.Secret {", New: "if true {"}}, withoutRedactor...)},
	{"a debug file holds the keys", []patch{{File: "connection/exchange.go", Old: "\tstart := c.clock.Now()\n", New: "\tstart := c.clock.Now()\n\t_ = os.WriteFile(\"debug.txt\", []byte(c.keys.Reveal()), 0o600)\n"}, {File: "connection/exchange.go", Old: `	"net/http"` + "\n", New: `	"net/http"` + "\n\t\"os\"\n"}}},
}

// TestMutantsFit checks that each mutant changes the plugin as it is today.
func TestMutantsFit(t *testing.T) {
	for _, mutant := range mutants {
		overlay(t, mutant.patches)
	}
}

// TestSeededLeaksAreCaught checks that the vectors find each leak of mutants.
func TestSeededLeaksAreCaught(t *testing.T) {
	needEverything(t)
	caught := 0
	for _, mutant := range mutants {
		var leaked atomic.Int32
		playQuick(t, patched(t, mutant.patches...), func(raw rawVector) bool {
			connection := raw.row >= 24 && raw.row <= 31
			proxy := raw.row >= 44 && raw.row <= 48
			return connection || proxy || raw.row == 70 || strings.HasSuffix(raw.name, "-parameters")
		}, &leaked)
		if leaked.Load() == 0 {
			t.Errorf("no vector finds that %s", mutant.name)
			continue
		}
		caught++
	}
	held.figure("seeded leaks: %d of %d caught", caught, len(mutants))
}

// TestKeysAreNotInTheProcessList checks that the keys are neither on the command line nor in the environment.
// TestNoCoreDumps covers the memory.
func TestKeysAreNotInTheProcessList(t *testing.T) {
	v := statusVector()
	v.Server.Answers = []answer{{After: "stall"}}
	s := v.stage(t, t.TempDir(), values{})
	command := s.command(t, v)
	s.feed(t, command, v)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, s.server, 1)
	for _, name := range []string{"cmdline", "environ"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", command.Process.Pid, name))
		if err != nil && name == "cmdline" {
			t.Skip("not run: this system has no /proc")
		}
		if leaked(text) != "" {
			t.Errorf("%s holds a key", name)
		}
	}
	_ = command.Process.Signal(syscall.SIGTERM)
	_ = command.Wait()
}

// TestNothingIsConnectedWithoutNeed traces the system calls of runs that need no network.
// None may be a connect.
func TestNothingIsConnectedWithoutNeed(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("not run: there is no strace")
	}
	name, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	valid := `{"command":"Get Scan Status","inputs":{"scan_id":32},` +
		`"connection":{"api_access_key":"` + accessCanary + `","api_secret_key":"` + secretCanary + `"}}`
	for _, tt := range []struct {
		arguments []string
		stdin     string
	}{
		{nil, strings.Replace(valid, "32", `"x"`, 1)},
		{nil, ""},
		{nil, strings.Replace(valid, "Get Scan Status", "x", 1)},
		{[]string{"validate"}, valid},
		{[]string{"describe"}, ""},
		{[]string{"version"}, ""},
		{[]string{"help"}, ""},
		{[]string{"sample", "export_scan"}, ""},
		{[]string{"schema", "request"}, ""},
		{[]string{"nothing"}, ""},
	} {
		trace := filepath.Join(t.TempDir(), "trace")
		arguments := append([]string{"-f", "-e", "trace=connect,sendto", "-o", trace, name}, tt.arguments...)
		command := exec.Command(strace, arguments...)
		command.Stdin = strings.NewReader(tt.stdin)
		_ = command.Run() // another test checks the exit status
		text, err := os.ReadFile(trace)
		if err != nil || !bytes.Contains(text, []byte("exited with")) {
			t.Skipf("not run: strace is not allowed here: %v", err)
		}
		if bytes.Contains(text, []byte("connect(")) || bytes.Contains(text, []byte("sendto(")) {
			t.Errorf("tenableio %v connects:\n%s", tt.arguments, text)
		}
	}
}

// TestFilesAreSynced traces a download.
// The file is made under a new name and follows no link. It is synced before it gets its name, and its folder after.
func TestFilesAreSynced(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("not run: there is no strace")
	}
	folder := t.TempDir()
	v := downloadInto(folder, 100_000)
	s := v.stage(t, t.TempDir(), values{})
	command := s.command(t, v)
	trace := filepath.Join(s.work, "trace")
	const calls = "trace=openat,fsync,linkat,renameat,renameat2"
	command.Args = append([]string{strace, "-f", "-y", "-e", calls, "-o", trace}, command.Args...)
	command.Path = strace
	s.feed(t, command, v)
	_ = command.Run() // another test checks the exit status
	text, err := os.ReadFile(trace)
	if err != nil || !bytes.Contains(text, []byte("exited with")) {
		t.Skipf("not run: strace is not allowed here: %v", err)
	}
	step := regexp.MustCompile(`openat\(.*\.part", .*O_CREAT.*|fsync\(.*|(?:linkat|renameat2?)\(.*`)
	named := regexp.MustCompile(`"(\S+\.part)", .*"scan-32\.csv"`).FindSubmatch(text)
	if named == nil {
		t.Fatalf("no file gets its name:\n%s", text)
	}
	synced := "<" + folder + ">" // of the folder
	// A file that a sweep took for a leftover before it was locked is made anew: only the one that stays counts.
	steps := slices.DeleteFunc(step.FindAllString(string(text), -1), func(step string) bool {
		ofFolder := strings.HasPrefix(step, "fsync") && strings.Contains(step, synced)
		return !ofFolder && !strings.Contains(step, string(named[1]))
	})
	if len(steps) != 4 {
		t.Fatalf("%d steps, want 4: open, sync, link, sync:\n%s", len(steps), strings.Join(steps, "\n"))
	}
	const end = `(?:\)| <unfinished)` // a call ends on another line of the trace when threads take turns
	for i, want := range []string{
		`O_CREAT\|O_EXCL\|O_NOFOLLOW.* 0600` + end,
		`fsync\(.*\.part>` + end,
		`(?:linkat|renameat2)\(.*\.part", .*"scan-32\.csv"`,
		`fsync\(\d+` + regexp.QuoteMeta(synced) + end,
	} {
		if !regexp.MustCompile(want).MatchString(steps[i]) {
			t.Errorf("step %d is %s, want %s", i+1, steps[i], want)
		}
	}
}

// TestBinaryIsStaticAndTold checks that the binary is pure Go, holds no path of the machine that built it,
// and lists the versions of its modules.
func TestBinaryIsStaticAndTold(t *testing.T) {
	name, err := plugin()
	if err != nil {
		t.Fatal(err)
	}
	told, err := exec.Command("go", "version", "-m", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"CGO_ENABLED=0", "-trimpath=true", "github.com/go-resty/resty/v2\tv"} {
		if !strings.Contains(string(told), want) {
			t.Errorf("go version -m does not tell %s:\n%s", want, told)
		}
	}
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	binary, err := os.ReadFile(name)
	if err != nil || bytes.Contains(binary, []byte(root)) {
		t.Errorf("the binary holds the folder that it was built in (%v)", err)
	}
}

// TestTimeLimits measures the promised times (FAULTS section E).
func TestTimeLimits(t *testing.T) {
	needEverything(t)
	v := scanVector(`{"command":"Get Scan Status","inputs":{"scan_id":"x"}}`)
	v.Expect = expectation{ReturnData: "Failed", StatusCode: 400}
	s := v.stage(t, t.TempDir(), values{})
	spent := make([]time.Duration, 300)
	for i := range spent {
		o := s.play(t, v)
		check(t, v, o)
		spent[i] = o.fromStart
	}
	slowest := percentile(spent, 99)
	if slowest > 50*time.Millisecond {
		t.Errorf("a refused input takes %v at the 99th percentile, want at most 50 ms", slowest)
	}
	held.figure("a refused input: %v at the 99th percentile of %d runs", slowest.Round(time.Millisecond), len(spent))
}

// percentile returns the value that p percent of all do not exceed.
func percentile(all []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}
