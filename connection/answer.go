package connection

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tenableio/internal/fault"
	"tenableio/internal/strictjson"
	"tenableio/internal/wire"
)

// maxAnswer is the largest JSON answer that is read, in bytes after unpacking.
const maxAnswer = 64 << 20

// emptyHint is the hint for an empty answer before any call of the run succeeded.
const emptyHint = "Run the command again. If it stays, check the Server URL and any proxy in between."

// Answer is the API's own JSON, byte for byte. Empty only where Call.Empty
// allows it.
type Answer struct {
	Body json.RawMessage

	ahead   time.Duration // how far the server's clock is ahead of this machine's, by the answer's Date
	dated   bool          // the answer has a Date
	changes bool          // of a call that changes state
	client  *Client       // notes what is odd in the answer; nil: nobody does
}

func (c *Client) exchangeJSON(ctx context.Context, method string, call Call) (Answer, error) {
	answer := Answer{changes: method != http.MethodGet, client: c}
	var room []byte // of the attempt before: two answers of 60 MiB would take twice that
	read := func(response *http.Response) (a attempt) {
		date, err := http.ParseTime(response.Header.Get("Date"))
		answer.dated = err == nil
		answer.ahead = date.Sub(c.clock.Now())
		var body []byte
		body, err = readBody(response, room)
		room = body[:0]
		answer.Body, a = c.readJSON(response, body, err, call.Empty)
		return a
	}
	err := c.exchange(ctx, request{Call: call, method: method, accept: "application/json", read: read})
	return answer, err
}

// ServerTime returns a moment of this machine's clock by the clock of the server. A Date
// counts seconds, so it is never later than the moment itself, and up to two seconds
// earlier. It is false where the answer had no Date.
func (a Answer) ServerTime(local time.Time) (time.Time, bool) {
	return local.Add(a.ahead).Truncate(time.Second), a.dated
}

// readJSON reads the JSON promised from a body, which ended with err. The content type is advice only: a JSON text
// counts whatever it is called, and a page does not.
func (c *Client) readJSON(response *http.Response, body []byte, err error, mayBeEmpty bool) (json.RawMessage, attempt) {
	switch {
	case errors.Is(err, errTooLarge):
		const message = "The answer is larger than %d MiB."
		return nil, final(response.StatusCode, fault.New(http.StatusBadGateway, message, maxAnswer>>20).AsTooLarge())
	case err != nil:
		return nil, c.truncated(response, err)
	}
	body = strictjson.WithoutMark(body)
	text := bytes.TrimSpace(body)
	if len(text) == 0 && mayBeEmpty {
		return nil, succeeded(response)
	}
	if len(text) == 0 {
		const message = "%s answered with HTTP %d and an empty body where JSON was expected."
		f := foreign(message, c.server.Host, response.StatusCode).WithHint(emptyHint)
		return nil, malformed(response, c.hintAtContent(f))
	}
	body = c.repaired(body)
	err = strictjson.CheckAnswer(body)
	if err == nil {
		return body, succeeded(response)
	}
	kind := mediaType(response.Header.Get("Content-Type"))
	if text[0] == '<' || kind != "" && !strings.Contains(kind, "json") {
		f := notJSON(kind, c.server.Host)
		f.RequestID = requestID(response)
		return nil, final(response.StatusCode, f)
	}
	return nil, malformed(response, foreign("%s answered with JSON that is not valid: %v.", c.server.Host, err))
}

var errTooLarge = errors.New("the answer is too large")

// readBody reads a whole answer, up to maxAnswer, into room or more. Its buffer grows with what came: a header
// alone, which may promise anything, makes it no larger. What it promises saves copies.
func readBody(response *http.Response, room []byte) (body []byte, err error) {
	const first = 16 << 10 // bytes
	body = slices.Grow(room, first)
	for response.ContentLength <= maxAnswer && len(body) <= maxAnswer {
		if len(body) == cap(body) {
			body = grown(body, response.ContentLength)
		}
		n, err := response.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil {
			return body, err
		}
	}
	return body, errTooLarge
}

// grown is body with more capacity: all that is promised, if that is not much more than
// what came, else the double.
func grown(body []byte, promised int64) []byte {
	const muchMore, large = 16, 8 << 20
	size := min(2*cap(body), maxAnswer+1)
	if promised >= 0 {
		size = min(int(promised)+1, muchMore*cap(body), maxAnswer+1)
		size = max(size, cap(body)+1)
	}
	more := append(make([]byte, 0, size), body...)
	if cap(body) >= large {
		debug.FreeOSMemory() // or the old buffer would be in memory beside the new one
	}
	return more
}

