// Package child starts the plugin's binary for the programs beside it: one process for one
// request. Whatever happens to the program that started it, the process ends.
package child

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Command is a process of the binary at path. When ctx is done it gets SIGTERM, which the
// plugin answers with an envelope, and SIGKILL after the grace. Run starts it.
func Command(ctx context.Context, path string, grace time.Duration, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, path, arguments...)
	command.Env = environment(os.Environ())
	command.SysProcAttr = attributes()
	command.Cancel = func() error { return interrupt(command.Process) }
	command.WaitDelay = grace
	return command
}

// TellProgress has the log of a command tell how far it is: at the level info.
func TellProgress(command *exec.Cmd) { command.Env = append(command.Env, "TENABLEIO_LOG_LEVEL=info") }

// NotStartedError says that no process was started, so that nothing was sent to Tenable.
type NotStartedError struct{ Cause error }

func (e *NotStartedError) Error() string {
	return "the plugin could not be started: " + e.Cause.Error()
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *NotStartedError) Unwrap() error { return e.Cause }

// Run starts a command and waits for its end. The signal of a parent's death is sent when
// the thread that started the process ends, and Go ends threads when it likes: the
// goroutine keeps its thread until the process is gone.
func Run(command *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := command.Start(); err != nil {
			ended <- &NotStartedError{err}
			return
		}
		err := command.Wait()
		sweep(command.Process)
		ended <- err
	}()
	return <-ended
}

// Output runs a command and returns what it wrote to stdout.
func Output(command *exec.Cmd) ([]byte, error) {
	var stdout bytes.Buffer
	command.Stdout = &stdout
	err := Run(command)
	return stdout.Bytes(), err
}

// UnnamedFile returns a file that is gone as soon as it is closed, or the program ends.
func UnnamedFile() (*os.File, error) {
	file, err := os.CreateTemp("", "tenableio-envelope-")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

// passed are the variables that the plugin gets of the program's: where it finds the
// network, its authorities and a temporary folder, and how much it logs. Keys and
// passwords, of whatever the program talks to, are not among them.
var passed = []string{
	"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR", "TMP", "TEMP", "TZ", "GODEBUG",
	"GOMEMLIMIT", "GOMAXPROCS", "GOGC", "SYSTEMROOT", "TENABLEIO_CHUNK_WORKERS", "TENABLEIO_LOG_LEVEL",
}

// environment is the environment of the plugin.
func environment(ours []string) []string {
	theirs := []string{} // nil would be all of ours
	for _, variable := range ours {
		if name, _, _ := strings.Cut(variable, "="); slices.Contains(passed, strings.ToUpper(name)) {
			theirs = append(theirs, variable)
		}
	}
	return theirs
}
