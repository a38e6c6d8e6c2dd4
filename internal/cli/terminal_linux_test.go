package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// window is a pseudo terminal.
type window struct {
	keyboard *os.File // what is written to it was typed, and what is read was shown
	line     *os.File // the end that a program gets

	mu    sync.Mutex
	shown bytes.Buffer
}

// openWindow opens a terminal of so many columns.
func openWindow(t *testing.T, columns uint16) *window {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine gives no terminals: %v", err)
	}
	t.Cleanup(func() { _ = keyboard.Close() })
	number, err := unix.IoctlGetInt(int(keyboard.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(keyboard.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	line, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = line.Close() })
	if err := unix.IoctlSetWinsize(int(line.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: columns}); err != nil {
		t.Fatal(err)
	}
	w := &window{keyboard: keyboard, line: line}
	go func() {
		_, _ = io.Copy(w, keyboard) // to the end, which is an error
	}()
	return w
}

// Write notes what is shown.
func (w *window) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.shown.Write(p)
}

// waitFor returns what is shown once it holds a text.
func (w *window) waitFor(t *testing.T, text string) string {
	t.Helper()
	var shown string
	for range 500 {
		w.mu.Lock()
		shown = strings.ReplaceAll(w.shown.String(), "\r\n", "\n")
		w.mu.Unlock()
		if strings.Contains(shown, text) {
			return shown
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the terminal does not show %q but %q", text, shown)
	return ""
}

// atTerminal runs the binary at a terminal and waits for its end.
func (w *window) atTerminal(t *testing.T, environment []string, arguments ...string) int {
	t.Helper()
	command := newCommand(t, t.Context(), nil, arguments...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TERM=xterm"}, environment...)
	command.Stdin, command.Stdout, command.Stderr = w.line, w.line, w.line
	return exitStatus(t, command.Run())
}

// TestHelpAtATerminal: with nothing piped there is nothing to wait for.
func TestHelpAtATerminal(t *testing.T) {
	if _, err := binary(); err != nil { // which takes its time
		t.Fatal(err)
	}
	for _, tt := range []struct {
		arguments []string
		status    int
		shows     string
	}{
		{nil, exitOK, "Usage:"},
		{[]string{"run"}, exitOK, "Usage:"},
		{[]string{"run", "--exit-status"}, exitOK, "Usage:"},
		{[]string{"check"}, exitMisused, "tenableio check [FLAG…]"},
	} {
		w := openWindow(t, 80)
		start := time.Now()
		status := w.atTerminal(t, nil, tt.arguments...)
		w.waitFor(t, tt.shows)
		if spent := time.Since(start); status != tt.status || spent > 5*time.Second {
			t.Errorf("tenableio %v exits %d after %v, want %d at once", tt.arguments, status, spent, tt.status)
		}
	}
}

// TestTableAtATerminal is what a person sees: a table in colours, as wide as the window.
func TestTableAtATerminal(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	connection := s.connectionFile(t, 64, 0o600)
	for _, tt := range []struct {
		columns     uint16
		environment []string
		colour      bool
		width       int
	}{
		{80, nil, true, 80},
		{120, []string{"NO_COLOR=1"}, false, 120},
		{120, []string{"COLUMNS=80", "TERM=dumb"}, false, 80},
	} {
		w := openWindow(t, tt.columns)
		status := w.atTerminal(t, tt.environment, "run", "query_vulnerability_details", "--connection", connection)
		shown := w.waitFor(t, "Plugin ID")
		if status != exitOK || strings.Contains(shown, "\x1b[") != tt.colour || !strings.Contains(shown, "█") {
			t.Errorf("at %d columns with %v exits %d with colour %t: %.800q", tt.columns, tt.environment, status, !tt.colour, shown)
		}
		for line := range strings.Lines(shown) {
			line = strings.TrimRight(line, "\n")
			if columns := len([]rune(line)); !tt.colour && columns > tt.width {
				t.Errorf("%d columns at %d: %q", columns, tt.width, line)
			}
		}
	}
	w := openWindow(t, 80)
	if status := w.atTerminal(t, nil, "run", "get_scan_status", "scan_id=404404", "--connection", connection); status != exitFailed {
		t.Errorf("a scan that is not there exits %d", status)
	}
	if shown := w.waitFor(t, "What to do"); strings.Contains(shown, `{"level"`) {
		t.Errorf("the log is between the lines: %s", shown)
	}
}

// TestValueTypedUnseen: a person at a terminal types a value of - unseen.
func TestValueTypedUnseen(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	w := openWindow(t, 80)
	command := newCommand(t, t.Context(), nil, "run", "get_scan_status", "scan_id=-", "--connection", s.connectionFile(t, 64, 0o600))
	command.Stdin, command.Stdout, command.Stderr = w.line, w.line, w.line
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	w.waitFor(t, "scan_id: ")
	time.Sleep(100 * time.Millisecond) // until the terminal no longer shows what is typed
	if _, err := w.keyboard.WriteString("777001\n"); err != nil {
		t.Fatal(err)
	}
	if status := exitStatus(t, command.Wait()); status != exitFailed {
		t.Errorf("exits %d", status)
	}
	shown := w.waitFor(t, "Get Scan Status failed.")
	if strings.Contains(shown, "777001") {
		t.Errorf("what was typed is shown: %q", shown)
	}
}

// TestProgressAtATerminal: what takes longer than a second tells that it goes on, and
// leaves nothing behind.
func TestProgressAtATerminal(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, "--latency", "2500ms")
	w := openWindow(t, 80)
	if status := w.atTerminal(t, nil, "run", "list_scans", "--connection", s.connectionFile(t, 64, 0o600)); status != exitOK {
		t.Errorf("exits %d", status)
	}
	shown := w.waitFor(t, "Scan ID")
	if !strings.Contains(shown, "waiting for Tenable.io, 1 s") || strings.Contains(shown, ", 0 s") {
		t.Errorf("the terminal shows %q", shown)
	}
}
