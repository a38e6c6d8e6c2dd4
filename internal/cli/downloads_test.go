package cli

import (
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
			e := runDownload(t, unboundedServer(t, c.content), c.fileID)
			if e.ReturnData != c.returnData {
				t.Errorf("the result is %s, want %s", e.ReturnData, c.returnData)
			}
			if warned := len(e.Warnings) == 1 && e.codes() == c.warning; warned != (c.warning != "") {
				t.Errorf("the warnings are %v, want %q", e.Warnings, c.warning)
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

func runDownload(t *testing.T, server, fileID string) envelope {
	t.Helper()
	inputs := fmt.Sprintf(`{"scan_id": "32", "file_id": %q}`, fileID)
	stdout, status := runCase(t, []byte(requestFor(server, "Download Exported Scan", inputs, `{}`)), nil)
	if status != exitOK {
		t.Fatalf("exit status %d", status)
	}
	checkEnvelope(t, "download_exported_scan", stdout)
	return envelopeOf(t, stdout)
}
