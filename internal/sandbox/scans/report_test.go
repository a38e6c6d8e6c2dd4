package scans_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox/scans"
)

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
			if w.Plugin(item.Plugin).Name != item.Name {
				t.Errorf("plugin %d is %q", item.Plugin, item.Name)
			}
			if strings.ContainsAny(item.Output, "<&") && strings.Contains(item.Output, "\n") {
				markup++
			}
		}
		items += len(host.Items)
	}
	if items != findings || len(file.Report.Hosts) != len(*d.Hosts) || file.Report.Name != d.Info.Name || markup == 0 {
		t.Errorf("%d items on %d hosts of %q, %d with markup; want %d on %d of %q", items, len(file.Report.Hosts),
			file.Report.Name, markup, findings, len(*d.Hosts), d.Info.Name)
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
	want := []string{
		"Plugin ID", "CVE", "CVSS", "Risk", "Host", "Protocol", "Port", "Name", "Synopsis", "Description",
		"Solution", "See Also", "Plugin Output",
	}
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
		plugin := w.Plugin(id)
		if err != nil || plugin == nil || plugin.Name != row[column["Name"]] ||
			w.AssetByUUID(row[column["Asset UUID"]]) == nil {
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
	if !regexp.MustCompile(`^SSEUF-[0-9a-f-]{36}-C:[0-9a-f]{28}-html$`).MatchString(made.File) ||
		len(made.TempToken) != 64 {
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
	_, content := w.export(weeklyScan, fmt.Sprintf("?history_id=%d", r.HistoryID),
		fmt.Sprintf(`{"format":"db","password":"p w","asset_id":%q}`, host.UUID))
	rest, found := bytes.CutPrefix(content, []byte(scans.DBMagic))
	if !found || len(rest) < 28 {
		t.Fatalf("the file begins %.40q", content)
	}
	open := func(password string) ([]byte, error) {
		key, err := pbkdf2.Key(sha256.New, password, rest[:16], scans.DBRounds, 32)
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
	if len(file.Report.Hosts) != 1 || file.Report.Hosts[0].Name != host.Hostname ||
		len(file.Report.Hosts[0].Items) != host.Severity {
		t.Errorf("%d hosts, want %s alone", len(file.Report.Hosts), host.Hostname)
	}
}
