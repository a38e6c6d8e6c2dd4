package connection

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"time"

	"tenableio/internal/fault"
)

// request is one call of the API as it is sent.
type request struct {
	Call
	method string
	accept string // the Accept header
	read   reader
}

// reader takes the body of an answer with a good status.
type reader func(answer *http.Response) attempt

func (r request) String() string { return r.method + " " + r.Path }

// exchange sends a request until an attempt succeeds, or until the retry rule or the
// deadline allows no other attempt.
func (c *Client) exchange(ctx context.Context, r request) error {
	if err := r.check(); err != nil {
		return err
	}
	refused := 0          // attempts that ended in 429
	var last *fault.Error // of them
	for n := 1; ; n++ {
		if ctx.Err() != nil {
			return fault.Stopped(ctx, "calling "+r.String())
		}
		if err := c.awaitRateLimit(ctx); err != nil {
			return err
		}
		start := c.clock.Now()
		a, resent := c.send(ctx, r, n)
		if a.fault == nil {
			c.count(func(s *Stats) { s.reached = true })
			return nil
		}
		n += resent
		took := c.clock.Now().Sub(start)
		failed := n - refused
		if a.rateLimited() {
			refused++
			if a.stage == answered {
				last = a.fault
			}
			failed = refused
		}
		next := max(250*time.Millisecond, min(took, time.Second)) // what the next attempt needs, if this one took so long
		left := c.timeLeft(ctx) - next
		delay := a.delay(failed, left, c.clock.Random)
		if a.rateLimited() {
			c.holdBack(delay)
		}
		switch {
		case ctx.Err() != nil:
			return interrupted(ctx, r, a, last)
		case a.outcomeUnknown(r.method):
			return unknownOutcome(r, a)
		case r.Once, failed >= a.maxAttempts(r.method):
			return exhausted(a, n)
		}
		if err := c.pause(ctx, a, n, delay, left); err != nil {
			return err
		}
	}
}

// send makes attempt n of a request. resent is how often net/http sent it again by
// itself.
func (c *Client) send(ctx context.Context, r request, n int) (a attempt, resent int) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	connections := 0
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connections++ }}

	outgoing := c.http.R().SetContext(httptrace.WithClientTrace(ctx, trace)).SetDoNotParseResponse(true).
		SetHeader("Accept", r.accept).SetHeader("X-ApiKeys", c.keys.Reveal()).
		SetPathParams(r.Params).SetQueryParamsFromValues(r.Query)
	if r.Body != nil {
		body, err := json.Marshal(r.Body)
		if err != nil {
			return notSentBecause(fault.From(fmt.Errorf("marshal the body of %s: %w", r.Path, err))), 0
		}
		outgoing.SetHeader("Content-Type", "application/json").SetBody(body)
	}
	if r.method != http.MethodGet || n > 1 {
		// On a kept connection that the server is about to close, nobody could tell
		// whether a change was carried out. net/http repeats a read by itself, which
		// would be a fifth attempt after the fourth.
		c.http.GetClient().CloseIdleConnections()
	}
	start := c.clock.Now()
	c.countRequests(1, n > 1)
	response, err := outgoing.Execute(r.method, r.Path)
	resent = max(0, connections-1)
	c.countRequests(resent, true)
	if err != nil {
		c.logExchange(r, n, nil, start)
		return c.classify(nil, err, connections > 0, nil), resent
	}
	answer := response.RawResponse
	answer.Body = watchIdle(ctx, answer.Body, cancel)
	defer answer.Body.Close()
	c.logExchange(r, n, answer, start)
	return c.classify(answer, nil, true, r.read), resent
}

// countRequests counts requests. A read that net/http sends again by itself, because a
// kept connection went away, is a repeat like any other.
func (c *Client) countRequests(requests int, repeated bool) {
	c.count(func(s *Stats) {
		s.Requests += requests
		if repeated {
			s.Retries += requests
		}
	})
}

// logExchange writes the one line of an exchange: never a body, a header or a
// query value.
func (c *Client) logExchange(r request, n int, answer *http.Response, start time.Time) {
	line := c.log.Debug().Str("method", r.method).Str("path", r.Path).Int("attempt", n).
		Int64("duration_ms", c.clock.Now().Sub(start).Milliseconds())
	if answer != nil {
		line.Int("status", answer.StatusCode).Str("request_id", requestID(answer))
	}
	line.Msg("exchange")
}
