package scans

import (
	"strings"
	"testing"
)

const (
	loginPage = `<!DOCTYPE html><html><head><title>Tenable Vulnerability Management</title></head>
		<body><form method="post" action="/session"><input name="user"><input class="x" type="password"></form></body></html>`
	samlPage = `<html><body onload="document.forms[0].submit()"><form method="post" action="https://idp.example.com/">
		<input type="hidden" name="SAMLRequest" value="x"></form></body></html>`
	portalPage = `<html><head><meta http-equiv="Refresh" content="0; url=http://portal.example.com/"></head></html>`
	deniedPage = `<html><head><title>Proxy</title></head><body><h1>Access Denied</h1></body></html>`
	scanPage   = `<!DOCTYPE html><html><head><title>Login servers</title></head><body><h1>Vulnerabilities by Host</h1>
		<pre>The page has a field: &lt;input type="password"&gt;. Sign in is not encrypted.</pre></body></html>`
	plainPage = `<html><head><title>Weekly scan</title></head><body><table><tr><td>192.0.2.1</td></tr></table></body></html>`
)

// FIELD row E3: a page is a report, or not, by what it holds.
func TestE3HTMLReports(t *testing.T) {
	for page, want := range map[string]bool{
		loginPage: false, samlPage: false, portalPage: false, deniedPage: false, "<html>Sign in</html>": false, "not a page": false,
		scanPage: true, plainPage: true, "\ufeff\r\n " + strings.ToUpper(plainPage): true,
	} {
		if got := isHTMLReport([]byte(page)); got != want {
			t.Errorf("isHTMLReport(%.80q) = %v", page, got)
		}
	}
}

// FIELD row E2: where neither the file ID nor a name tells the format, the file does.
func TestE2FormatOfContent(t *testing.T) {
	for start, want := range map[string]string{
		"<NessusClientData_v2><Policy>":                         ".nessus",
		"<?xml version=\"1.0\" ?>\n<NessusClientData_v2>":       ".nessus",
		"\ufeff<?xml version=\"1.0\" ?>\n<NessusClientData_v2>": ".nessus",
		"<?xml version=\"1.0\" ?>\n<other>":                     ".bin",
		"%PDF-1.7\n%\xe2\xe3":                                   ".pdf",
		"Plugin ID,CVE,CVSS\n19506,,\n":                         ".csv",
		"\"Plugin ID\";\"Büro\"\n" + strings.Repeat("ü", 40):    ".csv",
		"Plugin ID,CVE\n19506,\xc3":                             ".csv", // in the middle of a character
		"SQL,ite\x00format 3\n":                                 ".bin",
		"no columns here\n":                                     ".bin",
		scanPage:                                                ".html",
		plainPage:                                               ".bin",
		loginPage:                                               ".bin",
	} {
		if got := formatOf("32", "", []byte(start)).extension(); got != want {
			t.Errorf("a file that begins %.40q ends in %s, want %s", start, got, want)
		}
	}
	if got := formatOf("SSE-1-pdf", "x.csv", []byte("a,b\n")).name; got != "pdf" {
		t.Errorf("the file ID says pdf, and the format is %s", got)
	}
	if got := formatOf("32", "x.CSV", []byte("%PDF-")).name; got != "csv" {
		t.Errorf("the name says csv, and the format is %s", got)
	}
}
