package vectors_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenableio/commands"
	"tenableio/commands/command"
)

// soaking is set by "make soak".
var soaking = os.Getenv("TENABLEIO_FAULTS") == "soak"

const (
	soakRuns  = 10_000
	soakKills = 200
	slowRuns  = 1_000
)

// TestSoak plays random commands with random faults and random signals.
// It checks that each run ends with exactly one good envelope,
// and that no state-changing call is on the wire twice unless the API refused it by 429.
func TestSoak(t *testing.T) {
	needSoak(t)
	cells := soakCells(t)
	var signalled, failed, partly, good atomic.Int32
	inTurns(soakRuns, func(int) {
		v, fault := cells[rand.IntN(len(cells))].draw(t)
		if rand.IntN(3) == 0 {
			signalled.Add(1)
			v.Signal = &signalScript{Name: []string{"TERM", "INT", "HUP", "QUIT"}[rand.IntN(4)], AfterMS: rand.IntN(100)}
			v.Expect = expectation{WithinMS: 1000 * signalSlack}
		}
		o := playOnce(t, v)
		check(t, v, o)
		checkRepeats(t, o, fault)
		count(map[string]*atomic.Int32{"Failed": &failed, "Partially Successful": &partly, "Successful": &good}, o)
	})
	held.figure("soak: %d runs, %d with a signal: "+
		"%d Successful, %d Partially Successful, %d Failed, each with one envelope",
		soakRuns, signalled.Load(), good.Load(), partly.Load(), failed.Load())
}

// signalSlack stretches the second within which a signalled run must end, because sixteen runs share the processors.
// TestRows checks the second itself.
const signalSlack = 3

func needSoak(t *testing.T) {
	t.Helper()
	if !soaking {
		t.Skip("not run: part of make soak")
	}
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
}

// inTurns calls play a number of times, with at most sixteen calls at the same time.
func inTurns(times int, play func(i int)) {
	var group sync.WaitGroup
	next := atomic.Int32{}
	for range 16 {
		group.Go(func() {
			for i := int(next.Add(1)); i <= times; i = int(next.Add(1)) {
				play(i)
			}
		})
	}
	group.Wait()
}

// soakCell is a command and a fault.
type soakCell struct {
	command command.Command
	fault   matrixFault
}

func soakCells(t *testing.T) []soakCell {
	t.Helper()
	var cells []soakCell
	for _, command := range commands.All() {
		cells = append(cells, soakCell{command: command}) // without a fault
		for _, fault := range matrixFaults() {
			cells = append(cells, soakCell{command, fault})
		}
	}
	return cells
}

// draw makes a vector of the cell, with a short time limit. It returns the name of the fault too, or "".
// Chance decides which call meets the fault, and whether the fault is permanent.
func (c soakCell) draw(t *testing.T) (vector, string) {
	t.Helper()
	request, answers, _, _ := okCase(t, c.command.Key)
	request["options"] = []byte(fmt.Sprintf(`{"timeout_seconds":%d}`, 1+rand.IntN(3)))
	text, err := encode(request)
	if err != nil {
		t.Error(err)
	}
	v := vector{Request: text}
	if c.fault.name == "" {
		v.Server.Answers = answers
		return v, ""
	}
	at := rand.IntN(len(answers))
	v.Server.Answers = append(answers[:at:at], c.fault.answer)
	if rand.IntN(2) == 0 {
		v.Server.Answers = append(v.Server.Answers, answers[at:]...)
	}
	return v, c.fault.name
}

// playOnce plays a vector with a server and a folder that it removes afterwards.
func playOnce(t *testing.T, v vector) outcome {
	t.Helper()
	folder, err := os.MkdirTemp(builds, "run-")
	if err != nil {
		t.Error(err)
	}
	defer os.RemoveAll(folder)
	server, err := startServer(v.Server)
	if err != nil {
		t.Error(err)
	}
	defer server.close()
	s := &scene{server: server, other: server, work: folder, known: values{"server": server.url()}}
	o := s.play(t, v)
	o.strange = nil
	return o
}

// checkRepeats checks that a state-changing call is on the wire twice only after a 429.
func checkRepeats(t *testing.T, o outcome, fault string) {
	t.Helper()
	counts := map[string]int{}
	for _, line := range linesOf(o.requests) {
		if counts[line]++; counts[line] > 1 && strings.HasPrefix(line, "POST ") && fault != "429" {
			t.Errorf("%s: %s was sent %d times", fault, line, counts[line])
		}
	}
}

func count(counters map[string]*atomic.Int32, o outcome) {
	if e, err := readEnvelope(o.stdout); err == nil {
		counters[e.ReturnData].Add(1)
	}
}

// TestSoakKills kills runs while they write.
func TestSoakKills(t *testing.T) {
	needSoak(t)
	testKilled(t, soakKills)
	if !t.Failed() {
		held.figure("soak: %d kills in mid-write, no torn file", soakKills)
	}
}

// TestSoakTimeLimit plays a server that is too slow.
// It checks that the envelope comes at most a second after the time limit.
func TestSoakTimeLimit(t *testing.T) {
	needSoak(t)
	spent := make([]time.Duration, slowRuns)
	inTurns(slowRuns, func(i int) {
		v := scanVector(`{"command":"Get Scan Status","inputs":{"scan_id":32},"options":{"timeout_seconds":0.5}}`)
		v.Server.Answers = []answer{{After: "stall"}, {Status: 503}}
		if i%2 == 0 {
			v.Server.Answers = []answer{{Status: 200, JSON: []byte(`{"status":"completed"}`), DripMS: 40}}
		}
		v.Expect = expectation{ReturnData: "Failed", StatusCode: 504, WithinMS: 1500}
		o := playOnce(t, v)
		check(t, v, o)
		spent[i-1] = o.fromStart
	})
	median := percentile(spent, 50).Round(time.Millisecond)
	most := percentile(spent, 100).Round(time.Millisecond)
	held.figure("soak: time limit of 500 ms, %d runs: median %v, most %v", slowRuns, median, most)
}
