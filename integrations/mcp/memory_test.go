package main

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestMemoryStaysLevel: the server takes no more after thousands of calls than after some
// hundred, though each answer is large. TENABLEIO_MCP_CALLS says how many.
func TestMemoryStaysLevel(t *testing.T) {
	onLinux(t)
	t.Parallel()
	calls, err := strconv.Atoi(os.Getenv("TENABLEIO_MCP_CALLS"))
	if err != nil {
		calls = 300 // mcp-verify plays thousands
	}
	c, beside := fake(t, `exec cat result`)
	text := records(strings.Repeat(`{"output": "`+strings.Repeat("x", 200)+`"},`, 149) + "{}")
	if err := os.WriteFile(beside("result"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	play := func(n int) {
		for ; n > 0; n -= atOnce {
			var waiting []<-chan message
			for range atOnce {
				_, answered := c.send("tools/call", map[string]any{"name": "list_scans"})
				waiting = append(waiting, answered)
			}
			for _, answered := range waiting {
				if got := c.wait(answered); got.Error != nil {
					t.Fatalf("%+v", got.Error)
				}
			}
			c.forget()
		}
	}
	play(100)
	early := status(t, c.process.Process.Pid)
	play(calls)
	late := status(t, c.process.Process.Pid)
	t.Logf("%d calls: %d KiB resident and %d threads, after 100 of them %d KiB and %d", calls, late[0], late[1], early[0], early[1])
	if late[0] > early[0]+16<<10 || late[1] > early[1]+8 {
		t.Errorf("from %d KiB and %d threads to %d KiB and %d", early[0], early[1], late[0], late[1])
	}
}

// TestMemoryComesBack: what one huge text took is given back while small answers follow.
func TestMemoryComesBack(t *testing.T) {
	onLinux(t)
	t.Parallel()
	c, beside := fake(t, `exec cat result`)
	play := func(output string, calls int) {
		if err := os.WriteFile(beside("result"), []byte(records(`{"output": "`+output+`"}`)), 0o600); err != nil {
			t.Fatal(err)
		}
		for range calls {
			c.call("list_scans", nil)
		}
	}
	play(strings.Repeat("x", 50<<20), 2)
	play("x", 20)
	if late := status(t, c.process.Process.Pid); late[0] > 96<<10 {
		t.Errorf("%d KiB are still taken", late[0])
	}
}

// forget lets go of what was seen, so that the test's own memory stays level.
func (c *client) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = nil
	clear(c.waiting)
}

// status is how many KiB of memory, and how many threads, a process has.
func status(t *testing.T, pid int) (got [2]int) {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		for i, name := range []string{"VmRSS:", "Threads:"} {
			if fields[0] == name {
				got[i], _ = strconv.Atoi(fields[1])
			}
		}
	}
	return got
}
