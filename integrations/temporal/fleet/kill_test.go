package fleet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.temporal.io/sdk/client"

	"tenableio/integrations/temporal/envelope"
	"tenableio/integrations/temporal/workflows"
)

// hold lets the first call of a kind wait until its caller is gone, which never gets an
// answer. The others pass.
type hold struct {
	came chan struct{} // closed when the call is there
	held atomic.Bool
}

func newHold(p *Proxy, method, last string, passFirst bool) *hold {
	h := &hold{came: make(chan struct{})}
	p.Hook(func(call Call, w http.ResponseWriter, r *http.Request, pass http.Handler) bool {
		if call.Method != method || call.Last != last || !h.held.CompareAndSwap(false, true) {
			return false
		}
		body, _ := io.ReadAll(r.Body) // only then the end of the caller is noticed
		r.Body = io.NopCloser(bytes.NewReader(body))
		if passFirst {
			pass.ServeHTTP(discard{http.Header{}}, r)
		}
		close(h.came)
		<-r.Context().Done() // the process that called is gone
		return true
	})
	return h
}

// discard is an answer that nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

func (s *site) wait(came <-chan struct{}) {
	s.Helper()
	select {
	case <-came:
	case <-time.After(time.Minute):
		s.Fatal("the call never came")
	}
}

// interrupted is a site whose one worker makes a call that is never answered.
func interrupted(
	t *testing.T, workflow string, input object, method, last string, passFirst bool,
) (*site, *Worker, client.WorkflowRun) {
	t.Helper()
	s := newSite(t, []string{"acme"})
	w := s.worker()
	h := newHold(s.proxy, method, last, passFirst)
	run := s.start(workflow, input)
	s.wait(h.came)
	return s, w, run
}

// listing is interrupted in List Scans.
func listing(t *testing.T) (*site, *Worker, client.WorkflowRun) {
	t.Helper()
	input := object{"tenant": "acme", "command": "List Scans"}
	return interrupted(t, "RunCommand", input, http.MethodGet, "scans", false)
}

// launching is interrupted in the launch of a scan, which reaches Tenable or does not.
func launching(t *testing.T, reaches bool) (*site, *Worker, client.WorkflowRun) {
	t.Helper()
	input := object{"tenant": "acme", "scan_id": 21, "report_format": "CSV"}
	return interrupted(t, "ScanAndReport", input, http.MethodPost, "launch", reaches)
}

// TestKilledWorkerIsReplaced: kill -9 of a worker while it reads; another one finishes.
func TestKilledWorkerIsReplaced(t *testing.T) {
	s, first, run := listing(t)
	runs := children(first)
	first.Kill()
	s.worker()
	var result object
	s.get(run, &result)
	if result["return_data"] != "Successful" {
		t.Errorf("the result is %s", raw(result))
	}
	if _, attempts := s.history(run); len(attempts) != 1 || attempts[0] != 2 {
		t.Errorf("the attempts are %v, want the second one", attempts)
	}
	if len(runs) == 0 {
		t.Error("the killed worker had no child, so this tests nothing")
	}
	for _, pid := range runs {
		if alive(pid) {
			t.Errorf("process %s outlives its worker", pid)
		}
	}
}

// TestLaunchIsNeverRepeated: kill -9 of a worker during Launch Scan. The launch had
// reached Tenable; the workflow looks, finds the run, and goes on to its report.
func TestLaunchIsNeverRepeated(t *testing.T) {
	s, first, run := launching(t, true)
	first.Kill()
	s.worker()
	var report workflows.Report
	s.get(run, &report)
	s.whole(report.File)
	if n := s.proxy.Count(Call{Method: http.MethodPost, Last: "launch"}); n != 1 {
		t.Errorf("%d launches reached Tenable, want 1", n)
	}
	if text, _ := s.history(run); !strings.Contains(text, "TIMEOUT_TYPE_HEARTBEAT") {
		t.Error("the launch was not lost, so this tests nothing")
	}
}

// TestLostLaunchIsTold: the launch never reached Tenable. The workflow looks, finds no
// run, and gives up with what it saw.
func TestLostLaunchIsTold(t *testing.T) {
	s, first, run := launching(t, false)
	first.Kill()
	s.worker()
	failure, problem := s.fails(run)
	if failure.Type() != "unknown_outcome" || problem.Retryable || !strings.Contains(problem.Hint, "shows no new run") {
		t.Errorf("the failure is %v with %+v", failure, problem)
	}
	if n := s.proxy.Count(Call{Method: http.MethodPost, Last: "launch"}); n != 1 {
		t.Errorf("%d launches reached Tenable, want 1", n)
	}
}

