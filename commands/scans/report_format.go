package scans

import (
	"bytes"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"tenableio/internal/pattern"
)

// reportFormat is a format of an exported scan: its name, and how its files begin and end.
type reportFormat struct {
	name, mediaType string
	looksRight      func(start []byte) bool // whether a file may be of the format
	proves          func(start []byte) bool // whether it can be of no other; nil: nothing does
	tellsItself     bool                    // looksRight is certain, whatever type the answer has
	end             string                  // in lower case, near the end of each file; "": any
}

var reportFormats = []reportFormat{
	{"nessus", "application/xml", isNessus, isSurelyNessus, true, "</nessusclientdata"},
	{"csv", "text/csv", isCSV, isSurelyCSV, false, ""},
	{"html", "text/html", isHTMLReport, isSurelyHTMLReport, true, ""},
	{"pdf", "application/pdf", isPDF, isPDF, true, "%%eof"},
	{"db", "application/octet-stream", isBlob, nil, false, ""},
}

// startBytes is how much of a file is looked at: a login page shows its form in it.
const startBytes = 32 << 10

// formatOf finds the format in the file id, which ends in it ("SSE-…-nessus"), or in the
// name of the file, or in the file itself. A file of no known format may hold anything but
// a web page.
func formatOf(fileID, name string, start []byte) reportFormat {
	suffix := ""
	if at := strings.LastIndex(fileID, "-"); at >= 0 {
		suffix = fileID[at+1:]
	}
	extension := strings.TrimPrefix(filepath.Ext(name), ".")
	for _, word := range []string{suffix, extension} {
		for _, format := range reportFormats {
			if strings.EqualFold(format.name, word) {
				return format
			}
		}
	}
	for _, format := range reportFormats {
		if format.proves != nil && format.looksRight(start) && format.proves(start) {
			return format
		}
	}
	return reportFormat{mediaType: "application/octet-stream", looksRight: isBlob}
}

// extension returns what the name of a file of the format ends in.
func (f reportFormat) extension() string {
	if f.name == "" {
		return ".bin"
	}
	return "." + f.name
}

// kind names the report in a message.
func (f reportFormat) kind() string {
	if f.name == "" {
		return "report"
	}
	return strings.ToUpper(f.name) + " report"
}

// trimmed returns the start of a file in lower case, without byte order mark and white
// space.
func trimmed(start []byte) []byte {
	return bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\uFEFF"))))
}

func isNessus(start []byte) bool {
	text := trimmed(start)
	xml := bytes.HasPrefix(text, []byte("<?xml")) || bytes.HasPrefix(text, []byte("<nessusclientdata"))
	root := rootElement().FindSubmatch(text)
	return xml && (root == nil || bytes.HasPrefix(root[1], []byte("nessusclientdata")))
}

// rootElement matches the first element of XML, behind what may precede it.
var rootElement = pattern.Lazy(`(?s)^(?:\s|<\?.*?\?>|<!--.*?-->|<![a-z][^>]*>)*<([a-z_][^\s/>]*)`)

func isSurelyNessus(start []byte) bool {
	return bytes.Contains(trimmed(start), []byte("<nessusclientdata"))
}

func isPDF(start []byte) bool { return bytes.HasPrefix(trimmed(start), []byte("%pdf-")) }

func isMarkup(start []byte) bool { return bytes.HasPrefix(trimmed(start), []byte("<")) }

// isCSV reports whether a file begins with a header line of several columns.
func isCSV(start []byte) bool {
	line, _, _ := bytes.Cut(trimmed(start), []byte("\n"))
	return isBlob(start) && !isMarkup(start) && bytes.ContainsAny(line, ",;\t")
}

// isSurelyCSV reports whether a file is text.
func isSurelyCSV(start []byte) bool {
	text := start[:len(start)-cutRune(start)]
	isControl := func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\r\n", r) }
	return utf8.Valid(text) && bytes.ContainsRune(text, '\n') && !bytes.ContainsFunc(text, isControl)
}

