package fleet

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenableio/integrations/temporal/envelope"
	"tenableio/integrations/temporal/workflows"
)

// whole holds a file to what the result says of it.
func (s *site) whole(file envelope.File) {
	s.Helper()
	content, err := os.ReadFile(file.Path)
	if err != nil {
		s.Fatal(err)
	}
	sum := sha256.Sum256(content)
	if int64(len(content)) != file.Size || hex.EncodeToString(sum[:]) != file.SHA256 || file.Size == 0 {
		s.Errorf("%s has %d bytes of SHA-256 %x, want %d of %s", file.Path, len(content), sum, file.Size, file.SHA256)
	}
	if !strings.HasPrefix(file.Path, s.outputDir) {
		s.Errorf("%s is not in the worker's folder %s", file.Path, s.outputDir)
	}
}

// TestHealthCheck: the tenant whose keys are good, and one whose are not.
func TestHealthCheck(t *testing.T) {
	s := newSite(t, []string{"acme"})
	bad := Connection{ServerURL: s.proxy.URL("bad"), AccessKey: strings.Repeat("a", 64), SecretKey: strings.Repeat("b", 64)}
	if err := WriteConnection(s.connections, "bad", bad); err != nil {
		t.Fatal(err)
	}
	s.worker()
	var result envelope.Result
	s.get(s.start("HealthCheck", object{"tenant": "acme"}), &result)
	if result.ReturnData != envelope.Successful {
		t.Errorf("the result is %+v", result)
	}
	failure, problem := s.fails(s.start("HealthCheck", object{"tenant": "bad"}))
	if problem.StatusCode != 401 || failure.Type() != "auth" || problem.Hint == "" || !strings.Contains(failure.Message(), problem.Hint) {
		t.Errorf("the failure is %v with %+v", failure, problem)
	}
	if n := s.proxy.Count(Call{Tenant: "bad"}); n != 1 {
		t.Errorf("%d calls with keys that are refused, want 1", n)
	}
	_, problem = s.fails(s.start("HealthCheck", object{"tenant": "nobody"}))
	if problem.StatusCode != 404 || !strings.Contains(problem.Message, "nobody.json") {
		t.Errorf("an unknown tenant is %+v", problem)
	}
}

// TestRetryAfter: a 429 that asks for more time than the command has is Failed and
// retryable; Temporal waits as long as was asked and runs it again.
func TestRetryAfter(t *testing.T) {
	s := newSite(t, []string{"acme"})
	s.worker()
	var first, second atomic.Int64
	s.proxy.Hook(func(_ Call, w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
		if first.CompareAndSwap(0, time.Now().UnixMilli()) {
			w.Header().Set("Retry-After", "4")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}
		second.CompareAndSwap(0, time.Now().UnixMilli())
		return false
	})
	run := s.start("RunCommand", object{"tenant": "acme", "command": "Launch Scan", "inputs": object{"scan_id": "21"}, "options": object{"timeout_seconds": 2}})
	s.get(run, nil)
	if waited := second.Load() - first.Load(); waited < 4000 {
		t.Errorf("the second call came after %d ms, want 4000 or more", waited)
	}
	if _, attempts := s.history(run); len(attempts) != 1 || attempts[0] != 2 {
		t.Errorf("the attempts are %v, want the second one", attempts)
	}
}

