package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"

	"tenableio/internal/sandbox/web"
)

// goWrong answers with the fault instead of with handle; or, where the answer is
// to be truncated, with half of what handle answers.
func (f Fault) goWrong(w http.ResponseWriter, r *http.Request, handle http.HandlerFunc) {
	switch {
	case f.Reset:
		reset(w)
	case f.Stall:
		<-r.Context().Done() // the client gave up, or the sandbox ends
		panic(http.ErrAbortHandler)
	case f.Truncate:
		truncate(w, r, handle)
	default:
		f.writeStatus(w)
	}
}

func (f Fault) writeStatus(w http.ResponseWriter) {
	wait := strings.Trim(string(f.RetryAfter), `"`)
	if wait != "" {
		w.Header().Set("Retry-After", wait)
	}
	switch {
	case f.Body != nil:
		f.writeBody(w)
	case f.Status == http.StatusTooManyRequests && f.RetryAfter == nil:
		web.Busy(w, web.UsualWait)
	case f.Status == http.StatusTooManyRequests:
		web.Busy(w, wait)
	default:
		web.RefuseStatus(w, f.Status)
	}
}

// writeBody answers with the canned body: JSON byte for byte, or a text.
func (f Fault) writeBody(w http.ResponseWriter) {
	body := []byte(f.Body)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	var text string
	if json.Unmarshal(f.Body, &text) == nil {
		body = []byte(text)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	for name, value := range f.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(cmp.Or(f.Status, http.StatusOK))
	_, _ = w.Write(body) // the client may have gone away
}

// reset breaks the connection so that the client sees a reset, not an end.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // no connection of our own: end it the way net/http can
	}
	inner := connection
	if encrypted, ok := connection.(interface{ NetConn() net.Conn }); ok {
		inner = encrypted.NetConn()
	}
	if tcp, ok := inner.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // closing then sends RST; without it, it is an end of file
	}
	_ = inner.Close()
}

// truncate does what was asked, announces the whole answer, and sends half.
func truncate(w http.ResponseWriter, r *http.Request, handle http.HandlerFunc) {
	whole := recorder{header: http.Header{}, status: http.StatusOK}
	handle(&whole, r)
	maps.Copy(w.Header(), whole.header)
	w.Header().Set("Content-Length", strconv.Itoa(max(1, whole.body.Len())))
	w.WriteHeader(whole.status)
	_, _ = w.Write(whole.body.Bytes()[:whole.body.Len()/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler) // closes the connection before the announced end
}

// recorder keeps an answer in the place of sending it.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
