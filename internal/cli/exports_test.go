package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenableio/connection"
)

const exportUUID = "00000000-0000-0000-0000-000000000001"

// exportServer serves one vulnerability export, the chunks of which come and go
// as a test sets them.
type exportServer struct {
	*httptest.Server
	mu      sync.Mutex
	status  string
	gone    bool                                    // the export is not known any more
	chunks  map[int]string                          // available ones, by number
	refuse  func(n int, w http.ResponseWriter) bool // instead of a chunk
	fetched []int
}

func newExportServer(t *testing.T) *exportServer {
	t.Helper()
	s := &exportServer{status: "FINISHED", chunks: map[int]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /vulns/export/"+exportUUID+"/status", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.gone {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"error":"Not found."}`))
			return
		}
		available := []int{}
		for n := range s.chunks {
			available = append(available, n)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"status": s.status, "chunks_available": available})
	})
	mux.HandleFunc("GET /vulns/export/"+exportUUID+"/chunks/{n}", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		var n int
		_, _ = fmt.Sscan(r.PathValue("n"), &n)
		s.fetched = append(s.fetched, n)
		if s.refuse == nil || !s.refuse(n, w) {
			_, _ = w.Write([]byte(s.chunks[n]))
		}
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// reportEnvelope is a result whose raw data is the summary of a report.
type reportEnvelope struct {
	envelope
	RawData struct {
		Chunks   struct{ Received, Failed []int }
		Findings int
	} `json:"raw_data"`
}

// reportKeys are the key fields of a report.
type reportKeys struct {
	PluginIDs   []int    `json:"plugin_ids"`
	IPAddresses []string `json:"ip_addresses"`
	CVEs        []string `json:"cves"`
}

func (e reportEnvelope) keys(t *testing.T) (keys reportKeys) {
	t.Helper()
	if err := json.Unmarshal(e.KeyFields, &keys); err != nil {
		t.Fatal(err)
	}
	return keys
}

// runReport runs Get Vulnerabilities Export Report against the server.
func runReport(t *testing.T, s *exportServer, workers int, options map[string]any) reportEnvelope {
	t.Helper()
	request, err := json.Marshal(map[string]any{
		"connection": map[string]string{"server_url": s.URL, "api_access_key": accessCanary, "api_secret_key": secretCanary},
		"command":    "Get Vulnerabilities Export Report",
		"inputs":     map[string]string{"export_uuid": exportUUID},
		"options":    options,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var log logBuffer
	p := process{stdin: bytes.NewReader(request), stdout: &out, stderr: &log, logLevel: "debug", chunkWorkers: workers}
	if status := p.main(t.Context()); status != exitOK {
		t.Fatalf("exit status %d", status)
	}
	checkStreams(t, out.Bytes(), log.Bytes())
	checkEnvelope(t, "get_vulnerabilities_export_report", out.Bytes())
	var e reportEnvelope
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// chunkOf holds findings whose severity_id tells chunk and place.
func chunkOf(n, findings int) string {
	list := make([]string, findings)
	for i := range list {
		list[i] = fmt.Sprintf(`{"severity":"low","plugin":{"id":%d},"output":%q}`, n*1000+i, strings.Repeat("x", 100))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// pluginIDs reads a report.
func pluginIDs(t *testing.T, path string) []int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Plugin struct{ ID int } }
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatalf("the report is not a JSON array: %v", err)
	}
	ids := make([]int, len(list))
	for i, finding := range list {
		ids[i] = finding.Plugin.ID
	}
	return ids
}

func TestReportIsInTheOrderOfTheChunks(t *testing.T) {
	s := newExportServer(t)
	var want []int
	for n := 1; n <= 20; n++ {
		s.chunks[n] = chunkOf(n, n%4)
		for i := range n % 4 {
			want = append(want, n*1000+i)
		}
	}
	folder := t.TempDir()
	e := runReport(t, s, 4, map[string]any{"output_dir": folder})
	if e.ReturnData != "Successful" || len(e.Files) != 1 {
		t.Fatalf("%+v", e)
	}
	if got := pluginIDs(t, e.Files[0].Path); !slices.Equal(got, want) {
		t.Errorf("the findings are %v, want %v", got, want)
	}
	if got := namesIn(t, folder); !slices.Equal(got, []string{"vulnerabilities-" + exportUUID + ".json"}) {
		t.Errorf("the folder holds %v", got)
	}
}

func namesIn(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// A run that ends early leaves the chunks that it has, and the repeat fetches
// the others alone.
func TestReportGoesOnFromTheChunksItHas(t *testing.T) {
	s := newExportServer(t)
	s.status, s.chunks[2] = "PROCESSING", chunkOf(2, 2)
	folder := t.TempDir()
	e := runReport(t, s, 2, map[string]any{"output_dir": folder, "timeout_seconds": 1.5})
	if e.ReturnData != "Failed" || e.Error.StatusCode != 504 || !e.Error.Retryable || !strings.Contains(e.Error.Message, "PROCESSING, 1 of") {
		t.Fatalf("the first run: %+v", e.Error)
	}
	if names := namesIn(t, folder); len(names) != 1 || !strings.HasPrefix(names[0], ".tenableio-") {
		t.Fatalf("the first run leaves %v", names)
	}

	s.status, s.chunks[1], s.chunks[3], s.fetched = "FINISHED", chunkOf(1, 1), "[]", nil
	e = runReport(t, s, 2, map[string]any{"output_dir": folder})
	if e.ReturnData != "Successful" || e.RawData.Findings != 3 {
		t.Fatalf("the repeat: %+v", e)
	}
	slices.Sort(s.fetched)
	if !slices.Equal(s.fetched, []int{1, 3}) {
		t.Errorf("the repeat fetched %v, want 1 and 3", s.fetched)
	}
	if got := pluginIDs(t, e.Files[0].Path); !slices.Equal(got, []int{1000, 2000, 2001}) {
		t.Errorf("the findings are %v", got)
	}
	if names := namesIn(t, folder); len(names) != 1 {
		t.Errorf("the folder holds %v", names)
	}
}

// The chunks of a run that ended early are a report when the export has expired since, and
// the others are named (A2).
func TestReportOfAnExportThatExpired(t *testing.T) {
	s := newExportServer(t)
	for n := 1; n <= 3; n++ {
		s.chunks[n] = chunkOf(n, n)
	}
	s.refuse = func(n int, w http.ResponseWriter) bool {
		if n != 2 {
			w.WriteHeader(http.StatusBadRequest) // not ready
		}
		return n != 2
	}
	folder := t.TempDir()
	e := runReport(t, s, 1, map[string]any{"output_dir": folder, "timeout_seconds": 1.5})
	if e.ReturnData != "Failed" || e.Error.StatusCode != 504 {
		t.Fatalf("the first run: %s, %+v", e.ReturnData, e.Error)
	}
	s.gone = true
	e = runReport(t, s, 1, map[string]any{"output_dir": folder})
	if e.ReturnData != "Partially Successful" || e.Error.StatusCode != 404 || e.RawData.Findings != 2 {
		t.Fatalf("the repeat: %s, %+v, %+v", e.ReturnData, e.Error, e.RawData)
	}
	if !slices.Equal(e.RawData.Chunks.Failed, []int{1, 3}) || !strings.Contains(e.Error.Message, "expired") {
		t.Errorf("chunks %v failed, %q; want 1 and 3, expired", e.RawData.Chunks.Failed, e.Error.Message)
	}
	if got := pluginIDs(t, e.Files[0].Path); !slices.Equal(got, []int{2000, 2001}) {
		t.Errorf("the findings are %v", got)
	}
	if names := namesIn(t, folder); len(names) != 1 {
		t.Errorf("the folder holds %v, want the report alone", names)
	}
	if e = runReport(t, s, 1, map[string]any{"output_dir": folder}); e.ReturnData != "Failed" || e.Error.StatusCode != 404 {
		t.Errorf("without chunks: %s, %+v", e.ReturnData, e.Error)
	}
}

// What could not be had may come with a repeat; what Tenable lost cannot.
func TestReportKeepsPartsOnlyForARepeatThatCanHelp(t *testing.T) {
	s := newExportServer(t)
	s.chunks[1], s.chunks[2] = chunkOf(1, 1), chunkOf(2, 1)
	s.refuse = func(n int, w http.ResponseWriter) bool {
		if n == 2 {
			w.WriteHeader(http.StatusNotFound)
		}
		return n == 2
	}
	folder := t.TempDir()
	e := runReport(t, s, 1, map[string]any{"output_dir": folder})
	if e.ReturnData != "Partially Successful" || !slices.Equal(e.RawData.Chunks.Failed, []int{2}) {
		t.Fatalf("%+v", e)
	}
	if names := namesIn(t, folder); len(names) != 2 {
		t.Errorf("the folder holds %v, want the report and the parts", names)
	}
	s.refuse, s.fetched = nil, nil
	e = runReport(t, s, 1, map[string]any{"output_dir": folder})
	if e.ReturnData != "Successful" || !slices.Equal(s.fetched, []int{2}) {
		t.Errorf("the repeat is %s and fetched %v", e.ReturnData, s.fetched)
	}
	if got := namesIn(t, folder); len(got) != 2 || e.Files[0].Name != "vulnerabilities-"+exportUUID+"-2.json" || filepath.Base(e.Files[0].Path) != "vulnerabilities-"+exportUUID+"-2.json" {
		t.Errorf("the folder holds %v, the file is %+v", got, e.Files[0])
	}
}

// Tenable asks integrations to be modest: after a 429 it is one chunk at a time.
func TestReportIsModestAfterA429(t *testing.T) {
	t.Parallel()
	s := newExportServer(t)
	for n := 1; n <= 6; n++ {
		s.chunks[n] = chunkOf(n, 1)
	}
	refused := false
	s.refuse = func(_ int, w http.ResponseWriter) bool {
		if refused {
			return false
		}
		refused = true
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}
	if e := runReport(t, s, 4, nil); e.ReturnData != "Successful" || len(e.RawData.Chunks.Received) != 6 {
		t.Errorf("%+v", e)
	}
}

// A report of many chunks tells of each, not only of what a poll brought.
func TestReportTellsOfEachChunk(t *testing.T) {
	s := newExportServer(t)
	for n := 1; n <= 5; n++ {
		s.chunks[n] = chunkOf(n, 1)
	}
	clock := connection.SystemClock()
	var elapsed atomic.Int64
	start := time.Now()
	clock.Now = func() time.Time { return start.Add(time.Duration(elapsed.Add(10)) * time.Second) } // longer than between two lines
	var out bytes.Buffer
	var log logBuffer
	p := process{
		stdin:  strings.NewReader(requestFor(s.URL, "Get Vulnerabilities Export Report", `{"export_uuid":"`+exportUUID+`"}`, `{"timeout_seconds":86400}`)),
		stdout: &out, stderr: &log, logLevel: "info", clock: clock,
	}
	p.main(t.Context())
	for done := range 6 {
		if line := fmt.Sprintf(`"done":%d,"total":5,"unit":"chunks"`, done); !bytes.Contains(log.Bytes(), []byte(line)) {
			t.Errorf("no line says %s:\n%s", line, log.Bytes())
		}
	}
}

// The key fields are of all findings, also where context_data is cut (A4).
func TestReportHasTheKeysOfAllFindings(t *testing.T) {
	s := newExportServer(t)
	for n := 1; n <= 3; n++ {
		s.chunks[n] = chunkOf(n, 500)
	}
	e := runReport(t, s, 2, nil)
	if ids := e.keys(t).PluginIDs; len(e.ContextData) != 1000 || len(ids) != 1500 || !slices.Contains(ids, 3499) {
		t.Errorf("%d records, %d plugin_ids; want 1000, and 1500 with 3499", len(e.ContextData), len(ids))
	}
	if e.codes() != "truncated" {
		t.Errorf("warnings %s, want the one of context_data", e.codes())
	}
}

// A key field that is full says so (A4).
func TestReportSaysThatAKeyFieldIsFull(t *testing.T) {
	const most = 100_000
	s := newExportServer(t)
	var findings strings.Builder
	for i := range 1000 { // as many as there are records
		fmt.Fprintf(&findings, `%c{"asset":{"ipv4":"192.0.2.%d"}}`, "[,"[min(i, 1)], i%256)
	}
	cves := list(most+1, `"CVE-2020-#"`)
	s.chunks[1] = findings.String() + `,{"plugin":{"id":1,"cve":` + cves + `}}]`
	e := runReport(t, s, 1, nil)
	keys := e.keys(t)
	if len(keys.CVEs) != most || len(keys.IPAddresses) != 256 {
		t.Errorf("%d cves, %d ip_addresses; want %d and 256", len(keys.CVEs), len(keys.IPAddresses), most)
	}
	last := e.Warnings[len(e.Warnings)-1]
	if last.Code != "truncated" || !strings.Contains(last.Message, "100000 distinct values: cves;") {
		t.Errorf("the last warning is %+v", last)
	}
}
