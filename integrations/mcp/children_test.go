package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hangs says its number, and waits in a process of its own until a signal comes.
const hangs = `cat > request; echo $$ > pid; sleep 600`

// deaf ignores that it is asked to end.
const deaf = `trap "" TERM; cat > request; echo $$ > pid; while :; do sleep 1; done`

func cancel(c *client, id int) {
	c.write(fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%d,"reason":"enough"}}`, id))
}

func callParams(tool string) map[string]any {
	return map[string]any{"name": tool, "arguments": map[string]any{}, "_meta": map[string]any{"progressToken": "p"}}
}

// TestCancelledCallEnds: the child is gone, and no answer comes.
func TestCancelledCallEnds(t *testing.T) {
	onLinux(t)
	t.Parallel()
	for name, script := range map[string]string{"asked": hangs, "deaf": deaf} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, beside := fake(t, script)
			id, answered := c.send("tools/call", callParams("list_scans"))
			eventually(t, "the child runs", func() bool { return exists(beside("pid")) })
			cancel(c, id)
			eventually(t, "the child is gone", func() bool { return gone(t, beside("pid")) })
			if got := c.ask("ping", nil); got.Error != nil {
				t.Errorf("ping: %+v", got.Error)
			}
			select {
			case got := <-answered:
				t.Errorf("a cancelled call was answered: %+v", got)
			default:
			}
		})
	}
}

// TestAtMostSoManyChildren: other calls wait, and one that waits can be cancelled.
func TestAtMostSoManyChildren(t *testing.T) {
	t.Parallel()
	c, beside := fake(t, `cat > request; echo $$ >> running; while ! test -e go; do sleep 0.05; done
		echo '{"return_data": "Successful", "error": null}'`)
	running := func() int {
		text, _ := os.ReadFile(beside("running"))
		return strings.Count(string(text), "\n")
	}
	var waiting []<-chan message
	last := 0
	for range atOnce + 3 {
		id, answered := c.send("tools/call", callParams("list_scans"))
		waiting = append(waiting, answered)
		last = id
	}
	eventually(t, "all places are taken", func() bool { return running() == atOnce })
	cancel(c, last)
	if got := c.ask("ping", nil); got.Error != nil { // others are served meanwhile
		t.Errorf("ping: %+v", got.Error)
	}
	time.Sleep(200 * time.Millisecond)
	if got := running(); got != atOnce {
		t.Errorf("%d children run, want %d", got, atOnce)
	}
	if err := os.WriteFile(beside("go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, answered := range waiting[:len(waiting)-1] {
		if got := c.given(c.wait(answered)); got.IsError {
			t.Errorf("%s", got.Structured)
		}
	}
	if got := running(); got != atOnce+2 {
		t.Errorf("%d children ran, want %d: the last call was cancelled before its turn", got, atOnce+2)
	}
}

// TestWaitingTakesTime: what a call waits for others is a part of its time limit, and one that got no turn sent nothing.
func TestWaitingTakesTime(t *testing.T) {
	t.Parallel()
	c, beside := fake(t, `sed 's/.*"timeout_seconds":\([0-9.]*\).*/\1/' > limit.$$; sleep 3
		echo '{"return_data": "Successful", "error": null}'`, "--timeout", "6s", "--allow-changes")
	began := time.Now()
	var waiting []<-chan message
	for range 3 * atOnce {
		_, answered := c.send("tools/call", callParams("launch_scan"))
		waiting = append(waiting, answered)
	}
	crowded := 0
	for _, answered := range waiting {
		e := c.given(c.wait(answered)).answer.Error
		if e == nil {
			continue
		}
		crowded++
		if e.StatusCode != 504 || e.Category != "timeout" || !e.Retryable ||
			!strings.Contains(e.Message, "Nothing was sent") || !strings.Contains(e.Hint, "at most 4 calls") {
			t.Errorf("%+v", e)
		}
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the last call ended after %s", took)
	}
	limits, err := filepath.Glob(beside("limit.*"))
	if err != nil || len(limits) != 2*atOnce || crowded != atOnce {
		t.Errorf("%d children ran, and %d calls got no turn: %v", len(limits), crowded, err)
	}
	short := 0
	for _, file := range limits {
		text, err := os.ReadFile(file)
		limit, wrong := strconv.ParseFloat(strings.TrimSpace(string(text)), 64)
		if err != nil || wrong != nil || limit < 1 || limit > 6 {
			t.Errorf("a limit is %q", text)
		}
		if limit <= 3 {
			short++
		}
	}
	if short != atOnce {
		t.Errorf("%d calls had their wait taken off, want %d", short, atOnce)
	}
}

// TestServerEnds: with stdin, or by a signal, the children end and then the server.
func TestServerEnds(t *testing.T) {
	onLinux(t)
	t.Parallel()
	for name, end := range map[string]func(*client){
		"stdin":   func(c *client) { _ = c.stdin.Close() },
		"SIGTERM": func(c *client) { _ = c.process.Process.Signal(syscall.SIGTERM) },
		"SIGINT":  func(c *client) { _ = c.process.Process.Signal(os.Interrupt) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, beside := fake(t, hangs)
			c.send("tools/call", callParams("list_scans"))
			eventually(t, "the child runs", func() bool { return exists(beside("pid")) })
			end(c)
			if state := c.end(); !state.Success() {
				t.Errorf("the server ended with %v", state)
			}
			if !gone(t, beside("pid")) {
				t.Error("the child outlives the server")
			}
		})
	}
}

// TestKilledServer: the kernel ends the children.
func TestKilledServer(t *testing.T) {
	onLinux(t)
	t.Parallel()
	c, beside := fake(t, hangs)
	c.send("tools/call", callParams("list_scans"))
	eventually(t, "the child runs", func() bool { return exists(beside("pid")) })
	_ = c.process.Process.Kill()
	eventually(t, "the child is gone", func() bool { return gone(t, beside("pid")) })
}

// TestBrokenPlugins: each is an answer that says what happened, and no protocol error.
func TestBrokenPlugins(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ script, want string }{
		"prints nothing":    {`cat > request`, "left no usable result (EOF; it ended with exit status 0)"},
		"prints garbage":    {`cat > request; echo '<html>no</html>'`, "left no usable result (jsontext: invalid character '<'"},
		"prints the keys":   {`cat`, "left no usable result"},
		"prints half":       {`cat > request; printf '{"return_data": "Succ'`, "left no usable result"},
		"prints two":        {`cat > request; echo '{"return_data":"Successful","error":null} {}'`, "more than one JSON document"},
		"prints other JSON": {`cat > request; echo '[1]'`, "[ in the place of an object"},
		"crashes":           {`cat > request; kill -SEGV $$`, "it ended with signal: segmentation fault"},
		"reads nothing":     {`exit 3`, "it ended with exit status 3"},
		"vanishes":          {`cat > request; rm plugin; echo '{"return_data":"Successful","error":null}'`, "could not be started"},
		"is of another platform": {`cat > request; printf '\177ELF\002' > new; chmod 700 new; mv new plugin
			echo '{"return_data":"Successful","error":null}'`, "could not be started"},
		"never ends": {hangs, "did not end at its time limit of 1s, and was stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := fake(t, test.script, "--allow-changes", "--timeout", "1s")
			got := c.call("launch_scan", nil)
			if name == "vanishes" || name == "is of another platform" {
				got = c.call("launch_scan", nil)
			}
			e := got.answer.Error
			if e == nil || !strings.Contains(e.Message, test.want) || e.Hint == "" || e.StatusCode != 500 {
				t.Fatalf("got %s, want %q", got.Structured, test.want)
			}
			started := test.want != "could not be started"
			if unknown := strings.Contains(e.Message, "The outcome is unknown."); unknown != started || e.Retryable == started {
				t.Errorf("a change whose outcome is unknown: %s", got.Structured)
			}
			if said := string(c.seen) + c.log.String(); strings.Contains(said, accessKey) || strings.Contains(said, secretKey) {
				t.Errorf("a key is told: %s", said)
			}
		})
	}
}

// TestChildLearnsLittle: no keys in its arguments and variables, and none of the server's own.
func TestChildLearnsLittle(t *testing.T) {
	onLinux(t)
	t.Parallel()
	path := fakePlugin(t, `cat > request; env > variables; tr '\0' ' ' < /proc/$$/cmdline > arguments
		echo '{"return_data": "Successful", "error": null}'`)
	folder := strings.TrimSuffix(path, "plugin")
	c := launch(t, []string{
		"TENABLEIO_ACCESS_KEY=" + accessKey, "TENABLEIO_SECRET_KEY=" + secretKey,
		"TENABLEIO_SERVER_URL=https://tenable.example.com", "PRIVATE=1", "HTTPS_PROXY=http://proxy.example.com:3128",
	}, "--binary", path)
	c.ask("initialize", map[string]any{"protocolVersion": "2025-11-25", "capabilities": map[string]any{}, "clientInfo": map[string]any{"name": "t", "version": "1"}})
	c.call("list_scans", map[string]any{"folder_id": 17})
	for file, wrong := range map[string][]string{
		"variables": {accessKey, secretKey, "PRIVATE", "HOME="}, "arguments": {accessKey, secretKey},
	} {
		text, err := os.ReadFile(folder + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range wrong {
			if strings.Contains(string(text), word) {
				t.Errorf("%s holds %q: %s", file, word, text)
			}
		}
		if file == "variables" && !strings.Contains(string(text), "HTTPS_PROXY=http://proxy.example.com:3128") {
			t.Errorf("the proxy is not passed: %s", text)
		}
	}
	request, err := os.ReadFile(folder + "request")
	const want = `"command":"list_scans","inputs":{"folder_id":17},"options":{"timeout_seconds":50}}`
	if err != nil || !strings.Contains(string(request), accessKey) || !strings.HasSuffix(string(request), want) {
		t.Errorf("the request is %s, want %s", request, want)
	}
}

// TestProgress: only where it was asked for, growing, and what the plugin says.
func TestProgress(t *testing.T) {
	t.Parallel()
	c, _ := fake(t, `cat > request; for n in 1 2 3 4 5; do
		echo "{\"level\":\"info\",\"done\":$n,\"total\":6,\"unit\":\"chunks\",\"message\":\"progress\"}" >&2; sleep 1; done
		echo '{"return_data": "Successful", "error": null}'`)
	_, silent := c.send("tools/call", map[string]any{"name": "list_scans"})
	_, told := c.send("tools/call", callParams("list_scans"))
	c.wait(told)
	c.wait(silent)
	all := c.progress()
	if len(all) < 2 {
		t.Fatalf("%d notifications", len(all))
	}
	last := 0.0
	for _, note := range all {
		if note.Params.Token != "p" || note.Params.Progress <= last || !strings.HasSuffix(note.Params.Message, " of 6 chunks") {
			t.Errorf("after %v: %+v", last, note)
		}
		last = note.Params.Progress
	}
}

// TestCancelledChangeIsLogged: nobody hears the answer, so the log has its error.
func TestCancelledChangeIsLogged(t *testing.T) {
	onLinux(t)
	t.Parallel()
	c, beside := fake(t, `trap 'echo "{\"return_data\": \"Failed\", \"error\": {\"message\": \"The outcome is unknown.\"}}"; exit' TERM
		cat > request; echo $$ > pid; sleep 600 & wait`, "--allow-changes")
	id, _ := c.send("tools/call", callParams("launch_scan"))
	eventually(t, "the child runs", func() bool { return exists(beside("pid")) })
	cancel(c, id)
	const want = `"msg":"call cancelled","tool":"launch_scan","return_data":"Failed"`
	eventually(t, "the log tells", func() bool {
		log := c.log.String()
		return strings.Contains(log, want) && strings.Contains(log, `"error":{"message":"The outcome is unknown."}`)
	})
}
