package connection

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/internal/strictjson"
)

// maxAnswer is the largest JSON answer that is read, in bytes after unpacking.
const maxAnswer = 64 << 20

// Answer is the API's own JSON, byte for byte. Empty only where Call.Empty
// allows it.
type Answer struct {
	Body json.RawMessage

	changes bool // of a call that changes state
}

// unusableAnswer is an answer with a good status that is not what was promised.
type unusableAnswer struct {
	fault   *fault.Error
	badJSON bool // or another form that may be right the next time
}

func (e *unusableAnswer) Error() string { return e.fault.Error() }

func (c *Client) exchangeJSON(ctx context.Context, method string, call Call) (Answer, error) {
	answer := Answer{changes: method != http.MethodGet}
	err := c.exchange(ctx, method, "application/json", call, func(response *http.Response) error {
		body, err := readBody(response)
		if err != nil {
			return err
		}
		answer.Body, err = c.checkJSON(response, body, call)
		return err
	})
	return answer, err
}

// asWanted refuses a good answer in a form that was not asked for: a part of the whole,
// or packed so that net/http left it as it is. Nothing else would tell such a report
// from a whole one.
func (c *Client) asWanted(answer *http.Response) error {
	coding := strings.Join(answer.Header.Values("Content-Encoding"), ", ")
	var what string
	switch {
	case answer.StatusCode == http.StatusPartialContent:
		what = "a part of what was asked for"
	case coding != "" && answer.ContentLength != 0 && !strings.EqualFold(coding, "identity"):
		what = fmt.Sprintf("content in an encoding that was not asked for (%q)", names.Clip(coding))
	default:
		return nil
	}
	f := c.damaged(foreign("%s answered with HTTP %d and %s.", c.server.Host, answer.StatusCode, what))
	f.RequestID = answer.Header.Get("X-Request-Uuid")
	return &unusableAnswer{fault: f, badJSON: true}
}

// readBody reads a whole answer, up to maxAnswer. Its buffer doubles, and never
// grows beyond the limit.
func readBody(response *http.Response) ([]byte, error) {
	const first = 16 << 10 // bytes
	size := int(min(response.ContentLength, maxAnswer))
	body := make([]byte, 0, max(first, size+1))
	for response.ContentLength <= maxAnswer && len(body) <= maxAnswer {
		if len(body) == cap(body) {
			body = append(make([]byte, 0, min(2*cap(body), maxAnswer+1)), body...)
		}
		n, err := response.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if errors.Is(err, io.EOF) {
			return body, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, fault.New(http.StatusBadGateway, "The answer is larger than %d MiB. Narrow the filter.", maxAnswer>>20)
}

// checkJSON makes sure that body is the JSON promised. The content type is
// advice only: a JSON text counts whatever it is called, and a page does not.
func (c *Client) checkJSON(response *http.Response, body []byte, call Call) (json.RawMessage, error) {
	trimmed := bytes.TrimSpace(body)
	kind := mediaType(response.Header.Get("Content-Type"))
	unusable := func(badJSON bool, f *fault.Error) error {
		f.RequestID = response.Header.Get("X-Request-Uuid")
		return &unusableAnswer{fault: f, badJSON: badJSON}
	}
	if len(trimmed) == 0 {
		if call.Empty {
			return nil, nil
		}
		return nil, unusable(false, foreign("%s answered with HTTP %d and an empty body where JSON was expected.", c.server.Host, response.StatusCode))
	}
	body = c.repaired(body)
	err := strictjson.CheckAnswer(body)
	if err == nil {
		return body, nil
	}
	if trimmed[0] == '<' || kind != "" && !strings.Contains(kind, "json") {
		return nil, unusable(false, notJSON(kind, c.server.Host))
	}
	return nil, unusable(true, foreign("%s answered with JSON that is not valid: %v.", c.server.Host, err))
}

// foreign is the failure of an answer that something else than the API gave.
func foreign(format string, args ...any) *fault.Error {
	return fault.New(http.StatusBadGateway, format, args...).WithHint(ServerHint)
}

func notJSON(kind, host string) *fault.Error {
	return foreign("Expected JSON, got %s from %s.", printable(kind), host)
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

// printable is a content type fit for a message about what is not JSON.
func printable(kind string) string {
	if kind == "" || len(kind) > 100 || strings.Contains(kind, "json") {
		return "another kind of content"
	}
	return kind
}

// Decode reads the answer into v, a pointer to a struct. At least one of the
// expected members must be there: Tenable leaves empty lists out, so one that is
// missing beside another is an empty list, while an answer with none of them is
// not Tenable's. Of a call that changes state, the error says that its outcome is
// unknown: Tenable took it, and did not say what came of it.
func (a Answer) Decode(v any, expected ...string) error {
	return a.unclear(a.decode(v, expected))
}

// Lacks is the failure of an answer that holds nothing where its one member that
// matters should be.
func (a Answer) Lacks(member string) error {
	return a.unclear(unexpected("it has no " + member))
}

func (a Answer) unclear(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && a.changes {
		f.OutcomeUnknown = true
		f.Message = "Outcome unknown: " + f.Message
	}
	return err
}

func (a Answer) decode(v any, expected []string) error {
	if !bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte{'{'}) {
		return unexpected("it is not an object")
	}
	if !a.holdsOne(expected) {
		if said := a.words(); said != "" {
			f := fault.New(http.StatusBadGateway, "The API answered with HTTP 200 and an error: %s", said)
			f.Body = a.Body
			return f
		}
		return unexpected("it has no " + strings.Join(expected, " and no "))
	}
	return Decode(a.Body, v)
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

// words are those of an error that came with a good status. A longer answer is none.
func (a Answer) words() string {
	if len(a.Body) > maxErrorBody {
		return ""
	}
	return words(toAny(a.Body), "", 0)
}

// Decode reads a part of an answer into v; none is read as null. A value of
// another type than v has is a fault that names the field.
func Decode(data []byte, v any) error {
	if len(data) == 0 {
		return nil
	}
	err := json.Unmarshal(data, v)
	if err == nil {
		return nil
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		what := "it"
		if mismatch.Field != "" {
			what = "field " + mismatch.Field
		}
		return unexpected(fmt.Sprintf("%s has the wrong type (%s)", what, mismatch.Value))
	}
	return unexpected("it does not have the form documented").WithCause(err)
}

func unexpected(what string) *fault.Error {
	return fault.New(http.StatusBadGateway, "Unexpected answer of the API: %s.", what)
}

func toAny(data []byte) (v any) {
	_ = json.Unmarshal(data, &v) // it was checked to be JSON
	return v
}

var errIdle = errors.New("the answer stopped coming")

// idleWatch ends an attempt when no byte of the body comes for a while.
type idleWatch struct {
	io.ReadCloser
	ctx   context.Context //nolint:containedctx // read errors are explained by its cause
	timer *time.Timer
}

func watchIdle(ctx context.Context, body io.ReadCloser, cancel context.CancelCauseFunc) io.ReadCloser {
	return &idleWatch{ReadCloser: body, ctx: ctx, timer: time.AfterFunc(idleReadTimeout, func() { cancel(errIdle) })}
}

func (w *idleWatch) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if n > 0 {
		w.timer.Reset(idleReadTimeout)
	}
	if err != nil && errors.Is(context.Cause(w.ctx), errIdle) {
		err = errIdle
	}
	return n, err
}

func (w *idleWatch) Close() error {
	w.timer.Stop()
	return w.ReadCloser.Close()
}
