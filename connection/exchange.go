package connection

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"tenableio/internal/fault"
	"tenableio/internal/strictjson"
)

// reader takes the body of a successful answer. An error that is a *fault.Error
// is final, and an *unusableAnswer is judged as it says; any other means that the
// body could not be read.
type reader func(answer *http.Response) error

// exchange makes a call, repeats it as the judge allows, and hands the body of
// the successful answer to read.
func (c *Client) exchange(ctx context.Context, method, accept string, call Call, read reader) error {
	if err := call.check(); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if ctx.Err() != nil {
			return fault.Stopped(ctx, "calling "+method+" "+call.Path)
		}
		if err := c.awaitTurn(ctx); err != nil {
			return err
		}
		start := c.clock.Now()
		f, err := c.attempt(ctx, n, method, accept, call, read)
		if err == nil {
			c.noteWorked()
			return nil
		}
		n += f.replays
		d := max(err.RetryAfter, backOff(n, f.status, c.clock.Random))
		if f.limited() {
			c.holdBack(d)
		}
		if ctx.Err() != nil {
			return c.interrupted(ctx, method, call, f, err)
		}
		if f.outcomeUnknown(method) {
			return unknownOutcome(method, call, f, err)
		}
		if n >= f.worth(method) {
			return spent(f, err, n)
		}
		if err := c.pause(ctx, d, n, f, err, c.clock.Now().Sub(start)); err != nil {
			return err
		}
	}
}

// pause waits for d before the next attempt: as long as the API asked, or the
// back-off where that is longer. A wait is not begun where the time limit would cut
// it short, or the attempt after it if that took as long as the last one (a second
// at most); the failure then says how long the API asked to wait. After a 429 it is
// awaitTurn that waits.
func (c *Client) pause(ctx context.Context, d time.Duration, n int, f failure, err *fault.Error, took time.Duration) error {
	if c.lacksTime(ctx, d+min(took, time.Second)) {
		if err.RetryAfter > 0 && c.lacksTime(ctx, err.RetryAfter) {
			err.Hint = fmt.Sprintf("Try again in %d s, as Tenable asked; that is longer than what was left of options.timeout_seconds.", err.RetryAfterSeconds())
		}
		return err
	}
	c.log.Info().Int("attempt", n).Int("status", f.status).Int64("wait_ms", d.Milliseconds()).Msg("waiting before the next attempt")
	if f.limited() {
		return nil
	}
	if c.clock.Wait(ctx, d) != nil {
		return fault.Stopped(ctx, "waiting to repeat a call")
	}
	return nil
}

// attempt makes one HTTP exchange. err says what the user reads when it is the
// last one, and failure what the judge needs.
func (c *Client) attempt(ctx context.Context, n int, method, accept string, call Call, read reader) (failure, *fault.Error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	connections := 0
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connections++ }}

	request := c.http.R().SetContext(httptrace.WithClientTrace(ctx, trace)).SetDoNotParseResponse(true).
		SetHeader("Accept", accept).SetHeader("X-ApiKeys", c.keys.Reveal()).
		SetPathParams(call.Params).SetQueryParamsFromValues(call.Query)
	if call.Body != nil {
		body, err := json.Marshal(call.Body)
		if err != nil {
			return failure{permanent: true}, fault.From(fmt.Errorf("marshal the body of %s: %w", call.Path, err))
		}
		request.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	if method != http.MethodGet || n > 1 {
		// On a kept connection that the server is about to close, nobody could tell
		// whether a change was carried out, and net/http repeats a read by itself: a
		// fifth attempt after the fourth.
		c.http.GetClient().CloseIdleConnections()
	}
	start := c.clock.Now()
	c.count(func(s *Stats) {
		s.Requests++
		if n > 1 {
			s.Retries++
		}
	})
	response, err := request.Execute(method, call.Path)
	replays := c.countReplays(connections)
	if err != nil || response.RawResponse == nil {
		c.logExchange(n, method, call, nil, start)
		f, said := c.unanswered(err, connections > 0)
		f.replays = replays
		return f, said
	}
	answer := response.RawResponse
	answer.Body = watchIdle(ctx, answer.Body, cancel)
	defer answer.Body.Close()
	c.logExchange(n, method, call, answer, start)
	f, said := c.judge(answer, read)
	f.replays = replays
	return f, said
}

