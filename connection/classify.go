package connection

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"tenableio/internal/fault"
	"tenableio/internal/strictjson"
)

// ServerHint is the hint for an answer that does not come from the API.
const ServerHint = "Check the Server URL: it must be the address of the API, like " + DefaultServerURL + "."

// classify turns the end of an HTTP exchange into an attempt. Without an answer, err
// says why, and connected tells whether the request may have been sent. If the status
// is good, read takes the body.
func (c *Client) classify(answer *http.Response, err error, connected bool, read reader) attempt {
	if err != nil {
		return c.classifyError(err, connected)
	}
	status := answer.StatusCode
	switch {
	case status >= 300 && status < 400 && status != http.StatusNotModified:
		return final(status, redirected(answer))
	case status == http.StatusProxyAuthRequired:
		// It answers in the place of a server in clear text, and passes nothing on.
		return notSentBecause(proxyRefusal(status))
	case status < 200 || status == http.StatusNotModified || status > 599:
		const message = "%s answered with HTTP status %d, which the API never uses."
		return final(status, fault.New(http.StatusBadGateway, message, c.server.Host, status).WithHint(ServerHint))
	case status >= 400:
		return c.classifyRefusal(answer)
	}
	if what := unrequestedForm(answer); what != "" {
		f := foreign("%s answered with HTTP %d and %s.", c.server.Host, status, what)
		return malformed(answer, c.hintAtContent(f))
	}
	return read(answer)
}

// classifyError classifies an exchange that ended before a status line came.
func (c *Client) classifyError(err error, connected bool) attempt {
	if isBadRedirect(err) {
		return final(http.StatusFound, badRedirect())
	}
	connected = connected && !wantsCertificate(err)
	a := notSentBecause(transportFault(err, c.server.Host, connected))
	if connected {
		a.stage = incomplete
	}
	return a
}

// classifyRefusal classifies an answer of 400 or more. A body that ended early still
// gives the message.
func (c *Client) classifyRefusal(answer *http.Response) attempt {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxErrorBody))
	if len(body) == maxErrorBody {
		body = c.redactor.Beginning(body) // it may go on
	}
	f := c.refusal(answer, c.repaired(body))
	if f.Category == fault.RateLimited {
		// A 429 for an export that runs already would be the same another time. One about the rate of calls may name a
		// job too.
		text := strings.ToLower(f.Message + string(f.Body))
		f.Duplicate = strings.Contains(text, "duplicate") || strings.Contains(text, "active_job_id")
	}
	a := attempt{stage: answered, status: f.Status, fault: f, permanent: f.Duplicate}
	if err != nil {
		a.stage = incomplete
	}
	return a
}

// refusal is the failure that an answer of 400 or more tells.
func (c *Client) refusal(answer *http.Response, body []byte) *fault.Error {
	body = strictjson.WithoutMark(body)
	contentType := answer.Header.Get("Content-Type")
	f := fault.New(answer.StatusCode, "%s", message(answer.StatusCode, contentType, body))
	f.RequestID = requestID(answer)
	switch {
	case strictjson.CheckAnswer(body) == nil:
		f.Body = body
	case isPage(contentType, strings.TrimSpace(string(body))):
		f.Foreign = true
	}
	switch {
	case f.Foreign && (f.Status == http.StatusNotFound || f.Status == http.StatusMethodNotAllowed):
		f.Hint = ServerHint
	case f.Status == http.StatusNetworkAuthenticationRequired:
		f.Hint = "The network between this machine and Tenable.io asks for a login first. Log in to it, or use a way " +
			"around it, such as the Proxy URL of the connection."
	}
	switch f.Category {
	case fault.RateLimited, fault.Timeout, fault.Upstream:
		f.Retryable = true
		f.RetryAfter = retryAfter(answer.Header, c.clock.Now())
	}
	return f
}

// truncated is an attempt whose body could not be read to its end, because of err.
func (c *Client) truncated(answer *http.Response, err error) attempt {
	f := c.hintAtContent(transportFault(err, c.server.Host, true))
	return attempt{stage: incomplete, status: answer.StatusCode, fault: f}
}

// unrequestedForm says what is wrong with a good answer in a form that was not asked
// for: a part of the whole, or an encoding that net/http left as it is. Nothing else
// would tell such a report from a whole one. It is "" for the usual form.
func unrequestedForm(answer *http.Response) string {
	coding := strings.Join(answer.Header.Values("Content-Encoding"), ", ")
	switch {
	case answer.StatusCode == http.StatusPartialContent:
		return "a part of what was asked for"
	case coding != "" && answer.ContentLength != 0 && !strings.EqualFold(coding, "identity"):
		return fmt.Sprintf("content in an encoding that was not asked for (%q)", fault.Quote(coding))
	}
	return ""
}

// hintAtContent is f, a failure of what an answer holds, with a hint that leaves the
// Server URL alone if other calls of the run succeeded.
func (c *Client) hintAtContent(f *fault.Error) *fault.Error {
	const hint = "Other calls of this run worked, so run the command again. If it stays, " +
		"what was asked for is damaged at Tenable, or a proxy in between cuts or changes it."
	if c.Stats().reached && f.Status == http.StatusBadGateway {
		return f.WithHint(hint)
	}
	return f
}

// foreign is the failure of an answer that something in the API's place seems to have
// given.
func foreign(format string, args ...any) *fault.Error {
	f := fault.New(http.StatusBadGateway, format, args...).WithHint(ServerHint)
	f.Foreign = true
	return f
}

// notJSON is the failure of an answer that should be JSON and is of another kind.
func notJSON(kind, host string) *fault.Error {
	if kind == "" || len(kind) > 100 || strings.Contains(kind, "json") {
		kind = "another kind of content" // its own name is not fit for a message
	}
	return foreign("Expected JSON, got %s from %s.", kind, host)
}
