// Package scans holds the commands about scans and their reports, one file each under
// the command's key.
package scans

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/files"
	"tenableio/internal/wire"
)

// report is a downloaded report.
type report struct {
	name   string
	format reportFormat
	unsure bool // nothing shows whether it is complete
}

// saveReport streams a download into the file. It first checks that the download begins as
// its format does, so that the page of a proxy or a login never becomes a report.
func saveReport(file *command.OutputFile, scanID wire.ID, fileID string, download connection.Download) (report, error) {
	if err := file.Expect(download.Size); err != nil {
		return report{}, err
	}
	if err := file.Restart(); err != nil {
		return report{}, err
	}
	body := bufio.NewReaderSize(download.Body, startBytes)
	start, err := body.Peek(startBytes)
	if len(start) == 0 && errors.Is(err, io.EOF) {
		return report{}, fault.New(http.StatusBadGateway, "Tenable gave an empty file.").WithHint("%s", exportAgain)
	}
	given := file.Redactor.Name(download.FileName())
	r := report{format: formatOf(fileID, given, start)}
	r.name = files.SafeName(given, "scan-"+string(scanID)+r.format.extension())
	page := strings.HasPrefix(strings.ToLower(download.ContentType), "text/html") && download.Disposition == ""
	if page && !r.format.tellsItself || !r.format.looksRight(start) {
		return r, notAReport(r.format.kind(), download.Words(start))
	}
	return r, r.copyTo(file, body, download.Unbounded)
}

// notAReport is the failure of a download that is no report of its kind, with what Tenable says in its place.
func notAReport(kind, words string) error {
	if words != "" {
		return fault.New(http.StatusBadGateway, "In the place of a %s came an error: %s", kind, fault.Quote(words)).
			WithHint(exportAgain)
	}
	const message = "The download is not a %s."
	return fault.New(http.StatusBadGateway, message, kind).WithHint("A proxy or a login page may have answered in " +
		"Tenable's place; check the Server URL and the network. Else run Export Scan again.")
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
