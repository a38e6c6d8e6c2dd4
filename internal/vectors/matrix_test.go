package vectors_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"tenableio/commands"
	"tenableio/commands/command"
	"tenableio/internal/canned"
)

// verdict is the expected failure of a command.
type verdict struct {
	status    int
	category  string
	retryable bool
	sent      int // how often the call that met the fault is on the wire
}

// matrixFault is one column of the matrix: a permanent fault, with the verdicts for a read and for
// a state-changing call.
type matrixFault struct {
	name         string
	answer       answer
	seconds      int // options.timeout_seconds; 0: the default
	read, change verdict
	long         bool // beyond matrixColumns: "make faults" only
}

const page = "<html><title>Sign in</title></html>"

// matrixColumns is the number of faults that every test run plays against every command.
const matrixColumns = 12

// matrixCells returns the number of pairs of a command and a fault.
func matrixCells() int { return matrixColumns * len(commands.All()) }

// matrixFaults returns the columns, and the other refusals of row 72.
func matrixFaults() []matrixFault {
	refusal := func(status int, category string) matrixFault {
		same := verdict{status, category, false, 1}
		return matrixFault{name: fmt.Sprint(status), answer: refusing(status), read: same, change: same}
	}
	failure := func(status int, category string, sent int) matrixFault {
		return matrixFault{
			name: fmt.Sprint(status), answer: refusing(status),
			read: verdict{status, category, true, sent}, change: verdict{status, category, false, 1},
		}
	}
	limited := verdict{429, "rate_limited", true, 1}
	foreign := verdict{502, "upstream", false, 1}
	broken := verdict{502, "network", true, 4}
	unanswered := verdict{504, "timeout", false, 1}
	html := map[string]headerLines{"Content-Type": {"text/html"}}
	later := map[string]headerLines{"Retry-After": {"30"}, "Content-Type": {"text/html"}}
	five := int64(5)
	cut := answer{Status: 200, JSON: json.RawMessage(`{"status":"completed"}`), Bytes: &five, After: "reset"}
	all := []matrixFault{
		refusal(401, "auth"), refusal(403, "permission"), refusal(404, "not_found"),
		{
			name: "429", answer: answer{Status: 429, Headers: later, Text: parts{{Text: page}}},
			seconds: 10, read: limited, change: limited,
		},
		failure(500, "upstream", 2), failure(502, "upstream", 4), failure(504, "timeout", 4),
		{name: "reset", answer: answer{After: "reset"}, read: broken, change: unanswered},
		{name: "truncated", answer: cut, read: broken, change: verdict{502, "network", false, 1}},
		{
			name: "HTML", answer: answer{Status: 200, Headers: html, Text: parts{{Text: page}}},
			read: foreign, change: foreign,
		},
		{
			name: "redirect", answer: answer{Status: 307, Headers: map[string]headerLines{"Location": {"/login"}}},
			read: foreign, change: foreign,
		},
		{
			name: "slow", answer: answer{After: "stall"},
			seconds: 1, read: verdict{504, "timeout", true, 1}, change: unanswered,
		},
	}
	for _, status := range []int{400, 402, 405, 412, 415, 422} {
		more := refusal(status, "input")
		more.long = true
		all = append(all, more)
	}
	return all
}

func refusing(status int) answer {
	return answer{Status: status, JSON: json.RawMessage(`{"message":"The moon is full"}`)}
}

// except lists the cells in which an answer has another meaning for a command.
var except = map[string]verdict{
	"list_plugin_outputs 404": {sent: 1}, // an unknown plugin has no outputs
}

var matrixHeld atomic.Int32

// TestMatrix plays every fault against every command, with the inputs of its ok case.
// The fault meets the first call that changes state, or the first call of a command that only reads.
func TestMatrix(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	cells := 0
	for _, command := range commands.All() {
		for _, fault := range matrixFaults() {
			if fault.long && !everything {
				continue
			}
			if !fault.long {
				cells++
			}
			t.Run(command.Key+"/"+fault.name, func(t *testing.T) {
				t.Parallel()
				playCell(t, command, fault)
				if !t.Failed() && !fault.long {
					matrixHeld.Add(1)
				}
			})
		}
	}
	if cells != matrixCells() {
		t.Errorf("%d cells, want %d commands times %d faults", cells, len(commands.All()), matrixColumns)
	}
}

