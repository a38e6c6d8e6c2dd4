package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// built is the path of a built program.
func built(t testing.TB, name string) string {
	t.Helper()
	folder := os.Getenv("TENABLEIO_BIN")
	if folder == "" {
		t.Skip("not run: TENABLEIO_BIN names no folder of built programs (make integrations does)")
	}
	return filepath.Join(folder, name)
}

// client is the other end of a server's stdio, in raw JSON-RPC: it shares nothing with the SDK.
type client struct {
	t       testing.TB
	process *exec.Cmd
	stdin   io.WriteCloser
	log     *safeBuffer

	mu      sync.Mutex
	seen    []byte // all of stdout
	notes   []message
	waiting map[string]chan message
	next    int
	ended   chan struct{}
}

// message is anything that a server writes.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params struct {
		Token    any     `json:"progressToken"`
		Progress float64 `json:"progress"`
		Message  string  `json:"message"`
	} `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// start starts the built server and introduces itself.
func start(t testing.TB, arguments ...string) *client {
	t.Helper()
	c := launch(t, nil, arguments...)
	got := c.ask("initialize", map[string]any{
		"protocolVersion": "2025-06-18", "capabilities": map[string]any{},
		"clientInfo": map[string]any{"name": "test", "version": "1"},
	})
	if got.Error != nil {
		t.Fatalf("initialize: %+v", got.Error)
	}
	c.write(`{"jsonrpc":"2.0","method":"notifications/initialized"}`)
	return c
}

// launch starts the built server with an environment of its own.
func launch(t testing.TB, environment []string, arguments ...string) *client {
	t.Helper()
	c := &client{t: t, log: &safeBuffer{}, waiting: map[string]chan message{}, ended: make(chan struct{})}
	c.process = exec.Command(built(t, "tenableio-mcp"), append([]string{"--output-dir", t.TempDir()}, arguments...)...)
	c.process.Env = append(os.Environ(), environment...)
	c.process.Stderr = c.log
	var err error
	if c.stdin, err = c.process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	go c.listen(stdout)
	t.Cleanup(func() {
		_ = c.stdin.Close()
		c.end()
		if t.Failed() {
			t.Logf("stderr: %s", c.log)
		}
	})
	return c
}

// listen takes every line of stdout, which must be a message.
func (c *client) listen(stdout io.Reader) {
	defer close(c.ended)
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		c.take(line)
	}
}

func (c *client) take(line []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = append(c.seen, line...)
	var all []message
	var one message
	if json.Unmarshal(line, &all) != nil {
		if err := json.Unmarshal(line, &one); err != nil {
			c.t.Errorf("stdout holds what is no message: %q", line)
		}
		all = []message{one}
	}
	for _, m := range all {
		if answered := c.waiting[string(m.ID)]; m.Method == "" && answered != nil {
			answered <- m
			continue
		}
		c.notes = append(c.notes, m)
	}
}

// write writes one line.
func (c *client) write(line string) {
	if _, err := io.WriteString(c.stdin, line+"\n"); err != nil {
		c.t.Errorf("stdin: %v", err)
	}
}

// send sends a call and returns its ID, and where its answer comes.
func (c *client) send(method string, params any) (int, <-chan message) {
	c.mu.Lock()
	c.next++
	id := c.next
	answered := make(chan message, 1)
	c.waiting[fmt.Sprint(id)] = answered
	c.mu.Unlock()
	text, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
	if err != nil {
		c.t.Fatal(err)
	}
	c.write(string(text))
	return id, answered
}

// ask sends a call and waits for its answer.
func (c *client) ask(method string, params any) message {
	c.t.Helper()
	_, answered := c.send(method, params)
	return c.wait(answered)
}

func (c *client) wait(answered <-chan message) message {
	c.t.Helper()
	select {
	case m := <-answered:
		return m
	case <-c.ended:
		c.t.Fatalf("the server ended; stderr: %s", c.log)
	case <-time.After(time.Minute):
		c.t.Fatal("no answer within a minute")
	}
	return message{}
}

// given is the answer to a call of a tool.
type given struct {
	Content []struct {
		Type string `json:"type"`
		Text string `json:"text"`
	} `json:"content"`
	IsError    bool            `json:"isError"`
	Structured json.RawMessage `json:"structuredContent"`
	answer     struct {
		Notice      string                       `json:"notice"`
		ReturnData  string                       `json:"return_data"`
		Error       *failure                     `json:"error"`
		Warnings    []warning                    `json:"warnings"`
		Files       []map[string]any             `json:"files"`
		KeyFields   map[string][]json.RawMessage `json:"key_fields"`
		ContextData []map[string]any             `json:"context_data"`
	}
}

// call calls a tool and checks what holds for every answer.
func (c *client) call(tool string, arguments any) given {
	c.t.Helper()
	return c.given(c.ask("tools/call", map[string]any{"name": tool, "arguments": arguments}))
}

func (c *client) given(m message) given {
	c.t.Helper()
	if m.Error != nil {
		c.t.Fatalf("a protocol error: %+v", m.Error)
	}
	var g given
	if err := json.Unmarshal(m.Result, &g); err != nil {
		c.t.Fatal(err)
	}
	if len(g.Content) != 1 || g.Content[0].Text != string(g.Structured) {
		c.t.Fatalf("text and structured content differ: %s", m.Result)
	}
	if err := json.Unmarshal(g.Structured, &g.answer); err != nil {
		c.t.Fatal(err)
	}
	if g.IsError != (g.answer.ReturnData == "Failed") || g.answer.Notice != notice {
		c.t.Errorf("isError %v of %s", g.IsError, g.Structured)
	}
	return g
}

// progress are the notifications of progress so far.
func (c *client) progress() []message {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]message{}, c.notes...)
}

// end waits for the end of the process.
func (c *client) end() *os.ProcessState {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(20 * time.Second):
		_ = c.process.Process.Kill()
		c.t.Error("the server did not end within 20 s")
	}
	_ = c.process.Wait()
	return c.process.ProcessState
}

// safeBuffer may be written while it is read.
type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(text)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// eventually waits until something holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 15 s: %s", what)
		}
	}
}