// mediaType is a Content-Type without its parameters.
func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// repaired is body with each byte that is not UTF-8 replaced by U+FFFD, so that the
// result stays valid JSON: the one change that the API's own JSON ever sees.
func (c *Client) repaired(body []byte) []byte {
	if utf8.Valid(body) {
		return body
	}
	c.count(func(s *Stats) { s.Repairs++ })
	return bytes.ToValidUTF8(body, []byte("\uFFFD"))
}

// Decode reads the answer into v, a pointer to a struct. At least one of the
// expected members must be there, if any are named: Tenable leaves empty lists out, so one that is
// missing beside another is an empty list, while an answer with none of them is
// not Tenable's. A value of another form than v has costs its member alone, and is noted.
// If the call changes state, the error says that its outcome is unknown: Tenable accepted
// it, and did not say what it did.
func (a Answer) Decode(v any, expected ...string) error {
	return a.failure(a.decode(v, expected))
}

// Require is Decode for an answer with one member that matters, which value points to in v.
// That must be there and not be empty.
func Require[T ~string](a Answer, v any, member string, value *T) error {
	err := a.Decode(v, member)
	if err == nil && *value == "" {
		return a.Lacks(member)
	}
	return err
}

// Lacks is the failure of an answer that holds nothing where its one member that
// matters should be.
func (a Answer) Lacks(member string) error {
	return a.failure(unexpected("it has no " + member))
}

// failure is f, the reason why the answer cannot be used, as an error. If the call
// changes state, its outcome is unknown.
func (a Answer) failure(f *fault.Error) error {
	switch {
	case f == nil:
		return nil
	case a.changes:
		return f.AsUnknownOutcome().WithMessage(fault.OutcomeUnknown+"%s", f.Message)
	}
	return f
}

func (a Answer) decode(v any, expected []string) *fault.Error {
	if !bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte{'{'}) {
		return unexpected("it is not an object")
	}
	if len(expected) > 0 && !a.holdsOne(expected) {
		if text := errorText(a.Body); text != "" {
			const message = "The API answered with HTTP 200 and an error: %s"
			return fault.New(http.StatusBadGateway, message, text).WithBody(a.Body)
		}
		return unexpected("it has no " + strings.Join(expected, " and no "))
	}
	odd, err := read(a.Body, v)
	if a.client != nil {
		a.client.NoteOdd(odd)
		if len(expected) > 0 {
			a.client.remark(a.errorBeside())
		}
	}
	return fault.From(err)
}

// holdsOne tells whether at least one of the members is there.
func (a Answer) holdsOne(expected []string) bool {
	for name := range strictjson.Members(a.Body) {
		if slices.Contains(expected, name) {
			return true
		}
	}
	return false
}

// errorBeside is the text of an error that stands beside what was asked for, or "".
func (a Answer) errorBeside() string {
	if len(a.Body) > maxErrorBody {
		return ""
	}
	for name, value := range strictjson.Members(a.Body) {
		if name == "error" || name == "errors" {
			return errorText(value)
		}
	}
	return ""
}

// errorText is the text of an error that came with a good status. A longer text is
// no error.
func errorText(body []byte) string {
	if len(body) > maxErrorBody {
		return ""
	}
	var value any
	_ = json.Unmarshal(body, &value) // it was checked to be JSON
	return findText(value, "", 0)
}

// Decode reads a part of an answer into v, as Answer.Decode does, and notes nothing: what
// is read twice is noted once. No part is read as null.
func Decode(data []byte, v any) error {
	if len(data) == 0 {
		return nil
	}
	_, err := read(data, v)
	return err
}

// read reads JSON into v. If it cannot be read at all, the error names the field.
func read(data []byte, v any) (wire.Odd, error) {
	odd, err := wire.Read(data, v)
	if err == nil {
		return odd, nil
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		what := "it"
		if mismatch.Field != "" {
			what = "field " + mismatch.Field
		}
		return odd, unexpected(fmt.Sprintf("%s has the wrong type (%s)", what, mismatch.Value))
	}
	return odd, unexpected("it does not have the form documented").WithCause(err)
}

func unexpected(what string) *fault.Error {
	return fault.New(http.StatusBadGateway, "Unexpected answer of the API: %s.", what)
}
