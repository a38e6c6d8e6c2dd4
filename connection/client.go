// Package connection is the way to Tenable.io: connection parameters, keys,
// TLS, proxy, one rule for what is repeated (retry.go), and Tenable's errors in
// Tenable's words. It knows HTTP and nothing of commands, schemas or the envelope.
package connection

import (
	"context"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-resty/resty/v2"
	"github.com/rs/zerolog"

	"tenableio/internal/fault"
	"tenableio/internal/redact"
	"tenableio/internal/wire"
)

// Client calls the API on behalf of one request. It is not safe for concurrent
// use except where a method says so: Tenable asks integrations to make one call
// after the other.
type Client struct {
	http   *resty.Client
	server *url.URL
	keys   Secret
	log    zerolog.Logger
	clock  Clock

	redactor *redact.Redactor

	mu        sync.Mutex
	stats     Stats
	notBefore time.Time // no attempt begins earlier, because of a 429; zero: there was none
	waiting   int       // calls that wait for notBefore
	counted   time.Time // until when their time is in stats
}

// Stats count what the client did.
type Stats struct {
	Requests    int           // HTTP requests, repeats included
	Retries     int           // requests that were repeats
	RateLimited time.Duration // time that passed while a call, or several, waited because of 429
	Repairs     int           // answers that held bytes which are not UTF-8
	Odd         wire.Odd      // values that have another form than the one documented
	Remarks     []string      // texts of errors that stood beside what was asked for, each once
	reached     bool          // a call succeeded, so the Server URL is right
}

// Options are what a client needs besides the connection parameters.
type Options struct {
	Log       zerolog.Logger
	UserAgent string
	Transport http.RoundTripper // nil: the network
	Clock     Clock             // zero: the system's
	Redactor  *redact.Redactor  // of refusals that are not read to their end
}

// New returns a client for the checked parameters. It makes no connection.
func New(p Params, o Options) *Client {
	transport := o.Transport
	if transport == nil {
		transport = newTransport(p)
	}
	if o.Clock.Now == nil {
		o.Clock = SystemClock()
	}
	client := resty.NewWithClient(&http.Client{
		Transport: transport,
		// A redirect would carry the key header to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	client.SetBaseURL(p.Server.String())
	client.SetLogger(discardLogger{})
	client.SetHeader("User-Agent", o.UserAgent)
	return &Client{
		http:   client,
		server: p.Server,
		keys:   Secret{"accessKey=" + p.AccessKey.Reveal() + ";secretKey=" + p.SecretKey.Reveal()},
		log:    o.Log,
		clock:  o.Clock,

		redactor: o.Redactor,
	}
}

// Host is the host of the server, with its port where one was given.
func (c *Client) Host() string { return c.server.Host }

// Now is the time of this machine.
func (c *Client) Now() time.Time { return c.clock.Now() }

// Stats returns what the client did so far. It is safe for concurrent use.
func (c *Client) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stats
}

func (c *Client) count(add func(*Stats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	add(&c.stats)
}

// NoteOdd adds values that have another form than the one documented to the stats. It is
// safe for concurrent use.
func (c *Client) NoteOdd(odd wire.Odd) {
	c.count(func(s *Stats) {
		if s.Odd == nil {
			s.Odd = wire.Odd{}
		}
		s.Odd.Add(odd)
	})
}

func (c *Client) remark(text string) {
	const most = 10
	c.count(func(s *Stats) {
		if text != "" && len(s.Remarks) < most && !slices.Contains(s.Remarks, text) {
			s.Remarks = append(s.Remarks, text)
		}
	})
}

// RateLimited tells whether the API answered 429 in this run. It is safe for
// concurrent use.
func (c *Client) RateLimited() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.notBefore.IsZero()
}

// Call is one call of the API.
type Call struct {
	// Path is the template of the path, as in "/scans/{scan_id}/history"; each
	// name in braces is a key of Params, and its value is escaped.
	Path   string
	Params map[string]string
	Query  url.Values
	Body   any  // JSON body of a POST; nil sends {}
	Empty  bool // an empty answer is an answer too
	Once   bool // another attempt is not worth its time
}

// Get reads. It is repeated if that may help.
func (c *Client) Get(ctx context.Context, call Call) (Answer, error) {
	return c.exchangeJSON(ctx, http.MethodGet, call)
}

// Post changes state at Tenable. It is repeated only if it certainly was not carried
// out. If that is unknown, OutcomeUnknown of the error says so.
func (c *Client) Post(ctx context.Context, call Call) (Answer, error) {
	if call.Body == nil {
		call.Body = struct{}{}
	}
	return c.exchangeJSON(ctx, http.MethodPost, call)
}

// timeLeft is what is left of the time limit.
func (c *Client) timeLeft(ctx context.Context) time.Duration {
	deadline, limited := ctx.Deadline()
	if !limited {
		return math.MaxInt64
	}
	return deadline.Sub(c.clock.Now())
}

// check refuses a call whose URL would be too long, or whose path parameters would
// lead to another endpoint. The schemas let none of these through; this is the second
// lock, for values that come from an answer.
func (call Call) check() error {
	for name, value := range call.Params {
		if value == "" || value == "." || value == ".." {
			title := strings.ReplaceAll(name, "_", " ")
			return fault.New(http.StatusBadRequest, "The value for %s is not valid in a path.", title)
		}
	}
	const maxQuery = 8 << 10 // bytes; longer URLs are cut or refused on the way
	if size := len(call.Query.Encode()); size > maxQuery {
		const message = "The filters make a URL of %d bytes, and more than %d cannot be sent. Give fewer or shorter values."
		return fault.New(http.StatusBadRequest, message, size, maxQuery)
	}
	return nil
}

// discardLogger keeps resty from writing lines of its own to stderr.
type discardLogger struct{}

func (discardLogger) Errorf(string, ...any) {}
func (discardLogger) Warnf(string, ...any)  {}
func (discardLogger) Debugf(string, ...any) {}
