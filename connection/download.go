package connection

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"tenableio/internal/fault"
)

// Download is the answer of a call that gives a file or a chunk, of any size.
type Download struct {
	Body        io.Reader
	ContentType string
	Disposition string // the Content-Disposition header
	Size        int64  // bytes, -1 when the API does not say

	// Unbounded is an answer that is over when the connection is: nothing tells
	// a cut from its end. Old proxies make such answers.
	Unbounded bool

	host string // that answered
}

// ExpectJSON refuses a page in the place of JSON. Chunks come under a type that says
// nothing, so only a page gives itself away by its type.
func (d Download) ExpectJSON() error {
	if kind := mediaType(d.ContentType); kind == "text/html" {
		return notJSON(kind, d.host)
	}
	return nil
}

// Words returns Tenable's own words in the start of a file that is an error in JSON, or "".
func (d Download) Words(start []byte) string {
	var value map[string]any
	_ = json.Unmarshal(start, &value) // of anything else there are no words
	return findText(value, "", 0)
}

// Download reads a large answer as a stream. save takes it, and is called again with a
// new one if another attempt may help: after an answer that was cut, and once more
// after an error of save that is not a fault, which says that the content is not what
// was promised. A fault of save is final. It is safe for concurrent use.
func (c *Client) Download(ctx context.Context, call Call, save func(Download) error) error {
	read := func(answer *http.Response) attempt {
		body := &errorRecorder{from: answer.Body}
		err := save(Download{
			Body:        body,
			ContentType: answer.Header.Get("Content-Type"),
			Disposition: answer.Header.Get("Content-Disposition"),
			Size:        answer.ContentLength,
			Unbounded:   answer.ContentLength < 0 && len(answer.TransferEncoding) == 0 && !answer.Uncompressed,
			host:        c.server.Host,
		})
		if err == nil && body.err == nil {
			_, err = io.Copy(io.Discard, body) // the end of the body says whether it was cut
		}
		f, isFault := errors.AsType[*fault.Error](err)
		switch {
		case body.err != nil:
			return c.truncated(answer, body.err)
		case err == nil:
			return succeeded(answer)
		case isFault && body.empty:
			return malformed(answer, f)
		case isFault:
			return final(answer.StatusCode, f)
		}
		f = foreign("%s answered with content that is not what was promised: %v.", c.server.Host, err)
		return malformed(answer, c.hintAtContent(f))
	}
	return c.exchange(ctx, request{Call: call, method: http.MethodGet, accept: "*/*", read: read})
}

// errorRecorder keeps the error of the network apart from those of whoever reads.
type errorRecorder struct {
	from  io.Reader
	err   error
	some  bool // something was read
	empty bool // the end came, and nothing before it
}

func (r *errorRecorder) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	r.some = r.some || n > 0
	if errors.Is(err, io.EOF) {
		r.empty = !r.some
	} else if err != nil {
		r.err = err
	}
	return n, err
}
