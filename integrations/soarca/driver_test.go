package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"tenableio/integrations/soarca/broker"
	"tenableio/integrations/soarca/fin"
)

// binary is a built program.
func binary(t *testing.T, name string) string {
	t.Helper()
	folder := os.Getenv("TENABLEIO_BIN")
	if folder == "" {
		t.Skip("not run: TENABLEIO_BIN is not set; make integration-soarca sets it and builds what is needed")
	}
	return filepath.Join(folder, name)
}

// play is a broker with a driver in the place of SOARCA, a sandbox in that of Tenable, and a fin.
type play struct {
	t          *testing.T
	address    string // of the broker
	connection string
	output     string
	fin        *exec.Cmd
	ended      chan error
	line       chan map[string]any // the fin's stdout
	log        *safeBuffer

	mu     sync.Mutex
	broker broker.Broker
	heard  []heard
	more   chan struct{} // closed when something was heard
}

// heard is a message on the broker.
type heard struct {
	topic, text string
	body        map[string]any
}

type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

// begin starts all of it and waits until the fin is registered.
func begin(t *testing.T, sandboxFlags ...string) *play {
	t.Helper()
	p := stage(t, sandboxFlags...)
	p.startBroker()
	p.startFin()
	p.registered()
	return p
}

// stage starts the sandbox and finds an address for the broker.
func stage(t *testing.T, sandboxFlags ...string) *play {
	t.Helper()
	t.Parallel()
	folder := t.TempDir()
	p := &play{
		t: t, connection: filepath.Join(folder, "connection.json"), output: filepath.Join(folder, "out"), more: make(chan struct{}),
		line: make(chan map[string]any, 10), log: &safeBuffer{}, ended: make(chan error, 1),
	}
	sandbox := exec.Command(binary(t, "tenableio"), append([]string{"sandbox", "--write-connection", p.connection}, sandboxFlags...)...)
	sandbox.Stderr = p.log
	stdout, err := sandbox.StdoutPipe()
	if err == nil {
		err = sandbox.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sandbox.Process.Kill(); _ = sandbox.Wait() })
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatalf("the sandbox did not start: %v %s", err, p.log)
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = free.Addr().String()
	free.Close()
	return p
}

func (p *play) startBroker() {
	p.t.Helper()
	b, err := broker.Start(p.address, p.hear)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.broker = b
	p.mu.Unlock()
	p.t.Cleanup(func() { _ = b.Close() })
}

func (p *play) startFin() {
	p.t.Helper()
	p.fin = exec.Command(binary(p.t, "tenableio-fin"), "--broker", "tcp://"+p.address, "--connection", p.connection,
		"--binary", binary(p.t, "tenableio"), "--output-dir", p.output)
	p.fin.Stderr = p.log
	stdout, err := p.fin.StdoutPipe()
	if err == nil {
		err = p.fin.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = p.fin.Process.Kill() })
	go func() {
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			var line map[string]any
			if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
				p.t.Errorf("stdout holds %q", lines.Text())
			}
			p.line <- line
		}
		p.ended <- p.fin.Wait()
	}()
}

// registered plays SOARCA's part of a registration, and returns the fin's message.
func (p *play) registered() map[string]any {
	p.t.Helper()
	m := p.wait("a registration", func(h heard) bool { return h.topic == "soarca" && h.body["type"] == "register" })
	p.send(m.body["fin_id"].(string), map[string]any{"type": "ack", "message_id": m.body["message_id"]})
	select {
	case line := <-p.line:
		if line["registered"] != true || line["capability_id"] != fin.Agent {
			p.t.Fatalf("the fin says %v", line)
		}
	case <-time.After(time.Minute):
		p.t.Fatalf("the fin does not say that it is registered: %s", p.log)
	}
	return m.body
}

func (p *play) hear(topic string, payload []byte) {
	h := heard{topic: topic, text: string(payload)}
	_ = json.Unmarshal(payload, &h.body) // some are no JSON
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, h)
	close(p.more)
	p.more = make(chan struct{})
}

// wait waits for a message, among those that were heard already too.
func (p *play) wait(what string, is func(heard) bool) heard {
	p.t.Helper()
	for timeout := time.After(time.Minute); ; {
		p.mu.Lock()
		more := p.more
		for _, h := range p.heard {
			if is(h) {
				p.mu.Unlock()
				return h
			}
		}
		p.mu.Unlock()
		select {
		case <-more:
		case <-timeout:
			p.t.Fatalf("%s did not come; log: %s", what, p.log)
		}
	}
}

