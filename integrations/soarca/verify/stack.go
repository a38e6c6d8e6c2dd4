package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"tenableio/integrations/soarca/broker"
)

// stack is what runs: a broker, the sandbox in the place of Tenable, SOARCA and the fin.
type stack struct {
	bin, folder, soarca string
	broker              string // what it is
	url                 string // of SOARCA
	processes           sync.WaitGroup
}

// patience is how long something may take to start, or a playbook to run.
const patience = 2 * time.Minute

// start starts everything and waits until SOARCA knows the fin.
func (s *stack) start(ctx context.Context) error {
	mqtt, err := freePort()
	if err != nil {
		return err
	}
	api, err := freePort()
	if err != nil {
		return err
	}
	if err := s.startBroker(ctx, mqtt); err != nil {
		return err
	}
	s.url = "http://127.0.0.1:" + api
	connection := filepath.Join(s.folder, "connection.json")
	err = s.process(ctx, nil, "server_url", filepath.Join(s.bin, "tenableio"), "sandbox",
		"--write-connection", connection, "--scan-duration", "2s")
	if err != nil {
		return err
	}
	settings := []string{
		"DATABASE=false", "ENABLE_FINS=true", "MQTT_BROKER=127.0.0.1", "MQTT_PORT=" + mqtt,
		"PORT=" + api, "GIN_MODE=release",
	}
	if err := s.process(ctx, settings, "Starting HTTP server", s.soarca); err != nil {
		return err
	}
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		_, err := s.request(ctx, "GET", "/status/ping", nil)
		if err == nil {
			break
		}
		if ctx.Err() != nil || time.Since(began) > patience {
			return fmt.Errorf("SOARCA does not answer: %w", err)
		}
	}
	return s.process(ctx, nil, "registered", filepath.Join(s.bin, "tenableio-fin"), "--broker", "tcp://127.0.0.1:"+mqtt,
		"--connection", connection, "--binary", filepath.Join(s.bin, "tenableio"),
		"--output-dir", filepath.Join(s.folder, "files"))
}

// startBroker starts mosquitto where it is installed, and the broker of the tests elsewhere.
func (s *stack) startBroker(ctx context.Context, port string) error {
	path, err := exec.LookPath("mosquitto")
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/mosquitto")
	}
	if err != nil {
		s.broker = "the broker of the tests, mochi"
		_, err := broker.Start("127.0.0.1:"+port, func(string, []byte) {})
		return err
	}
	s.broker = path
	settings := filepath.Join(s.folder, "mosquitto.conf")
	if err := os.WriteFile(settings, []byte("listener "+port+" 127.0.0.1\nallow_anonymous true\n"), 0o600); err != nil {
		return err
	}
	return s.process(ctx, nil, "running", path, "-c", settings)
}

// process starts a process that goes on until ctx is done, and waits until it says a word.
func (s *stack) process(ctx context.Context, settings []string, word, name string, arguments ...string) error {
	log, err := os.Create(filepath.Join(s.folder, filepath.Base(name)+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, name, arguments...)
	command.Dir = s.folder
	command.Env = append(os.Environ(), settings...)
	command.Stdout = log
	command.Stderr = log
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	s.processes.Go(func() { ended <- command.Wait() })
	for began := time.Now(); time.Since(began) < patience; {
		if said, err := os.ReadFile(log.Name()); err == nil && bytes.Contains(said, []byte(word)) {
			return nil
		}
		select {
		case err := <-ended:
			return fmt.Errorf("%s ended: %w", name, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("%s does not say %q", name, word)
}

// wait waits until all processes have ended.
func (s *stack) wait() { s.processes.Wait() }

// logs are the last lines of the logs of SOARCA and of the fin.
func (s *stack) logs() string {
	var all bytes.Buffer
	for _, name := range []string{"soarca.log", "tenableio-fin.log"} {
		text, _ := os.ReadFile(filepath.Join(s.folder, name))
		const most = 2000
		fmt.Fprintf(&all, "--- %s\n%s\n", name, text[max(0, len(text)-most):])
	}
	return all.String()
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, err
}

// request sends JSON and returns the answer.
func (s *stack) request(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := new(http.Client).Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("SOARCA answers %s: %s", answer.Status, text)
	}
	return text, err
}
