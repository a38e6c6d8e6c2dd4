package vectors_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// outcome is everything that a run of the plugin leaves behind.
type outcome struct {
	stdout, stderr []byte
	exit           int
	spent          time.Duration // from the start, or from the signal, to the end
	fromStart      time.Duration
	peak           int64             // bytes of memory; 0 if not measured
	files          map[string]string // the files that it made, by their names under the folder
	requests       []received        // at the server
	strange        []received        // at the other server
	proxied        []received
}

// run plays a vector. It returns the vector with its values filled in, and the outcome.
func (r rawVector) run(t *testing.T) (vector, outcome) {
	t.Helper()
	work := t.TempDir()
	known, draft := r.prepare(t, work)
	s := draft.stage(t, work, known)
	s.binary = r.binary
	v, err := r.fill(s.known)
	if err != nil {
		t.Fatal(err)
	}
	if v.Patches != nil {
		s.binary = patched(t, v.Patches...)
	}
	s.server.setScript(v.Server)
	s.other.setScript(v.Other)
	return v, s.play(t, v)
}

// prepare fills in the values that are known before the servers run.
func (r rawVector) prepare(t *testing.T, work string) (values, vector) {
	t.Helper()
	own, err := ownAuthority()
	if err != nil {
		t.Fatal(err)
	}
	known := values{
		"access":         accessCanary,
		"secret":         secretCanary,
		"password":       passwordCanary,
		"proxy_password": proxyCanary,
		"ca":             own.pem(),
		"work":           work,
	}
	draft, err := r.fill(known)
	if err != nil {
		t.Fatal(err)
	}
	return known, draft
}

// play runs the plugin in the scene and collects what it leaves.
// Of several runs it returns the first, and checks the others itself.
func (s *scene) play(t *testing.T, v vector) outcome {
	t.Helper()
	s.fillFolder(t, v.Folder)
	runs := make([]outcome, max(1, v.Runs))
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() { runs[i] = s.process(t, v) })
	}
	group.Wait()
	files := s.madeFiles(t, v)
	for i := range runs {
		runs[i].files = files
		runs[i].requests = s.server.seen()
		runs[i].strange = s.other.seen()
		if s.proxy != nil {
			runs[i].proxied = s.proxy.seen()
		}
		if i > 0 {
			check(t, v, runs[i])
		}
	}
	return runs[0]
}

// process runs the plugin once, from its start to its end.
func (s *scene) process(t *testing.T, v vector) outcome {
	t.Helper()
	command := s.command(t, v)
	var stdout, stderr bytes.Buffer
	command.Stdout = &stdout
	command.Stderr = &stderr
	s.feed(t, command, v)
	start := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	from := start
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	if v.Signal != nil {
		from = s.signal(t, command.Process, v.Signal)
	}
	meter := newMeter(command.Process.Pid, v.Expect.PeakMiB > 0)
	const patience = 150 * time.Second
	select {
	case <-done:
	case <-time.After(patience):
		_ = command.Process.Kill()
		t.Fatalf("the plugin had not ended after %v", patience)
	}
	end := time.Now()
	return outcome{
		stdout: stdout.Bytes(), stderr: stderr.Bytes(), exit: command.ProcessState.ExitCode(),
		spent: end.Sub(from), fromStart: end.Sub(start), peak: meter.stop(),
	}
}

// command prepares the plugin's process.
func (s *scene) command(t *testing.T, v vector) *exec.Cmd {
	t.Helper()
	name := s.binary
	if name == "" {
		var err error
		if name, err = plugin(); err != nil {
			t.Fatal(err)
		}
	}
	arguments := v.Arguments
	if arguments == nil {
		arguments = []string{"--exit-status"}
	}
	shell := v.Shell
	if s.names != nil {
		shell = "mount --bind '" + filepath.Join(s.work, "resolv.conf") + "' /etc/resolv.conf && " + orTrue(shell)
	}
	command := exec.Command(name, arguments...)
	if shell != "" {
		script := shell + "\nexec \"$0\" \"$@\""
		command = exec.Command("/bin/sh", slices.Concat([]string{"-c", script, name}, arguments)...)
	}
	if s.names != nil || v.Needs == "root" {
		command.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + s.work, // madeFiles finds what the plugin leaves there
		"TMPDIR=" + s.work,
		"TENABLEIO_LOG_LEVEL=debug",
	}
	for name, value := range v.Environment {
		command.Env = append(command.Env, name+"="+value)
	}
	command.Dir = s.work
	command.WaitDelay = 5 * time.Second
	return command
}

func orTrue(shell string) string {
	if shell == "" {
		return "true"
	}
	return shell
}

// feed connects the plugin's stdin.
func (s *scene) feed(t *testing.T, command *exec.Cmd, v vector) {
	t.Helper()
	stdin := v.Stdin
	if v.Stdin == nil {
		stdin = parts{{Text: s.request(t, v.Request)}}
	}
	if !v.StdinOpen {
		command.Stdin = stdin.reader()
		return
	}
	pipe, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pipe.Close() })
	go func() { _, _ = io.Copy(pipe, stdin.reader()) }()
}

// signals maps the names in a signalScript to signals.
var signals = map[string]syscall.Signal{
	"TERM": syscall.SIGTERM,
	"INT":  syscall.SIGINT,
	"HUP":  syscall.SIGHUP,
	"QUIT": syscall.SIGQUIT,
	"KILL": syscall.SIGKILL,
}

// signal sends the signal at its moment, and returns that moment.
func (s *scene) signal(t *testing.T, process *os.Process, script *signalScript) time.Time {
	t.Helper()
	if script.Request == 0 {
		waitReady(process.Pid)
	} else {
		waitFor(t, s.server, script.Request)
	}
	time.Sleep(time.Duration(script.AfterMS) * time.Millisecond)
	number := signals[script.Name]
	moment := time.Now()
	if err := process.Signal(number); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	if script.Twice {
		_ = process.Signal(number) // the first one may have ended it
	}
	return moment
}

// waitReady waits until a process catches signals. While the Go runtime starts, a signal ends any program.
// The plugin ignores SIGPIPE right after it catches the others, and the system shows which signals are ignored.
func waitReady(pid int) {
	const sigpipe = 1 << (int(syscall.SIGPIPE) - 1)
	for range 2_000 {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, mask, found := strings.Cut(string(text), "SigIgn:")
		if err != nil || !found {
			return // the process has ended, or the system does not show it
		}
		if ignored, err := strconv.ParseUint(strings.Fields(mask)[0], 16, 64); err == nil && ignored&sigpipe != 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
