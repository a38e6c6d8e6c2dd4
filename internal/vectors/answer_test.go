package vectors_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is what the fault server does with one request.
type answer struct {
	Path    string                 `json:"path"`   // answers every request whose path ends so, whatever its turn
	Status  int                    `json:"status"` // 0: no answer comes before After
	Headers map[string]headerLines `json:"headers"`
	JSON    json.RawMessage        `json:"json"` // the body
	Text    parts                  `json:"text"` // the body, instead of json
	Raw     parts                  `json:"raw"`  // all bytes, instead of the members above

	Gzip    bool `json:"gzip"`    // the body is packed
	Chunked bool `json:"chunked"` // sent in chunks; if the body is cut, the last chunk never comes

	DelayMS int    `json:"delay_ms"` // before the answer
	DripMS  int    `json:"drip_ms"`  // between the bytes of the body
	Bytes   *int64 `json:"bytes"`    // how much of the body is sent; absent: all
	After   string `json:"after"`    // "close", "reset" or "stall"; absent: the connection is kept
	Times   int    `json:"times"`    // how many requests get this answer; 0 is 1
}

// headerLines is one value of a header, or several lines of it.
type headerLines []string

func (h *headerLines) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(h))
	}
	*h = make([]string, 1)
	return json.Unmarshal(text, &(*h)[0])
}

// play sends the answer and returns whether the connection stays open.
func (a answer) play(s *faultServer, connection, raw net.Conn) bool {
	if !s.pause(time.Duration(a.DelayMS) * time.Millisecond) {
		return false
	}
	if err := a.send(s, connection); err != nil {
		return false
	}
	switch a.After {
	case "close":
		return false
	case "reset":
		if tcp, ok := raw.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		raw.Close()
		return false
	case "stall":
		s.hold(raw)
		return false
	}
	return a.Raw == nil
}

func (a answer) send(s *faultServer, connection net.Conn) error {
	if a.Raw != nil {
		_, err := io.Copy(connection, a.Raw.reader())
		return err
	}
	if a.Status == 0 {
		return nil
	}
	body, size := a.body()
	if packing, ok := body.(io.Closer); ok {
		defer packing.Close()
	}
	out := bufio.NewWriterSize(connection, 64<<10)
	a.writeHead(out, size)
	if err := out.Flush(); err != nil {
		return err
	}
	whole := true
	if a.Bytes != nil {
		body = io.LimitReader(body, *a.Bytes)
		whole = *a.Bytes >= size
	}
	sink := io.Writer(out)
	if a.chunked() {
		sink = chunks{out}
	}
	if err := a.copyBody(s, sink, body, out); err != nil {
		return err
	}
	if a.chunked() && whole {
		_, _ = out.WriteString("0\r\n\r\n")
	}
	return out.Flush()
}

func (a answer) chunked() bool { return a.Chunked || a.Gzip }

// body returns the body to send, and the size to announce.
func (a answer) body() (io.Reader, int64) {
	plain := a.Text.reader()
	size := a.Text.size()
	if a.JSON != nil {
		var compact bytes.Buffer
		if json.Compact(&compact, a.JSON) != nil {
			compact.Write(a.JSON)
		}
		plain = &compact
		size = int64(compact.Len())
	}
	if !a.Gzip {
		return plain, size
	}
	reader, writer := io.Pipe()
	go func() {
		packed := gzip.NewWriter(writer)
		_, err := io.Copy(packed, plain)
		if err == nil {
			err = packed.Close()
		}
		writer.CloseWithError(err)
	}()
	return reader, size
}

func (a answer) writeHead(out *bufio.Writer, size int64) {
	fmt.Fprintf(out, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	headers := map[string]headerLines{}
	if a.JSON != nil {
		headers["Content-Type"] = headerLines{"application/json"}
	}
	switch {
	case a.Gzip:
		headers["Content-Encoding"] = headerLines{"gzip"}
		headers["Transfer-Encoding"] = headerLines{"chunked"}
	case a.Chunked:
		headers["Transfer-Encoding"] = headerLines{"chunked"}
	default:
		headers["Content-Length"] = headerLines{strconv.FormatInt(size, 10)}
	}
	maps.Copy(headers, a.Headers)
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			fmt.Fprintf(out, "%s: %s\r\n", name, strings.TrimSpace(value))
		}
	}
	_, _ = out.WriteString("\r\n")
}

// copyBody sends the body, at once or byte by byte.
func (a answer) copyBody(s *faultServer, sink io.Writer, body io.Reader, out *bufio.Writer) error {
	if a.DripMS == 0 {
		_, err := io.Copy(struct{ io.Writer }{sink}, body)
		return err
	}
	one := make([]byte, 1)
	for {
		if _, err := body.Read(one); err != nil {
			return nil // the body has ended
		}
		if _, err := sink.Write(one); err != nil {
			return err
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if !s.pause(time.Duration(a.DripMS) * time.Millisecond) {
			return io.ErrClosedPipe
		}
	}
}

// chunks sends each write as a chunk at once.
// It does not buffer: 64 kB of a packed body can hold 64 MB, which take long to pack while the plugin waits.
type chunks struct{ out *bufio.Writer }

func (c chunks) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	fmt.Fprintf(c.out, "%x\r\n", len(p))
	_, _ = c.out.Write(p)
	_, _ = c.out.WriteString("\r\n")
	return len(p), c.out.Flush()
}
