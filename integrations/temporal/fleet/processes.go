// Package fleet starts what a fleet is made of, each as a process of its own: a
// Temporal server, a sandbox, workers, and a proxy that counts what reaches Tenable.
// The tests and the demonstration use it.
package fleet

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"go.temporal.io/sdk/client"
)

// Binaries says where the built programs are: tenableio, tenableio-worker, temporal-dev.
type Binaries struct{ Dir string }

func (b Binaries) path(name string) string { return filepath.Join(b.Dir, name) }

// Plugin is the path of the plugin.
func (b Binaries) Plugin() string { return b.path("tenableio") }

// Process is a started program.
type Process struct {
	command *exec.Cmd
	ended   chan struct{}
	log     *logFile
	once    sync.Once
}

// start starts a program and reads its first line, which is JSON, into ready.
func start(ready any, path string, arguments ...string) (*Process, error) {
	p := &Process{command: exec.Command(path, arguments...), ended: make(chan struct{}), log: &logFile{}}
	stdout, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.command.Stderr = p.log
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	go func() {
		_, _ = io.Copy(io.Discard, stdout) // it says nothing more
		_ = p.command.Wait()               // how it ended is seen in its log
		close(p.ended)
	}()
	if err == nil {
		err = json.Unmarshal(line, ready)
	}
	if err != nil {
		p.Kill()
		return nil, fmt.Errorf("%s: %w\n%s", filepath.Base(path), err, p.Log())
	}
	return p, nil
}

// PID is the process's number.
func (p *Process) PID() int { return p.command.Process.Pid }

// Log is what the program wrote to stderr.
func (p *Process) Log() string { return p.log.text() }

// Kill is kill -9: the program cannot do anything about it.
func (p *Process) Kill() {
	_ = p.command.Process.Kill() // it may have ended
	<-p.ended
}

// Stop asks the program to end, and kills it when it does not.
func (p *Process) Stop() {
	p.once.Do(func() {
		_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-p.ended:
		case <-time.After(40 * time.Second):
			p.Kill()
		}
	})
}

// logFile keeps what is written to it.
type logFile struct {
	mu   sync.Mutex
	kept []byte
}

func (l *logFile) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, text...)
	return len(text), nil
}

func (l *logFile) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.kept)
}

// Server is a Temporal server.
type Server struct {
	*Process
	Address string `json:"address"`
}

// StartServer starts a Temporal server on a free port.
func (b Binaries) StartServer() (*Server, error) {
	server := &Server{}
	var err error
	server.Process, err = start(server, b.path("temporal-dev"), "--address", "127.0.0.1:0")
	return server, err
}

// Client returns a client of the server.
func (s *Server) Client(ctx context.Context) (client.Client, error) {
	return client.DialContext(ctx, client.Options{HostPort: s.Address, Logger: silent{}})
}

type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

// Sandbox is a Tenable.io on loopback.
type Sandbox struct {
	*Process
	ServerURL   string       `json:"server_url"`
	Connections []Connection `json:"connections"`
}

// Connection is a connection object of the plugin.
type Connection struct {
	Role      string `json:"role,omitempty"`
	ServerURL string `json:"server_url"`
	AccessKey string `json:"api_access_key"`
	SecretKey string `json:"api_secret_key"`
}

// StartSandbox starts a sandbox.
func (b Binaries) StartSandbox(flags ...string) (*Sandbox, error) {
	sandbox := &Sandbox{}
	var err error
	sandbox.Process, err = start(sandbox, b.Plugin(), append([]string{"sandbox"}, flags...)...)
	return sandbox, err
}

// Worker is a worker.
type Worker struct{ *Process }

// WorkerFlags are the flags of a worker that differ from one fleet to another.
type WorkerFlags struct {
	Server                            *Server
	TaskQueue, Connections, OutputDir string
	More                              []string
}

// StartWorker starts a worker and waits until it takes work.
func (b Binaries) StartWorker(f WorkerFlags) (*Worker, error) {
	var ready struct{}
	process, err := start(&ready, b.path("tenableio-worker"), append([]string{
		"--address", f.Server.Address, "--namespace", "default", "--task-queue", f.TaskQueue,
		"--connections", f.Connections, "--output-dir", f.OutputDir, "--binary", b.Plugin(),
	}, f.More...)...)
	return &Worker{process}, err
}

// WriteConnection writes a tenant's connection into a folder of connections.
func WriteConnection(folder, tenant string, c Connection) error {
	c.Role = ""
	text, err := json.Marshal(c)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, tenant+".json"), text, 0o600)
}