// countReplays counts the repeats that net/http made by itself: a read whose kept
// connection went away goes out again on a new one. They are attempts like others.
func (c *Client) countReplays(connections int) int {
	replays := max(0, connections-1)
	c.count(func(s *Stats) {
		s.Requests += replays
		s.Retries += replays
	})
	return replays
}

// unanswered is an attempt that ended before a status line came.
func (c *Client) unanswered(err error, sent bool) (failure, *fault.Error) {
	if err != nil && isBadRedirect(err) {
		return failure{stage: answered, status: http.StatusFound, permanent: true}, badRedirect() // without the cause, which quotes what the server sent
	}
	sent = sent && !wantsCertificate(err)
	f := failure{stage: notSent}
	if sent {
		f.stage = unclear
	}
	said, permanent := transportFault(err, c.server.Host, sent)
	f.permanent = permanent
	return f, said
}

// judge looks at the status line, then lets read take the body.
func (c *Client) judge(answer *http.Response, read reader) (failure, *fault.Error) {
	status := answer.StatusCode
	f := failure{stage: answered, status: status}
	switch {
	case status >= 300 && status < 400:
		f.permanent = true
		return f, redirected(answer)
	case status == http.StatusProxyAuthRequired: // in clear a proxy answers in the server's place; it passed nothing on
		said, permanent := proxyFault(&proxyRefusal{status: status}, "")
		return failure{stage: notSent, permanent: permanent}, said
	case status < 200 || status > 599:
		f.permanent = true
		return f, fault.New(http.StatusBadGateway, "%s answered with HTTP status %d, which the API never uses.", c.server.Host, status).WithHint(ServerHint)
	case status >= 400:
		said, whole := c.refused(answer)
		if !whole {
			f.stage = unclear
		}
		f.duplicate = status == http.StatusTooManyRequests && strings.Contains(strings.ToLower(said.Message), "duplicate")
		return f, said
	}
	err := c.asWanted(answer)
	if err == nil {
		err = read(answer)
	}
	if err == nil {
		return failure{}, nil
	}
	if unusable, ok := errors.AsType[*unusableAnswer](err); ok {
		f.badJSON, f.permanent = unusable.badJSON, !unusable.badJSON
		return f, unusable.fault
	}
	if said, ok := errors.AsType[*fault.Error](err); ok {
		f.permanent = true
		return f, said
	}
	f.stage = unclear
	said, _ := transportFault(err, c.server.Host, true)
	return f, c.damaged(said)
}

// ServerHint is what to do where something else than the API answers.
const ServerHint = "Check the Server URL: it must be the address of the API, like " + DefaultServerURL + "."

const damagedHint = "Other calls of this run worked, so run the command again. If it stays, what was asked for is damaged at Tenable, or a proxy in between cuts or changes it."

// damaged is f, a failure of what an answer held, with a hint that leaves the Server
// URL alone where other calls have worked.
func (c *Client) damaged(f *fault.Error) *fault.Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.worked && f.Status == http.StatusBadGateway {
		f.Hint = damagedHint
	}
	return f
}

func (c *Client) noteWorked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.worked = true
}

func redirected(answer *http.Response) *fault.Error {
	target := "another address"
	if location, err := answer.Location(); err == nil && location.Host != "" && len(location.Host) < 256 {
		target = location.Host
	}
	return fault.New(http.StatusBadGateway, "The server redirected to %s (HTTP %d); redirects are not followed.", target, answer.StatusCode).WithHint(ServerHint)
}

// badRedirect is redirected for an address that cannot be read.
func badRedirect() *fault.Error {
	return fault.New(http.StatusBadGateway, "The server redirected to something that is no address; redirects are not followed.").WithHint(ServerHint)
}

