package vectors_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// moduleRoot is the folder of go.mod.
var moduleRoot = sync.OnceValues(func() (string, error) {
	folder, err := os.Getwd()
	for ; err == nil; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("no go.mod above the working folder")
		}
	}
	return "", err
})

// noteSources looks at every source of the plugin, so that "go test" does not
// take the result of another plugin out of its cache.
func noteSources(root string) error {
	return filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") {
			return filepath.SkipDir
		}
		_, err = os.Stat(name)
		return err
	})
}

// outcome is what a run of the plugin left behind.
type outcome struct {
	stdout, stderr []byte
	exit           int
	spent          time.Duration // until the end, from the start or the signal
	fromStart      time.Duration
	peak           int64             // bytes of memory; 0 where it was not measured
	files          map[string]string // that were made, by their names under the folder
	requests       []received        // at the server
	strange        []received        // at the other server
	proxied        []received
}

// scene is everything around one run.
type scene struct {
	binary        string // "": the plugin as it ships
	server, other *faultServer
	proxy         *proxyServer
	names         *nameServer
	work          string
	known         values
}

// run plays a vector and returns what happened with the vector as it was played.
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

// prepare fills in what is known before the servers run.
func (r rawVector) prepare(t *testing.T, work string) (values, vector) {
	t.Helper()
	own, err := ownAuthority()
	if err != nil {
		t.Fatal(err)
	}
	known := values{
		"access": accessCanary, "secret": secretCanary, "password": passwordCanary, "proxy_password": proxyCanary,
		"ca": own.pem(), "work": work,
	}
	draft, err := r.fill(known)
	if err != nil {
		t.Fatal(err)
	}
	return known, draft
}

// stage starts the servers of a vector and names them.
func (v vector) stage(t *testing.T, work string, known values) *scene {
	t.Helper()
	s := &scene{work: work, known: maps.Clone(known)}
	s.server, s.other = mustStart(t, v.Server), mustStart(t, v.Other)
	_, port, _ := net.SplitHostPort(s.server.address())
	s.known["server"], s.known["address"], s.known["port"] = s.server.url(), s.server.address(), port
	s.known["other"], s.known["other_address"] = s.other.url(), s.other.address()
	s.known["closed"], s.known["connection"] = closedAddress(t), s.connection(t, nil)
	if bytes.Contains(v.Request, []byte("{{black_hole}}")) {
		s.known["black_hole"] = blackHole(t)
	}
	if v.Proxy != "" {
		var err error
		if s.proxy, err = startProxy(v.Proxy, s.server.address()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.proxy.close)
		s.known["proxy"], s.known["proxy_address"] = s.proxy.url(), s.proxy.address()
	}
	if v.Names != nil {
		s.startNames(t, v.Names)
	}
	return s
}

func mustStart(t *testing.T, script serverScript) *faultServer {
	t.Helper()
	server, err := startServer(script)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.close)
	return server
}

// closedAddress is an address at which nothing listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// blackHole is an address that answers no SYN: a listener whose queue is full.
func blackHole(t *testing.T) string {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(socket) })
	if err := errors.Join(syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}), syscall.Listen(socket, 0)); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", bound.(*syscall.SockaddrInet4).Port)
	for {
		filler, err := net.DialTimeout("tcp", address, 200*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { filler.Close() })
	}
}

var lastNameServer atomic.Int32

// startNames starts a name server and writes the resolv.conf that leads to it.
func (s *scene) startNames(t *testing.T, records map[string]nameRecord) {
	t.Helper()
	n := lastNameServer.Add(1)
	address := fmt.Sprintf("127.53.%d.%d", n/250, n%250+1)
	server, err := startNameServer(address, records)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.close)
	s.names = server
	text := "nameserver " + address + "\noptions timeout:1 attempts:1\n"
	if err := os.WriteFile(filepath.Join(s.work, "resolv.conf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// play runs the plugin in the scene, and looks at all that it left when it has ended.
// Of several runs it checks all and returns the first.
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
		runs[i].files, runs[i].requests, runs[i].strange = files, s.server.seen(), s.other.seen()
		if s.proxy != nil {
			runs[i].proxied = s.proxy.seen()
		}
		if i > 0 {
			check(t, v, runs[i])
		}
	}
	return runs[0]
}