// cutRune counts the bytes at the end that are the beginning of a character.
func cutRune(text []byte) int {
	for n := 1; n <= min(len(text), utf8.UTFMax-1); n++ {
		if last := text[len(text)-n:]; utf8.RuneStart(last[0]) {
			if utf8.FullRune(last) {
				return 0
			}
			return n
		}
	}
	return 0
}

// isBlob reports whether a file is neither a web page nor an error in JSON.
func isBlob(start []byte) bool {
	start = trimmed(start)
	return len(start) > 0 && !isWebPage(start) && !isObject(start)
}

// isWebPage reports whether markup is HTML. XML or a comment may precede it.
func isWebPage(start []byte) bool {
	return isMarkup(start) && htmlElement().Match(start)
}

// isObject reports whether a file begins as a JSON object.
func isObject(start []byte) bool {
	inside, brace := bytes.CutPrefix(start, []byte("{"))
	return brace && bytes.HasPrefix(trimmed(inside), []byte(`"`))
}

// isHTMLReport reports whether a page is a report, and not the page of a login, a proxy or
// a gateway. What is in the page decides, since both come under any type and any name. A
// page that says nothing only leads elsewhere.
func isHTMLReport(start []byte) bool {
	text := trimmed(start)
	if !isMarkup(text) || asksForLogin().Match(text) {
		return false
	}
	words := bytes.TrimSpace(withoutMarkup(text))
	silent := len(words) == 0 && len(start) < startBytes
	return isSurelyHTMLReport(text) || !silent && !speaksOfAccess().Match(words)
}

// isSurelyHTMLReport reports whether a page has a heading or a label of a report.
func isSurelyHTMLReport(start []byte) bool {
	text := trimmed(start)
	return isWebPage(text) && speaksOfFindings().Match(withoutMarkup(text))
}

var (
	htmlElement = pattern.Lazy(`<!doctype html|<html`)
	// asksForLogin matches markup that no report has: what a report quotes is escaped.
	asksForLogin = pattern.Lazy(`<input[^>]*\stype\s*=\s*["']?password` +
		`|<input[^>]*\sname\s*=\s*["']?(samlrequest|samlresponse|relaystate|wresult)\b` +
		`|<form[^>]*\saction\s*=\s*["']?[^"'>]*(log-?in|log-?on|sign-?in|sso|saml|oauth|adfs)` +
		`|<meta[^>]*http-equiv\s*=\s*["']?refresh`)
	// speaksOfFindings matches the headings and labels of a report.
	speaksOfFindings = pattern.Lazy(`\b(vulnerabilities (by|total)|hosts? (executive )?summary|host information` +
		`|scan information|plugin (id|output|information|name)|risk factor|remediations?|synopsis|cvss|nessus` +
		`|compliance (by|executive|check)|scan report|report generated by)\b`)
	// speaksOfAccess matches the words of other pages.
	speaksOfAccess = pattern.Lazy(`\b(sign(ing)?[ -]?(in|on)|log(ging)?[ -]?(in|on)|login|logon|password` +
		`|user ?name|authenticat\w*|single sign|access (is |was )?(denied|blocked|restricted)|blocked|forbidden` +
		`|unauthori[sz]ed|captive portal|proxy|firewall|bad gateway|gateway time-?out|(service|temporarily) unavailable` +
		`|not found|too many requests|internal server error|session (has )?expired|redirect(ing|ed)?|just a moment` +
		`|(checking|verifying) (your browser|that you|you are)|enable (javascript|cookies)|attention required|ray id)\b`)
	markup = pattern.Lazy(`(?s)<(script|style)\b.*?</(script|style)>|<[^>]*>`)
)

// withoutMarkup returns the text of a page.
func withoutMarkup(page []byte) []byte { return markup().ReplaceAll(page, []byte(" ")) }