// okCase reads the ok case of a command.
// It returns the request, the answers, the index of the call that a fault meets, and whether that call changes state.
func okCase(t *testing.T, key string) (
	request map[string]json.RawMessage, answers []answer, decisive int, changes bool,
) {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(root, "testdata", key, "ok")
	text, err := os.ReadFile(filepath.Join(folder, "request.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &request); err != nil {
		t.Fatal(err)
	}
	delete(request, "connection") // replaced by that of the fault server
	exchanges, err := canned.Load(filepath.Join(folder, "exchanges.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		a := answer{Status: e.Response.Status, JSON: e.Response.Body, Headers: map[string]headerLines{}}
		for name, value := range e.Response.Headers {
			if name != "Content-Length" && name != "Transfer-Encoding" && name != "Content-Encoding" {
				a.Headers[name] = headerLines{value}
			}
		}
		if e.Response.Body == nil {
			a.Text = parts{{Text: e.Response.Text}}
		}
		answers = append(answers, a)
	}
	post := slices.IndexFunc(exchanges, func(e canned.Exchange) bool { return e.Request.Method == "POST" })
	return request, answers, max(0, post), post >= 0
}

func playCell(t *testing.T, command command.Command, fault matrixFault) {
	t.Helper()
	request, answers, decisive, changes := okCase(t, command.Key)
	if fault.seconds > 0 {
		request["options"] = json.RawMessage(fmt.Sprintf(`{"timeout_seconds":%d}`, fault.seconds))
	}
	v := vector{name: t.Name()}
	v.Server.Answers = append(answers[:decisive:decisive], fault.answer)
	text, err := encode(request)
	if err != nil {
		t.Fatal(err)
	}
	v.Request = text
	want := fault.read
	if changes {
		want = fault.change
	}
	if other, ok := except[command.Key+" "+fault.name]; ok {
		want = other
	}
	v.Expect = want.expectation()
	s := v.stage(t, t.TempDir(), values{})
	o := s.play(t, v)
	check(t, v, o)
	checkSent(t, o, decisive, want.sent, changes)
	if fault.name == "403" {
		checkRole(t, command, o)
	}
}

func (w verdict) expectation() expectation {
	if w.status == 0 {
		return expectation{ReturnData: "Successful"}
	}
	return expectation{ReturnData: "Failed", StatusCode: w.status, Category: w.category, Retryable: &w.retryable}
}

// checkSent counts the call that met the fault. No state-changing call may be on the wire more often.
func checkSent(t *testing.T, o outcome, decisive, want int, changes bool) {
	t.Helper()
	lines := linesOf(o.requests)
	if len(lines) <= decisive {
		t.Errorf("the call that meets the fault was not made: %q", lines)
		return
	}
	counts := map[string]int{}
	for _, line := range lines {
		counts[line]++
	}
	if got := counts[lines[decisive]]; got != want {
		t.Errorf("%s is on the wire %d times, want %d: %q", lines[decisive], got, want, lines)
	}
	for line, count := range counts {
		if strings.HasPrefix(line, "POST ") && (count > want || !changes) {
			t.Errorf("%s is on the wire %d times", line, count)
		}
	}
}

// checkRole checks that the hint of a refusal names the role (row 74).
func checkRole(t *testing.T, command command.Command, o outcome) {
	t.Helper()
	document := command.Schema()
	e, err := readEnvelope(o.stdout)
	if err != nil || e.Error == nil || !strings.Contains(e.Error.Hint, document.Command.Role) {
		t.Errorf("the hint does not name %s: %+v", document.Command.Role, e.Error)
	}
}

// unknownFaults returns the faults after which the outcome of a state-changing call is unknown.
func unknownFaults() []answer {
	ten := int64(10)
	asJSON := map[string]headerLines{"Content-Type": {"application/json"}}
	return []answer{
		{Status: 500},
		{Status: 502},
		{Status: 503, Headers: map[string]headerLines{"Retry-After": {"0"}}},
		{Status: 504},
		{Status: 408},
		{After: "reset"},
		{After: "close"},
		{Raw: parts{{Text: "SSH-2.0-Example\r\n"}}},
		{Status: 200, JSON: json.RawMessage(`{"task_id":"x","file":"x"}`), Bytes: &ten, After: "close"},
		{Status: 200, JSON: json.RawMessage(`{"task_id":"x","file":"x"}`), Bytes: &ten, After: "reset"},
		{Status: 200, Headers: asJSON, Text: parts{{Text: `{"task_id":`}}},
	}
}

// testChangesAreSentOnce plays every state-changing command with every fault that leaves its outcome unknown.
// It plays each pair many times and checks that the call is on the wire once.
func testChangesAreSentOnce(t *testing.T, times int) {
	runs := 0
	for _, command := range commands.All() {
		request, answers, decisive, changes := okCase(t, command.Key)
		if !changes {
			continue
		}
		text, err := encode(request)
		if err != nil {
			t.Fatal(err)
		}
		for i, fault := range unknownFaults() {
			script := append(answers[:decisive:decisive], fault)
			inTurns(times, func(int) {
				v := vector{Request: text, Expect: expectation{ReturnData: "Failed"}}
				v.Server.Answers = script
				o := playOnce(t, v)
				check(t, v, o)
				checkRepeats(t, o, fmt.Sprintf("%s, fault %d", command.Key, i+1))
				if len(o.requests) <= decisive {
					t.Errorf("%s, fault %d: the call was not made", command.Key, i+1)
				}
			})
			runs += times
		}
	}
	if !t.Failed() {
		held.figure("state-changing calls with an unknown outcome: %d runs, each call on the wire exactly once", runs)
	}
}