// process is one run from its start to its end.
func (s *scene) process(t *testing.T, v vector) outcome {
	t.Helper()
	command := s.command(t, v)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
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

// madeFiles reads the files of the folder that the vector did not put there, or
// the size of large ones. Each must be its owner's alone.
func (s *scene) madeFiles(t *testing.T, v vector) map[string]string {
	t.Helper()
	made := map[string]string{}
	err := filepath.WalkDir(s.work, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return nil //nolint:nilerr // a folder that the vector made unreadable
		}
		relative, _ := filepath.Rel(s.work, name)
		if _, own := v.Folder[filepath.ToSlash(relative)]; own || relative == "resolv.conf" {
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 && !strings.HasPrefix(relative, "shell-") {
			t.Errorf("%s has mode %v, want 0600", relative, info.Mode())
		}
		if info.Size() > 8<<20 {
			made[filepath.ToSlash(relative)] = fmt.Sprintf("%d bytes", info.Size())
			return nil
		}
		text, err := os.ReadFile(name)
		made[filepath.ToSlash(relative)] = string(text)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return made
}

// percentile is the value that p of 100 do not exceed.
func percentile(all []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(len(sorted)-1, len(sorted)*p/100)]
}

// command is the plugin's process before it starts.
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
		command = exec.Command("/bin/sh", slices.Concat([]string{"-c", shell + "\nexec \"$0\" \"$@\"", name}, arguments)...)
	}
	if s.names != nil || v.Needs == "root" {
		command.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	}
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "TENABLEIO_LOG_LEVEL=debug"}
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

// feed gives the plugin its stdin.
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

// request is a vector's request with its connection filled in: the fault server
// and the canaries, unless the vector gives others.
func (s *scene) request(t *testing.T, given json.RawMessage) string {
	t.Helper()
	members := map[string]json.RawMessage{}
	if given != nil {
		if err := json.Unmarshal(given, &members); err != nil {
			t.Fatal(err)
		}
	}
	members["connection"] = json.RawMessage(s.connection(t, members["connection"]))
	if members["command"] == nil {
		members["command"] = json.RawMessage(`"Get Scan Status"`)
		members["inputs"] = json.RawMessage(`{"scan_id":32}`)
	}
	text, err := encode(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// connection is the connection parameters, changed as given; null drops one.
func (s *scene) connection(t *testing.T, given json.RawMessage) string {
	t.Helper()
	members := map[string]any{"server_url": s.known["server"], "api_access_key": accessCanary, "api_secret_key": secretCanary}
	if given != nil {
		changes := map[string]any{}
		if err := json.Unmarshal(given, &changes); err != nil {
			t.Fatal(err)
		}
		maps.Copy(members, changes)
		maps.DeleteFunc(members, func(_ string, value any) bool { return value == nil })
	}
	text, err := encode(members)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// signal sends the signal when its moment has come, and returns that moment.
func (s *scene) signal(t *testing.T, process *os.Process, script *signalScript) time.Time {
	t.Helper()
	if script.Request == 0 {
		waitReady(process.Pid)
	}
	for script.Request > 0 {
		select {
		case n := <-s.server.arrived:
			if n >= script.Request {
				script.Request = 0
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("request %d never came", script.Request)
		}
	}
	time.Sleep(time.Duration(script.AfterMS) * time.Millisecond)
	number := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "INT": syscall.SIGINT, "HUP": syscall.SIGHUP, "KILL": syscall.SIGKILL}[script.Name]
	moment := time.Now()
	if err := process.Signal(number); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	if script.Twice {
		_ = process.Signal(number) // the first one may have ended it
	}
	return moment
}

// waitReady waits until a process catches signals: it ignores SIGPIPE right after
// that, which the system tells. Before, while the Go runtime starts, a signal ends
// any program.
func waitReady(pid int) {
	const sigpipe = 1 << (int(syscall.SIGPIPE) - 1)
	for range 2_000 {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, mask, found := strings.Cut(string(text), "SigIgn:")
		if err != nil || !found {
			return // it has ended, or the system does not tell
		}
		if ignored, err := strconv.ParseUint(strings.Fields(mask)[0], 16, 64); err == nil && ignored&sigpipe != 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// fillFolder makes what a vector wants to find in its folder.
func (s *scene) fillFolder(t *testing.T, records map[string]folderRecord) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(records)) {
		record, path := records[name], filepath.Join(s.work, filepath.FromSlash(name))
		var err error
		switch {
		case record.Dir:
			err = os.MkdirAll(path, 0o700)
		case record.Link != "":
			err = os.Symlink(record.Link, path)
		case record.FIFO:
			err = syscall.Mkfifo(path, 0o600)
		default:
			err = os.WriteFile(path, []byte(record.Text), 0o600)
		}
		if err == nil && record.Mode != 0 {
			err = os.Chmod(path, os.FileMode(record.Mode))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// meter reads the peak memory of a process from the system, again and again,
// until it has ended. What wait4 tells would hold the memory of the test too.
type meter struct {
	peak atomic.Int64
	quit chan struct{}
	done sync.WaitGroup
}

func newMeter(pid int, on bool) *meter {
	m := &meter{quit: make(chan struct{})}
	if !on {
		return m
	}
	m.done.Go(func() {
		for {
			if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
				if _, rest, found := strings.Cut(string(text), "VmHWM:"); found {
					kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
					m.peak.Store(max(m.peak.Load(), kib<<10))
				}
			}
			select {
			case <-m.quit:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	})
	return m
}

func (m *meter) stop() int64 {
	close(m.quit)
	m.done.Wait()
	return m.peak.Load()
}