// count counts messages.
func (p *play) count(is func(heard) bool) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range p.heard {
		if is(h) {
			n++
		}
	}
	return n
}

// of matches messages of a type with an ID.
func of(kind, id string) func(heard) bool {
	return func(h heard) bool { return h.body["type"] == kind && h.body["message_id"] == id }
}

// send sends a message, which may be a text that is no JSON.
func (p *play) send(topic string, message any) {
	p.t.Helper()
	p.publish(broker.Broker.Send, topic, message)
}

// retain sends a message that the broker keeps.
func (p *play) retain(topic string, message any) {
	p.t.Helper()
	p.publish(broker.Broker.Retain, topic, message)
}

func (p *play) publish(how func(broker.Broker, string, []byte) error, topic string, message any) {
	p.t.Helper()
	text, isText := message.(string)
	if !isText {
		encoded, err := json.Marshal(message)
		if err != nil {
			p.t.Fatal(err)
		}
		text = string(encoded)
	}
	p.mu.Lock()
	b := p.broker
	p.mu.Unlock()
	if err := how(b, topic, []byte(text)); err != nil {
		p.t.Fatal(err)
	}
}

// newCommand makes a message as SOARCA does: values are in the text and beside it.
func newCommand(text string, values ...string) map[string]any {
	variables := map[string]any{}
	var pairs []string
	for i := 0; i+1 < len(values); i += 2 {
		variables[values[i]] = map[string]any{"type": "string", "name": values[i], "value": values[i+1]}
		pairs = append(pairs, values[i]+":value", values[i+1])
	}
	text = strings.NewReplacer(pairs...).Replace(text)
	return map[string]any{
		"type": "command", "message_id": uuid.NewString(), "meta": map[string]any{"timestamp": time.Now(), "sender_id": "soarca-fin-capability"},
		"command": map[string]any{
			"command": text, "authentication": map[string]any{"type": "", "kms": false}, "variables": variables,
			"context": map[string]any{
				"generated_on": "0001-01-01T00:00:00Z", "completed_on": "0001-01-01T00:00:00Z", "timeout": 1, "delay": 0,
				"step_id": "action--" + uuid.NewString(), "playbook_id": "playbook--1", "execution_id": uuid.NewString(),
			},
		},
	}
}

// result is a result, with the values of its variables by their names.
type result struct {
	state     string
	context   map[string]any
	variables map[string]string
}

// run sends a command and waits for its result.
func (p *play) run(text string, values ...string) result {
	p.t.Helper()
	m := newCommand(text, values...)
	p.send(fin.Agent, m)
	return p.result(m)
}

func (p *play) result(m map[string]any) result {
	p.t.Helper()
	h := p.wait("the result", of("result", m["message_id"].(string)))
	body := h.body["result"].(map[string]any)
	r := result{body["state"].(string), body["context"].(map[string]any), map[string]string{}}
	for name, v := range body["variables"].(map[string]any) {
		variable := v.(map[string]any)
		if variable["name"] != name || variable["type"] != "string" {
			p.t.Errorf("the variable %s is %v", name, variable)
		}
		r.variables[name] = variable["value"].(string)
	}
	return r
}

// exit waits for the fin's end.
func (p *play) exit(within time.Duration) error {
	p.t.Helper()
	select {
	case err := <-p.ended:
		return err
	case <-time.After(within):
		return fmt.Errorf("the fin goes on; log: %s", p.log)
	}
}

// children are the processes that the fin has started.
func (p *play) children() string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", p.fin.Process.Pid))
	threads, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.fin.Process.Pid))
	for _, thread := range threads {
		of, _ := os.ReadFile(thread)
		text = append(text, of...)
	}
	return strings.TrimSpace(string(text))
}

// files are what is in the output folder, whole or not.
func (p *play) files() []string {
	all, _ := filepath.Glob(filepath.Join(p.output, "*"))
	hidden, _ := filepath.Glob(filepath.Join(p.output, ".*"))
	return append(all, hidden...)
}

func (p *play) terminate() { _ = p.fin.Process.Signal(syscall.SIGTERM) }
