// Package scans holds the commands about scans and their reports, one file each under
// the command's key.
package scans

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"tenableio/commands/command"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/wire"
)

// reportFormat is a format of an exported scan: its name, and how its files begin and end.
type reportFormat struct {
	name, mediaType string
	looksRight      func(start []byte) bool
	end             string // the text in lower case near the end of each file; "": any
}

var reportFormats = []reportFormat{
	{"nessus", "application/xml", isNessus, "</nessusclientdata"},
	{"csv", "text/csv", isCSV, ""},
	{"html", "text/html", isPage, ""},
	{"pdf", "application/pdf", isPDF, "%%eof"},
	{"db", "application/octet-stream", isBlob, ""},
}

// formatOf finds the format in the file id, which ends in it ("SSE-…-nessus"), or in the
// name of the file. A file of no known format may hold anything but a web page.
func formatOf(fileID, name string) reportFormat {
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
	return reportFormat{mediaType: "application/octet-stream", looksRight: isBlob}
}

// trimmed returns the start of a file in lower case, without byte order mark and white
// space.
func trimmed(start []byte) []byte {
	return bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\uFEFF"))))
}

func isNessus(start []byte) bool {
	text := trimmed(start)
	xml := bytes.HasPrefix(text, []byte("<?xml")) || bytes.HasPrefix(text, []byte("<nessusclientdata"))
	return xml && !isWebPage(text)
}

func isPDF(start []byte) bool { return bytes.HasPrefix(trimmed(start), []byte("%pdf-")) }

func isPage(start []byte) bool { return bytes.HasPrefix(trimmed(start), []byte("<")) }

// isCSV reports whether a file begins with a header line of several columns.
func isCSV(start []byte) bool {
	line, _, _ := bytes.Cut(trimmed(start), []byte("\n"))
	return isBlob(start) && !isPage(start) && bytes.ContainsAny(line, ",;\t")
}

// isBlob reports whether a file is neither a web page nor an error in JSON.
func isBlob(start []byte) bool {
	start = trimmed(start)
	return len(start) > 0 && !isWebPage(start) && !isObject(start)
}

// isWebPage reports whether markup is HTML. XML or a comment may precede it.
func isWebPage(start []byte) bool {
	return isPage(start) && (bytes.Contains(start, []byte("<!doctype html")) || bytes.Contains(start, []byte("<html")))
}

// isObject reports whether a file begins as a JSON object.
func isObject(start []byte) bool {
	inside, brace := bytes.CutPrefix(start, []byte("{"))
	return brace && bytes.HasPrefix(trimmed(inside), []byte(`"`))
}

// report is a downloaded report.
type report struct {
	name   string
	format reportFormat
	unsure bool // nothing shows whether it is complete
}

// saveReport streams a download into the file. It first checks that the download begins as
// its format does, so that the page of a proxy or a login never becomes a report.
func saveReport(file *command.OutputFile, scanID wire.ID, fileID string, download connection.Download) (report, error) {
	given := file.Redactor.Name(download.FileName())
	r := report{format: formatOf(fileID, given)}
	r.name = files.SafeName(given, "scan-"+string(scanID)+extensionOf(r.format))
	if err := file.Expect(download.Size); err != nil {
		return r, err
	}
	if err := file.Restart(); err != nil {
		return r, err
	}
	body := bufio.NewReaderSize(download.Body, 4<<10)
	start, err := body.Peek(512)
	if len(start) == 0 && errors.Is(err, io.EOF) {
		return r, fault.New(http.StatusBadGateway, "Tenable gave an empty file.").WithHint("%s", exportAgain)
	}
	page := strings.HasPrefix(strings.ToLower(download.ContentType), "text/html") && download.Disposition == ""
	if page || !r.format.looksRight(start) {
		return r, fault.New(http.StatusBadGateway, "The download is not a %s.", r.kind()).
			WithHint("A proxy or a login page may have answered in Tenable's place; check the Server URL and the network. " +
				"Else run Export Scan again.")
	}
	return r, r.copyTo(file, body, download.Unbounded)
}

// copyTo fills the file. If the answer does not tell its own length, the report must end as
// its format does; two formats have such an end.
func (r *report) copyTo(file *command.OutputFile, body io.Reader, unbounded bool) error {
	if !unbounded {
		return file.CopyFrom(body)
	}
	end := &tail{from: body}
	if err := file.CopyFrom(end); err != nil {
		return err
	}
	if !bytes.Contains(bytes.ToLower(end.last), []byte(r.format.end)) {
		return errors.New("the report ends too early")
	}
	r.unsure = r.format.end == ""
	return nil
}

// tail is a reader that keeps the last bytes it read.
type tail struct {
	from io.Reader
	last []byte
}

func (t *tail) Read(p []byte) (int, error) {
	const kept = 1024 // bytes; a PDF's end mark is within these
	n, err := t.from.Read(p)
	t.last = append(t.last, p[max(0, n-kept):n]...)
	t.last = t.last[max(0, len(t.last)-kept):]
	return n, err
}

const exportAgain = "Run Export Scan again, then Download Exported Scan with the file ID that it returns."

// kind names the report in a message.
func (r report) kind() string {
	if r.format.name == "" {
		return "report"
	}
	return strings.ToUpper(r.format.name) + " report"
}

func extensionOf(format reportFormat) string {
	if format.name == "" {
		return ".bin"
	}
	return "." + format.name
}