// TestRefusedIsNotRepeated: what Tenable refuses, and what it cannot be asked.
func TestRefusedIsNotRepeated(t *testing.T) {
	s := newSite(t, []string{"acme"})
	s.worker()
	for _, tt := range []struct {
		workflow string
		input    object
		status   int
		message  string
	}{
		{"RunCommand", object{"tenant": "acme", "command": "Get Scan Status", "inputs": object{"scan_id": 999}}, 404, "found"},
		{"RunCommand", object{"tenant": "acme", "command": "Get Scan Status"}, 400, "(Scan ID) is required"},
		{"RunCommand", object{"tenant": "acme", "command": "Get Scan Statue"}, 404, "Get Scan Status"},
		{"RunCommand", object{"tenant": "acme", "command": "list_scans", "options": object{"outputDir": "/etc"}}, 400, "output_dir"},
		{"RunCommand", object{"tenant": "acme", "command": "list_scans", "input": object{}}, 400, "unknown field"},
		{"RunCommand", object{"tenant": "../acme", "command": "list_scans"}, 400, "no tenant's name"},
		{"RunCommand", object{"tenant": "acme"}, 400, "command"},
		{"ScanAndReport", object{"tenant": "acme", "scan_id": 999, "report_format": "CSV"}, 404, "found"},
		{"ScanAndReport", object{"tenant": "acme", "scan_id": 22, "report_format": "PDF"}, 400, "Chapters"},
		{"ExportFindings", object{"tenant": "acme", "asset_ip": "1.2.3.456"}, 400, "invalid IP"},
	} {
		run := s.start(tt.workflow, tt.input)
		failure, problem := s.fails(run)
		if problem.StatusCode != tt.status || problem.Retryable || !failure.NonRetryable() || !strings.Contains(problem.Message, tt.message) {
			t.Errorf("%s of %s is %+v, want %d with %q", tt.workflow, raw(tt.input), problem, tt.status, tt.message)
		}
		if _, attempts := s.history(run); len(attempts) > 0 && attempts[len(attempts)-1] > 1 {
			t.Errorf("%s of %s was tried %d times", tt.workflow, raw(tt.input), attempts[len(attempts)-1])
		}
	}
}

// TestPartlySuccessfulIsAResult: what worked is done, what did not is named.
func TestPartlySuccessfulIsAResult(t *testing.T) {
	s := newSite(t, []string{"acme"})
	s.worker()
	result := s.command("acme", "Add Agents to Groups", object{"Group IDs": []int{104}, "Agent IDs": []int{2000001, 9999999}})
	if result.ReturnData != envelope.Partly || !strings.Contains(string(result.Error), `"value":"104"`) {
		t.Errorf("the result is %s", raw(result))
	}
}

// TestLargeResultsStayOutOfTheHistory: a list of 20,000 agents is cut, which is said,
// and the whole of it is in a file.
func TestLargeResultsStayOutOfTheHistory(t *testing.T) {
	s := newSite(t, []string{"acme"}, "--agents", "20000")
	s.worker()
	run := s.start("RunCommand", object{"tenant": "acme", "command": "List Agents"})
	var result envelope.Result
	s.get(run, &result)
	if text, _ := s.history(run); len(text) > 400<<10 {
		t.Errorf("the history has %d bytes", len(text))
	}
	codes := map[string]string{}
	for _, w := range result.Warnings {
		codes[w.Code] = w.Message
	}
	if !strings.Contains(codes["history_limit"], "of 20000") || len(result.ContextData) == 0 || len(result.ContextData) >= 20000 {
		t.Errorf("%d records, with the warnings %v", len(result.ContextData), codes)
	}
	_, path, _ := strings.Cut(strings.TrimSuffix(codes["whole_result"], "."), " is in ")
	if file, err := os.Stat(path); err != nil || file.Size() < 4<<20 || file.Mode().Perm() != 0o600 {
		t.Errorf("the whole result is not there: %v", err)
	}
}

// TestHistoriesHoldNoKey: not the keys, and not the token that Tenable gives with a
// report.
func TestHistoriesHoldNoKey(t *testing.T) {
	s := newSite(t, []string{"acme"})
	w := s.worker("--log-level", "debug")
	var report workflows.Report
	scan := s.start("ScanAndReport", object{"tenant": "acme", "scan_id": 21, "report_format": "PDF", "chapters": "vuln_by_host"})
	s.get(scan, &report)
	s.whole(report.File)
	findings := s.start("ExportFindings", object{"tenant": "acme", "asset_ip": "192.0.2.1", "filters_object": object{"severity": []string{"high", "critical"}}, "export_fields": "asset.ipv4,plugin.id,severity"})
	s.get(findings, &report)
	s.whole(report.File)
	text, _ := s.history(scan)
	more, _ := s.history(findings)
	text += more + w.Log()
	for _, secret := range []string{s.sandbox.Connections[0].AccessKey, s.sandbox.Connections[0].SecretKey, "temp_token"} {
		if strings.Contains(text, secret) {
			t.Errorf("a history or a log holds %s", secret)
		}
	}
	if !strings.Contains(text, "ScanAndReport") || !strings.Contains(text, "ExecuteActivity") {
		t.Error("the histories or the log are empty")
	}
}
