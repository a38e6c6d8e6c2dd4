package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FAULTS row 57, of an answer that nothing but the end of the connection ends:
// half a report must not pass for one.
func TestDownloadOfAnAnswerWithoutALength(t *testing.T) {
	nessus := "<?xml version=\"1.0\" ?>\n<NessusClientData_v2>" + strings.Repeat("<Report/>\n", 500) + "</NessusClientData_v2>\n"
	pdf := "%PDF-1.5\n" + strings.Repeat("stream ", 500) + "\n%%EOF\n"
	csv := strings.Repeat("Plugin ID,Name\r\n", 100)
	for name, c := range map[string]struct{ fileID, content, returnData, warning string }{
		"a whole Nessus file": {"SSE-1-nessus", nessus, "Successful", ""},
		"half a Nessus file":  {"SSE-1-nessus", nessus[:len(nessus)/2], "Failed", ""},
		"a whole PDF":         {"SSE-1-pdf", pdf, "Successful", ""},
		"half a PDF":          {"SSE-1-pdf", pdf[:len(pdf)/2], "Failed", ""},
		"a CSV file":          {"SSE-1-csv", csv, "Successful", "length_unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			envelope := runDownload(t, unboundedServer(t, c.content), c.fileID)
			if envelope.ReturnData != c.returnData {
				t.Errorf("the result is %s, want %s", envelope.ReturnData, c.returnData)
			}
			if warned := len(envelope.Warnings) == 1 && envelope.Warnings[0].Code == c.warning; warned != (c.warning != "") {
				t.Errorf("the warnings are %v, want %q", envelope.Warnings, c.warning)
			}
		})
	}
}

// unboundedServer has a report ready and ends it with the connection.
func unboundedServer(t *testing.T, content string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/status") {
			_, _ = io.WriteString(w, `{"status":"ready"}`)
			return
		}
		connection, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer connection.Close()
		fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nConnection: close\r\n\r\n%s", content)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

type downloadEnvelope struct {
	ReturnData string `json:"return_data"`
	Warnings   []struct{ Code string }
}

func runDownload(t *testing.T, server, fileID string) downloadEnvelope {
	t.Helper()
	request, err := json.Marshal(map[string]any{
		"connection": map[string]string{"server_url": server, "api_access_key": accessCanary, "api_secret_key": secretCanary},
		"command":    "Download Exported Scan",
		"inputs":     map[string]string{"scan_id": "32", "file_id": fileID},
	})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var log logBuffer
	p := process{stdin: bytes.NewReader(request), stdout: &out, stderr: &log}
	if status := p.main(t.Context()); status != exitOK {
		t.Fatalf("exit status %d", status)
	}
	checkEnvelope(t, "download_exported_scan", out.Bytes())
	var e downloadEnvelope
	if err := json.Unmarshal(out.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	return e
}
