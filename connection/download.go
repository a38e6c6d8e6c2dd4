package connection

import (
	"context"
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

// Download reads a large answer as a stream. save takes it, and is called again
// with a new one when a repeat may help: after an answer that was cut, and once
// more after an error of save that is not a fault, which says that the content
// is not what was promised. A fault of save is final. It is safe for concurrent use.
func (c *Client) Download(ctx context.Context, call Call, save func(Download) error) error {
	return c.exchange(ctx, http.MethodGet, "*/*", call, func(response *http.Response) error {
		body := &remembering{from: response.Body}
		err := save(Download{
			Body:        body,
			ContentType: response.Header.Get("Content-Type"),
			Disposition: response.Header.Get("Content-Disposition"),
			Size:        response.ContentLength,
			Unbounded:   response.ContentLength < 0 && len(response.TransferEncoding) == 0 && !response.Uncompressed,
			host:        c.server.Host,
		})
		if err == nil && body.err == nil {
			_, err = io.Copy(io.Discard, body) // the end of the body says whether it was cut
		}
		if body.err != nil {
			return body.err
		}
		if own, ok := errors.AsType[*fault.Error](err); ok || err == nil {
			return asError(own)
		}
		f := c.damaged(foreign("%s answered with content that is not what was promised: %v.", c.server.Host, err))
		f.RequestID = response.Header.Get("X-Request-Uuid")
		return &unusableAnswer{fault: f, badJSON: true}
	})
}

// asError keeps a nil fault a nil error.
func asError(f *fault.Error) error {
	if f == nil {
		return nil
	}
	return f
}

// remembering keeps the error of the network apart from those of whoever reads.
type remembering struct {
	from io.Reader
	err  error
}

func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}