// TestLostAnswerOfALaunch: the answer is lost, and the worker lives. The envelope says
// that the outcome is unknown.
func TestLostAnswerOfALaunch(t *testing.T) {
	s := newSite(t, []string{"acme"})
	s.worker()
	s.proxy.Hook(func(call Call, _ http.ResponseWriter, r *http.Request, pass http.Handler) bool {
		if call.Last == "launch" {
			pass.ServeHTTP(discard{http.Header{}}, r)
			panic(http.ErrAbortHandler) // the connection ends without an answer
		}
		return false
	})
	failure, problem := s.fails(s.start("RunCommand", object{"tenant": "acme", "command": "Launch Scan", "inputs": object{"scan_id": 21}}))
	if problem.Retryable || !strings.Contains(problem.Hint, "Get Scan History now shows") {
		t.Errorf("the failure is %v with %+v", failure, problem)
	}
	var report workflows.Report
	s.get(s.start("ScanAndReport", object{"tenant": "acme", "scan_id": 23, "report_format": "Nessus"}), &report)
	s.whole(report.File)
	if n := s.proxy.Count(Call{Method: http.MethodPost, Last: "launch"}); n != 2 {
		t.Errorf("%d launches reached Tenable, want one for each workflow", n)
	}
}

// TestCancelEndsTheChild: a cancelled workflow is over within a second or two, and the
// process with it.
func TestCancelEndsTheChild(t *testing.T) {
	_, w, run := listing(t)
	if len(children(w)) != 1 {
		t.Fatalf("the worker has the children %v, want one", children(w))
	}
	began := time.Now()
	if err := shared.CancelWorkflow(t.Context(), run.GetID(), ""); err != nil {
		t.Fatal(err)
	}
	err := run.Get(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("the workflow ended with %v", err)
	}
	t.Logf("cancelled after %v", time.Since(began))
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the cancellation took %v", took)
	}
	if left := children(w); len(left) > 0 {
		t.Errorf("the children %v are left", left)
	}
}

// TestStoppedWorkerHandsOver: SIGTERM of a worker while it reads; another one goes on
// at once, without waiting for a heartbeat to be missed.
func TestStoppedWorkerHandsOver(t *testing.T) {
	s, first, run := listing(t)
	s.worker()
	first.Stop()
	s.get(run, nil)
	if text, _ := s.history(run); strings.Contains(text, "TIMEOUT_TYPE_HEARTBEAT") || !strings.Contains(text, "worker_stopped") {
		t.Errorf("the run was not handed over:\n%s", text)
	}
}

// TestReportGoesOnFromKeptChunks: kill -9 of a worker in the middle of a report; the
// next one fetches the chunks that are missing, and no other.
func TestReportGoesOnFromKeptChunks(t *testing.T) {
	const until = 7
	s := newSite(t, []string{"acme"}, "--assets", "1000", "--findings-per-asset", "5")
	first := s.worker()
	exportUUID := s.export(50)
	var calls atomic.Int64
	came := make(chan struct{})
	s.proxy.Hook(func(_ Call, _ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if !strings.Contains(r.URL.Path, "/chunks/") {
			return false
		}
		if n := calls.Add(1); n < until || n > until+1 { // two chunks are fetched at the same time
			return false
		} else if n == until+1 {
			close(came)
		}
		<-r.Context().Done() // the process that called is gone
		return true
	})
	fetch := object{"tenant": "acme", "command": "Get Vulnerabilities Export Report", "inputs": object{"export_uuid": exportUUID}}
	run := s.start("RunCommand", fetch)
	s.wait(came)
	first.Kill()
	s.worker()
	var result, again envelope.Result
	s.get(run, &result)
	s.whole(result.Files[0])
	inTwoRuns := calls.Load()
	s.get(s.start("RunCommand", fetch), &again)
	if chunks := calls.Load() - inTwoRuns; inTwoRuns != chunks+2 || chunks < 2*until-2 {
		t.Errorf("%d calls for %d chunks, want 2 more: those that were on their way", inTwoRuns, chunks)
	}
	if again.Files[0].SHA256 != result.Files[0].SHA256 || again.Files[0].Path == result.Files[0].Path {
		t.Errorf("in two runs the report is %+v, in a single one %+v", result.Files[0], again.Files[0])
	}
}

// export starts an export of all findings, which no command of the plugin does.
func (s *site) export(assets int) string {
	s.Helper()
	connection := s.sandbox.Connections[0]
	body := strings.NewReader(fmt.Sprintf(`{"num_assets": %d, "include_unlicensed": true}`, assets))
	request, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.sandbox.ServerURL+"/vulns/export", body)
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("X-ApiKeys", "accessKey="+connection.AccessKey+"; secretKey="+connection.SecretKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	var started struct {
		ExportUUID string `json:"export_uuid"`
	}
	if err := json.NewDecoder(response.Body).Decode(&started); err != nil || started.ExportUUID == "" {
		s.Fatalf("the export was not started: %s, %v", response.Status, err)
	}
	return started.ExportUUID
}