// refused is the failure that an answer of 400 or more tells. Of one that was cut,
// what was read is enough for a message, and whole is false.
func (c *Client) refused(answer *http.Response) (f *fault.Error, whole bool) {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxErrorBody))
	body = bytes.TrimPrefix(c.repaired(body), []byte("\uFEFF")) // a byte order mark is no word
	f = fault.New(answer.StatusCode, "%s", message(answer.StatusCode, answer.Header.Get("Content-Type"), body))
	f.RequestID = answer.Header.Get("X-Request-Uuid")
	if strictjson.CheckAnswer(body) == nil {
		f.Body = body
	} else if isPage(answer.Header.Get("Content-Type"), strings.TrimSpace(string(body))) {
		f.Foreign = true
	}
	if f.Foreign && (f.Status == http.StatusNotFound || f.Status == http.StatusMethodNotAllowed) {
		f.Hint = ServerHint
	}
	switch f.Category {
	case fault.RateLimited, fault.Timeout, fault.Upstream:
		f.RetryAfter, f.Retryable = retryAfter(answer.Header, c.clock.Now()), true
	}
	return f, err == nil
}

// interrupted is a call that was under way when the run ended.
func (c *Client) interrupted(ctx context.Context, method string, call Call, f failure, err *fault.Error) error {
	end := fault.Stopped(ctx, "calling "+method+" "+call.Path)
	end.Cause = err
	if end.Status == http.StatusGatewayTimeout && f.status == 0 {
		end.Message = "No response from the API. " + end.Message
	}
	if f.outcomeUnknown(method) {
		end.OutcomeUnknown, end.Retryable = true, false
		end.Message += "; outcome unknown: " + soFar(f)
	}
	return end
}

// soFar says how much of an answer came.
func soFar(f failure) string {
	if f.status == 0 {
		return "the request was sent but no answer came"
	}
	return fmt.Sprintf("the request was sent, and HTTP %d came without the rest of the answer", f.status)
}

// unknownOutcome is a state-changing call which may have been carried out. The
// command adds the hint that says how to find out.
func unknownOutcome(method string, call Call, f failure, err *fault.Error) error {
	end := *err
	end.OutcomeUnknown, end.Retryable, end.RetryAfter = true, false, 0
	switch {
	case f.stage == unclear && f.status >= 200 && f.status < 300:
		end.Status, end.Category = http.StatusBadGateway, fault.Network
		end.Message = fmt.Sprintf("Tenable accepted the request (HTTP %d) but the answer was cut; what it made is not known.", f.status)
	case f.stage == unclear && f.status >= 400:
		end.Message = fmt.Sprintf("Outcome unknown: the answer to %s %s (HTTP %d) was cut. %s", method, call.Path, f.status, err.Message)
	case f.stage == unclear:
		end.Status, end.Category = http.StatusGatewayTimeout, fault.Timeout
		end.Message = fmt.Sprintf("Outcome unknown: %s %s was sent but no answer came. %s", method, call.Path, err.Message)
	default:
		end.Message = "Outcome unknown: " + err.Message
	}
	return &end
}

// spent adds to a failure without a whole answer of the API how often it was met.
func spent(f failure, err *fault.Error, attempts int) error {
	if attempts > 1 && f.stage != answered {
		err.Message = fmt.Sprintf("%s (after %d attempts)", strings.TrimSuffix(err.Message, "."), attempts)
	}
	return err
}

// logExchange writes the one line of an exchange: never a body, a header or a
// query value.
func (c *Client) logExchange(n int, method string, call Call, answer *http.Response, start time.Time) {
	line := c.log.Debug().Str("method", method).Str("path", call.Path).Int("attempt", n).
		Int64("duration_ms", c.clock.Now().Sub(start).Milliseconds())
	if answer != nil {
		line.Int("status", answer.StatusCode).Str("request_id", answer.Header.Get("X-Request-Uuid"))
	}
	line.Msg("exchange")
}
