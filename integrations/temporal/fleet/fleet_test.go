package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"google.golang.org/protobuf/encoding/protojson"

	"tenableio/integrations/temporal/envelope"
)

// What all tests share: the programs, and one Temporal server with a client.
var (
	built  Binaries
	server *Server
	shared client.Client
)

// TestMain starts the server. TENABLEIO_BIN names a folder of built programs; without
// it they are built here.
func TestMain(m *testing.M) {
	status, err := serveAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

func serveAndRun(m *testing.M) (int, error) {
	var err error
	if built.Dir = os.Getenv("TENABLEIO_BIN"); built.Dir == "" {
		if built.Dir, err = buildAll(); err != nil {
			return 1, err
		}
	}
	if server, err = built.StartServer(); err != nil {
		return 1, err
	}
	defer server.Stop()
	if shared, err = server.Client(context.Background()); err != nil {
		return 1, err
	}
	defer shared.Close()
	return m.Run(), nil
}

// buildAll has the Makefile build the plugin, the worker and the server, and returns their folder.
func buildAll() (string, error) {
	const root = "../../.."
	if out, err := exec.Command("make", "-C", root, "build", "worker", "dev-server").CombinedOutput(); err != nil {
		return "", fmt.Errorf("make: %w\n%s", err, out)
	}
	return filepath.Abs(filepath.Join(root, "bin"))
}

// site is what one test has for itself.
type site struct {
	*testing.T
	sandbox                           *Sandbox
	proxy                             *Proxy
	taskQueue, connections, outputDir string
}

// newSite starts a sandbox and a proxy for the tenants named.
func newSite(t *testing.T, tenants []string, sandboxFlags ...string) *site {
	t.Helper()
	t.Parallel()
	s := &site{T: t, taskQueue: t.Name(), connections: t.TempDir(), outputDir: filepath.Join(t.TempDir(), "files")}
	var err error
	if s.sandbox, err = built.StartSandbox(sandboxFlags...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.sandbox.Stop)
	if s.proxy, err = StartProxy(s.sandbox); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.proxy.Close)
	for _, tenant := range tenants {
		connection := s.sandbox.Connections[0]
		connection.ServerURL = s.proxy.URL(tenant)
		if err := WriteConnection(s.connections, tenant, connection); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// worker starts a worker on the site's task queue.
func (s *site) worker(more ...string) *Worker {
	s.Helper()
	return s.workerAt(server, more...)
}

// workerAt starts a worker that reaches Temporal at another address than the server's own.
func (s *site) workerAt(at *Server, more ...string) *Worker {
	s.Helper()
	w, err := built.StartWorker(WorkerFlags{
		Server: at, TaskQueue: s.taskQueue, Connections: s.connections, OutputDir: s.outputDir, More: more,
	})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() {
		w.Stop()
		if s.Failed() {
			s.Logf("the worker's log:\n%s", w.Log())
		}
	})
	return w
}

type object = map[string]any

// start starts a workflow.
func (s *site) start(workflow string, input any) client.WorkflowRun {
	s.Helper()
	run, err := shared.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{TaskQueue: s.taskQueue}, workflow, input)
	if err != nil {
		s.Fatal(err)
	}
	return run
}

// get waits for the result of a workflow.
func (s *site) get(run client.WorkflowRun, into any) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := run.Get(ctx, into); err != nil {
		s.Fatalf("%s: %v", run.GetID(), err)
	}
}

// command runs one command and waits for its result.
func (s *site) command(tenant, command string, inputs object) envelope.Result {
	s.Helper()
	var result envelope.Result
	s.get(s.start("RunCommand", object{"tenant": tenant, "command": command, "inputs": inputs}), &result)
	return result
}

// fails waits until a workflow fails, and returns its failure and the error object in
// the details of it.
func (s *site) fails(run client.WorkflowRun) (*temporal.ApplicationError, envelope.Error) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	err := run.Get(ctx, nil)
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) {
		s.Fatalf("the workflow ended with %v, want a failure of its own", err)
	}
	var problem envelope.Error
	if err := failure.Details(&problem); err != nil {
		s.Fatalf("the failure %v has no error object: %v", failure, err)
	}
	return failure, problem
}

// history is a workflow's whole history, as text and as what was asked of activities.
func (s *site) history(run client.WorkflowRun) (text string, attempts []int32) {
	s.Helper()
	events := shared.GetWorkflowHistory(context.Background(), run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	var all strings.Builder
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			s.Fatal(err)
		}
		if started := event.GetActivityTaskStartedEventAttributes(); started != nil {
			attempts = append(attempts, started.GetAttempt())
		}
		line, err := protojson.Marshal(event)
		if err != nil {
			s.Fatal(err)
		}
		all.Write(line)
		all.WriteByte('\n')
	}
	return all.String(), attempts
}

// until waits for a condition.
func (s *site) until(what string, true func() bool) {
	s.Helper()
	for deadline := time.Now().Add(time.Minute); !true(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.Fatalf("it never happened that %s", what)
		}
	}
}

// children are the processes that a worker has started and that still run.
func children(worker *Worker) []string {
	var all []string
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", worker.PID()))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		all = append(all, strings.Fields(string(text))...)
	}
	return all
}

// raw is a value as JSON.
func raw(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// alive tells whether a process runs.
func alive(pid string) bool {
	status, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	_, after, _ := strings.Cut(string(status), ") ")
	return !strings.HasPrefix(after, "Z") // a zombie has ended
}

// TestServerStaysOnLoopback wants the server for trying, which asks nobody who they are, to
// listen where no other machine reaches it.
func TestServerStaysOnLoopback(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "192.0.2.1:7233", "[::]:0", "temporal.example.com:7233"} {
		said, err := exec.Command(built.path("temporal-dev"), "--address", address).CombinedOutput()
		if err == nil || !strings.Contains(string(said), "--address: ") {
			t.Errorf("%s: %v, %q", address, err, said)
		}
	}
}
