package sandbox

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type exportAnswer struct {
	File      string
	TempToken string `json:"temp_token"`
}

// export asks for a file, waits for it and downloads it.
func (w *world) export(scan int, query, body string) (exportAnswer, []byte) {
	w.t.Helper()
	var made exportAnswer
	w.post(fmt.Sprintf("/scans/%d/export%s", scan, query), body, &made)
	w.wait(w.config.ExportDelay)
	answer := w.call(administrator, "GET", fmt.Sprintf("/scans/%d/export/%s/download", scan, made.File), "")
	content := []byte(text(w.t, answer))
	if answer.StatusCode != 200 {
		w.t.Fatalf("download of %s: %s %s", made.File, answer.Status, content)
	}
	return made, content
}

func (w *world) latestRun(scan int) (r runOfDetails, findings int, d scanDetails) {
	w.t.Helper()
	w.get(fmt.Sprintf("/scans/%d", scan), &d)
	for _, v := range *d.Vulnerabilities {
		findings += v.Count
	}
	return d.History[0], findings, d
}

func TestExportLifecycle(t *testing.T) {
	w := newWorld(t, nil)
	r, _, d := w.latestRun(weeklyScan)
	var made, again exportAnswer
	path := fmt.Sprintf("/scans/%d/export", weeklyScan)
	w.post(path, `{"format":"nessus","chapters":"vuln_by_host"}`, &made)
	if want := "SSE-" + r.UUID + "-nessus"; made.File != want || made.TempToken != "" {
		t.Errorf("made %+v, want %s", made, want)
	}
	w.expect(w.call(administrator, "GET", path+"/"+made.File+"/status", ""), 200, `{"status":"loading"}`)
	w.expect(w.call(administrator, "GET", path+"/"+made.File+"/download", ""), 404, `{"error":"The requested file was not found"}`)
	w.wait(w.config.ExportDelay)
	w.expect(w.call(administrator, "GET", "/scans/"+d.Info.ScheduleUUID+"/export/"+made.File+"/status", ""), 200, `{"status":"ready"}`)
	answer := w.call(administrator, "GET", path+"/"+made.File+"/download", "")
	if got, want := answer.Header.Get("Content-Disposition"), "attachment; filename="+d.Info.Name+".nessus"; got != want || !strings.Contains(d.Info.Name, " ") {
		t.Errorf("Content-Disposition %q, want %q with a space", got, want)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("Content-Type %q", got)
	}
	w.post(path, `{"format":"nessus"}`, &again)
	if again.File != made.File {
		t.Errorf("asked again: %s, want %s", again.File, made.File)
	}
	w.expect(w.call(administrator, "GET", path+"/"+made.File+"/status", ""), 200, `{"status":"ready"}`)
	for _, unknown := range []string{path + "/SSE-x-nessus", fmt.Sprintf("/scans/%d/export/%s", agentScan, made.File), "/scans/9999/export/" + made.File} {
		for _, what := range []string{"/status", "/download"} {
			w.expect(w.call(administrator, "GET", unknown+what, ""), 404, `{"error":"The requested file was not found"}`)
		}
	}
}

func TestExportIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	_, _, d := w.latestRun(agentScan)
	oldest := d.History[len(d.History)-1]
	if age := w.now.Unix() - oldest.LastModificationDate; age < 60*24*3600 {
		t.Fatalf("the oldest run is %d s old, want more than 60 days", age)
	}
	old := fmt.Sprintf("?history_id=%d", oldest.HistoryID)
	latest := fmt.Sprintf("?history_id=%d", d.History[0].HistoryID)
	for _, tt := range []struct {
		scan        int
		query, body string
		status      int
		says        string
	}{
		{9999, "", `{"format":"csv"}`, 404, `{"error":"Scan not found"}`},
		{agentScan, "?history_id=1", `{"format":"csv"}`, 404, `{"error":"Scan not found"}`},
		{unusedScan, "", `{"format":"csv"}`, 400, "no results to export"},
		{agentScan, "", `{}`, 400, `"keys":["format"]`},
		{agentScan, "", ``, 400, `"keys":["format"]`},
		{agentScan, "", `{"format":"CSV"}`, 400, `must be one of [nessus, html, pdf, csv, db]`},
		{agentScan, "", `{"format":3}`, 400, `\"format\" must be a string`},
		{agentScan, "", `["csv"]`, 400, `must not be a array`},
		{agentScan, "", `{"format":"pdf"}`, 400, `"keys":["chapters"]`},
		{agentScan, "", `{"format":"html","chapters":""}`, 400, `"keys":["chapters"]`},
		{agentScan, "", `{"format":"html","chapters":"vuln_by_host,remediations"}`, 400, `"keys":["chapters"]`},
		{agentScan, old, `{"format":"pdf","chapters":"vuln_by_host"}`, 400, "older than 60 days"},
		{agentScan, old, `{"format":"html","chapters":"vuln_by_host"}`, 400, "older than 60 days"},
		{agentScan, old, `{"format":"db","password":"x","asset_id":"x"}`, 400, "older than 60 days"},
		{agentScan, old, `{"format":"csv","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"High"}`, 400, "older than 60 days"},
		{agentScan, "", `{"format":"db","password":"x","asset_id":"x"}`, 400, `"keys":["history_id"]`},
		{agentScan, latest, `{"format":"db","asset_id":"x"}`, 400, `"keys":["password"]`},
		{agentScan, latest, `{"format":"db","password":"x"}`, 400, `"keys":["asset_id"]`},
		{agentScan, "", `{"format":"csv","filter.0.filter":"colour","filter.0.quality":"eq","filter.0.value":"red"}`, 400, "colour"},
	} {
		answer := w.call(administrator, "POST", fmt.Sprintf("/scans/%d/export%s", tt.scan, tt.query), tt.body)
		if body := text(t, answer); answer.StatusCode != tt.status || !strings.Contains(body, tt.says) {
			t.Errorf("%d%s %s: %s %s, want %d %s", tt.scan, tt.query, tt.body, answer.Status, body, tt.status, tt.says)
		}
	}
	for _, target := range []string{"export", "export/x/status", "export/x/download"} {
		method := "GET"
		if target == "export" {
			method = "POST"
		}
		w.expect(w.call(basic, method, fmt.Sprintf("/scans/%d/%s", weeklyScan, target), ""), 403, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`)
	}
	w.export(agentScan, old, `{"format":"csv"}`)
	w.export(agentScan, old, `{"format":"nessus","chapters":""}`)
	w.post(fmt.Sprintf("/scans/%d/launch", weeklyScan), ``, &struct{}{})
	if got := w.call(administrator, "POST", fmt.Sprintf("/scans/%d/export", weeklyScan), `{"format":"csv"}`).StatusCode; got != 400 {
		t.Errorf("export of a running scan: status %d", got)
	}
}

type nessusFile struct {
	XMLName xml.Name `xml:"NessusClientData_v2"`
	Policy  struct {
		Name string `xml:"policyName"`
	} `xml:"Policy"`
	Report struct {
		Name  string `xml:"name,attr"`
		Hosts []struct {
			Name string `xml:"name,attr"`
			Tags []struct {
				Name string `xml:"name,attr"`
				Text string `xml:",chardata"`
			} `xml:"HostProperties>tag"`
			Items []struct {
				Port     int    `xml:"port,attr"`
				Severity int    `xml:"severity,attr"`
				Plugin   int    `xml:"pluginID,attr"`
				Name     string `xml:"pluginName,attr"`
				Output   string `xml:"plugin_output"`
				Solution string `xml:"solution"`
			} `xml:"ReportItem"`
		} `xml:"ReportHost"`
	} `xml:"Report"`
}

func TestNessusExport(t *testing.T) {
	w := newWorld(t, nil)
	_, findings, d := w.latestRun(weeklyScan)
	_, content := w.export(weeklyScan, "", `{"format":"nessus"}`)
	var file nessusFile
	if err := xml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	items, markup := 0, 0
	for i, host := range file.Report.Hosts {
		if host.Name != (*d.Hosts)[i].Hostname || len(host.Items) != (*d.Hosts)[i].Severity || len(host.Tags) < 6 {
			t.Errorf("host %s has %d items and %d tags, want %+v", host.Name, len(host.Items), len(host.Tags), (*d.Hosts)[i])
		}
		for _, item := range host.Items {
			if w.tenant.Plugin(item.Plugin).Name != item.Name {
				t.Errorf("plugin %d is %q", item.Plugin, item.Name)
			}
			if strings.ContainsAny(item.Output, "<&") && strings.Contains(item.Output, "\n") {
				markup++
			}
		}
		items += len(host.Items)
	}
	if items != findings || len(file.Report.Hosts) != len(*d.Hosts) || file.Report.Name != d.Info.Name || markup == 0 {
		t.Errorf("%d items on %d hosts of %q, %d with markup; want %d on %d of %q", items, len(file.Report.Hosts), file.Report.Name, markup, findings, len(*d.Hosts), d.Info.Name)
	}
}

func TestCSVExport(t *testing.T) {
	w := newWorld(t, nil)
	_, findings, _ := w.latestRun(weeklyScan)
	_, content := w.export(weeklyScan, "", `{"format":"csv"}`)
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Plugin ID", "CVE", "CVSS", "Risk", "Host", "Protocol", "Port", "Name", "Synopsis", "Description", "Solution", "See Also", "Plugin Output"}
	if diff := cmp.Diff(want, rows[0][:13]); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	different := map[string]bool{}
	for _, row := range rows[1:] {
		id, err := strconv.Atoi(row[0])
		plugin := w.tenant.Plugin(id)
		if err != nil || plugin == nil || plugin.Name != row[column["Name"]] || w.tenant.AssetByUUID(row[column["Asset UUID"]]) == nil {
			t.Fatalf("row %q", row)
		}
		if cve := row[1]; cve != "" && !strings.Contains(strings.Join(plugin.CVEs, " "), cve) {
			t.Errorf("plugin %d has no %s", id, cve)
		}
		different[strings.Join([]string{row[0], row[column["Host"]], row[column["Protocol"]], row[column["Port"]], row[column["Asset UUID"]]}, "|")] = true
	}
	if len(different) != findings || len(rows)-1 < findings {
		t.Errorf("%d rows of %d findings, want %d", len(rows)-1, len(different), findings)
	}
}

func TestExportFilters(t *testing.T) {
	w := newWorld(t, nil)
	_, _, d := w.latestRun(weeklyScan)
	critical := 0
	for _, h := range *d.Hosts {
		critical += h.Critical
	}
	made, content := w.export(weeklyScan, "", `{"format":"nessus","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"Critical","filter.search_type":"and"}`)
	if !regexp.MustCompile(`^SSEF-[0-9a-f-]{36}-F:[0-9a-f]{28}-nessus$`).MatchString(made.File) {
		t.Errorf("file %s", made.File)
	}
	var file nessusFile
	if err := xml.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	got := 0
	for _, host := range file.Report.Hosts {
		for _, item := range host.Items {
			if item.Severity != 4 {
				t.Errorf("item %+v is not critical", item)
			}
			got++
		}
	}
	if got != critical || got == 0 {
		t.Errorf("%d critical items, want %d", got, critical)
	}
}

func TestHTMLExport(t *testing.T) {
	w := newWorld(t, nil)
	_, _, d := w.latestRun(weeklyScan)
	made, content := w.export(weeklyScan, "", `{"format":"html","chapters":"vuln_hosts_summary;vuln_by_host;vuln_by_plugin;remediations;compliance"}`)
	if !regexp.MustCompile(`^SSEUF-[0-9a-f-]{36}-C:[0-9a-f]{28}-html$`).MatchString(made.File) || len(made.TempToken) != 64 {
		t.Errorf("made %+v", made)
	}
	page := string(content)
	for _, want := range []string{
		"<!DOCTYPE html>", "<h1>" + d.Info.Name + "</h1>", "<h2>Hosts Executive Summary</h2>", "<h2>Vulnerabilities by Host</h2>",
		"<h2>Vulnerabilities by Plugin</h2>", "<h2>Remediations</h2>", "<h2>Compliance</h2>", "<h2>" + (*d.Hosts)[0].Hostname + "</h2>",
		strconv.Itoa((*d.Vulnerabilities)[0].PluginID), "&lt;b&gt;", "</html>",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "<b>") {
		t.Error("the page has the markup of an output")
	}
	_, summary := w.export(weeklyScan, "", `{"format":"html","chapters":"vuln_hosts_summary"}`)
	if bytes.Contains(summary, []byte("Vulnerabilities by")) || len(summary) >= len(content) {
		t.Error("the summary alone has other chapters")
	}
}

// TestPDFExport reads the file the way a reader does: from its end, by the table
// of its objects.
func TestPDFExport(t *testing.T) {
	w := newWorld(t, nil)
	_, _, d := w.latestRun(weeklyScan)
	_, content := w.export(weeklyScan, "", `{"format":"pdf","chapters":"vuln_hosts_summary;vuln_by_host"}`)
	file := string(content)
	end := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindStringSubmatch(file)
	if !strings.HasPrefix(file, "%PDF-1.4\n") || end == nil {
		t.Fatalf("%.20q … %q", file, file[max(0, len(file)-40):])
	}
	at, _ := strconv.Atoi(end[1])
	var entries int
	if n, err := fmt.Sscanf(file[at:], "xref\n0 %d\n", &entries); n != 1 {
		t.Fatalf("no table of objects at %d: %v", at, err)
	}
	table := strings.Split(file[at:], "\n")[2:]
	for i := 1; i < entries; i++ {
		offset, _ := strconv.Atoi(table[i][:10])
		if want := fmt.Sprintf("%d 0 obj\n", i); len(table[i]) != 19 || !strings.HasPrefix(file[offset:], want) {
			t.Errorf("object %d is at %q, which is %.20q", i, table[i], file[offset:])
		}
	}
	for _, stream := range regexp.MustCompile(`(?s)/Length (\d+) >>\nstream\n(.*?)\nendstream`).FindAllStringSubmatch(file, -1) {
		if length, _ := strconv.Atoi(stream[1]); length != len(stream[2]) {
			t.Errorf("a stream of %d bytes says %d", len(stream[2]), length)
		}
	}
	for _, want := range []string{"(" + d.Info.Name + ") '", "(Hosts Executive Summary) '", "(" + (*d.Hosts)[0].Hostname + ") '", "/Type /Catalog"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file has no %s", want)
		}
	}
}

func TestDBExport(t *testing.T) {
	w := newWorld(t, nil)
	r, _, d := w.latestRun(weeklyScan)
	host := (*d.Hosts)[1]
	_, content := w.export(weeklyScan, fmt.Sprintf("?history_id=%d", r.HistoryID), fmt.Sprintf(`{"format":"db","password":"p w","asset_id":%q}`, host.UUID))
	rest, found := bytes.CutPrefix(content, []byte(dbMagic))
	if !found || len(rest) < 28 {
		t.Fatalf("the file begins %.40q", content)
	}
	open := func(password string) ([]byte, error) {
		key, err := pbkdf2.Key(sha256.New, password, rest[:16], dbRounds, 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		sealed, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		return sealed.Open(nil, rest[16:28], rest[28:], nil)
	}
	if _, err := open("other"); err == nil {
		t.Error("another password opens the file")
	}
	plain, err := open("p w")
	if err != nil {
		t.Fatal(err)
	}
	var file nessusFile
	if err := xml.Unmarshal(plain, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Report.Hosts) != 1 || file.Report.Hosts[0].Name != host.Hostname || len(file.Report.Hosts[0].Items) != host.Severity {
		t.Errorf("%d hosts, want %s alone", len(file.Report.Hosts), host.Hostname)
	}
}

func TestExportList(t *testing.T) {
	w := newWorld(t, nil)
	list := func(query string) (got []exportRecord) {
		w.get("/scans/exports"+query, &got)
		return got
	}
	if got := list(""); got == nil || len(got) != 0 {
		t.Errorf("before any export: %v", got)
	}
	nessus, content := w.export(weeklyScan, "", `{"format":"nessus"}`)
	w.wait(time.Hour)
	html, _ := w.export(agentScan, "", `{"format":"html","chapters":"remediations","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"Low,High"}`)
	w.wait(time.Hour)
	var loading exportAnswer
	w.post(fmt.Sprintf("/scans/%d/export", privateScan), `{"format":"csv"}`, &loading)
	got := list("")
	if len(got) != 3 || got[0].ExportID != loading.File || got[1].ExportID != html.File || got[2].ExportID != nessus.File {
		t.Fatalf("newest first: %+v", got)
	}
	if e := got[0]; e.Ready || e.Metadata.ReadyAt != "" || e.Metadata.FileSize != 0 || e.Metadata.FileName == "" {
		t.Errorf("loading: %+v", e)
	}
	if e := got[1]; e.Metadata.Chapters != "remediations;" || !cmp.Equal(e.Metadata.Filters, map[string]any{"search_type": "and", "severity": map[string]any{"eq": []any{"Low", "High"}}}) {
		t.Errorf("with chapters and filters: %+v", e)
	}
	if e := got[2]; !e.Ready || e.Error || e.Format != "nessus" || e.ScheduleID != strconv.Itoa(weeklyScan) || e.Metadata.FileSize != int64(len(content)) {
		t.Errorf("ready: %+v, %d bytes", e, len(content))
	}
	if page := list("?limit=1&offset=1&sort=created_at:asc"); len(page) != 1 || page[0].ExportID != html.File {
		t.Errorf("a page: %+v", page)
	}
	if page := list("?sort=ready_at:asc"); page[0].ExportID != loading.File {
		t.Errorf("by ready_at: %+v", page)
	}
	var visible []exportRecord
	w.read(w.call(scanOperator, "GET", "/scans/exports", ""), "/scans/exports", &visible)
	if len(visible) != 2 {
		t.Errorf("a scan operator sees %d, want those of the shared scans", len(visible))
	}
	for _, query := range []string{"?limit=0", "?limit=5002", "?offset=-1", "?sort=name:asc", "?sort=created_at", "?sort=created_at:asc,ready_at:asc"} {
		if got := w.call(administrator, "GET", "/scans/exports"+query, "").StatusCode; got != 400 {
			t.Errorf("%s: status %d", query, got)
		}
	}
	w.wait(31 * 24 * time.Hour)
	if got := list(""); len(got) != 0 {
		t.Errorf("after 31 days: %+v", got)
	}
}

func TestExportAnswersFollowTheSpecification(t *testing.T) {
	w := newWorld(t, nil)
	path := fmt.Sprintf("/scans/%d/export", weeklyScan)
	r, _, d := w.latestRun(weeklyScan)
	w.answerTo(administrator, "POST", path, `{"format":"pdf","chapters":"vuln_by_host"}`, 200)
	w.answerTo(administrator, "POST", path, `{"format":"csv","filter.0.filter":"severity","filter.0.quality":"eq","filter.0.value":"High"}`, 200)
	w.answerTo(administrator, "POST", path+fmt.Sprintf("?history_id=%d", r.HistoryID), fmt.Sprintf(`{"format":"db","password":"x","asset_id":%q}`, (*d.Hosts)[0].UUID), 200)
	w.answerTo(administrator, "POST", path, `{}`, 400)
	w.answerTo(administrator, "POST", "/scans/9/export", `{}`, 404)
	w.answerTo(basic, "POST", path, `{}`, 403)
	w.answerTo(administrator, "GET", "/scans/exports", ``, 200)
	w.wait(time.Hour)
	w.answerTo(administrator, "GET", "/scans/exports", ``, 200)
	made, _ := w.export(weeklyScan, "", `{"format":"csv"}`)
	for _, what := range []string{"/status", "/download"} {
		w.answerTo(administrator, "GET", path+"/"+made.File+what, "", 200)
		w.answerTo(administrator, "GET", path+"/x"+what, "", 404)
	}
}

func TestExportAnswersAreAsRecorded(t *testing.T) {
	w := newWorld(t, nil)
	recorded := readRecordings(t)
	answer := w.call(administrator, "POST", fmt.Sprintf("/scans/%d/export", weeklyScan), *recorded["scan-export"].Request.Body)
	body := []byte(text(t, answer))
	compareShapes(t, recorded["scan-export"].Response.Body, body)
	made, _ := w.export(weeklyScan, "", *recorded["scan-export"].Request.Body)
	status := w.call(administrator, "GET", fmt.Sprintf("/scans/%d/export/%s/status", weeklyScan, made.File), "")
	if answer.StatusCode != http.StatusOK || status.StatusCode != http.StatusOK {
		t.Errorf("%s, then %s", answer.Status, status.Status)
	}
	if got, want := text(t, status), `{"status":"ready"}`; got != want {
		t.Errorf("status %s, want %s", got, want)
	}
}
