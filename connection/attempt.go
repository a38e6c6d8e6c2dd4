package connection

import (
	"net/http"

	"tenableio/internal/fault"
	"tenableio/internal/pattern"
)

// stage is how far an attempt came. What may be repeated depends on it.
type stage int

const (
	notSent    stage = iota // no connection was made, so nothing was asked
	incomplete              // the request was sent, and no complete answer came
	answered                // a complete answer came
)

// attempt is the outcome of one HTTP exchange.
type attempt struct {
	stage  stage
	status int          // of the answer, complete or not; 0 without one
	fault  *fault.Error // what the user reads if this attempt is the last; nil: it succeeded

	permanent bool // another attempt cannot help, for example after a redirect
	malformed bool // the answer is complete and not what was promised; the next one may be
}

// notSentBecause is an attempt that reached no server.
func notSentBecause(f *fault.Error) attempt {
	return attempt{stage: notSent, fault: f, permanent: !f.Retryable}
}

// final is an attempt whose answer would be the same another time.
func final(status int, f *fault.Error) attempt {
	return attempt{stage: answered, status: status, fault: f, permanent: true}
}

// malformed is an attempt whose answer is not what was promised. The next one may be.
func malformed(answer *http.Response, f *fault.Error) attempt {
	f.RequestID = requestID(answer)
	return attempt{stage: answered, status: answer.StatusCode, fault: f, malformed: true}
}

// succeeded is an attempt whose answer was read and has the form that was promised.
func succeeded(answer *http.Response) attempt {
	return attempt{stage: answered, status: answer.StatusCode}
}

// plainID matches what the API names an exchange with. Anything else is not the API's, and
// could steer a terminal or break a ticket.
var plainID = pattern.Lazy(`^[A-Za-z0-9._:-]{1,64}$`)

func requestID(answer *http.Response) string {
	return plainID().FindString(answer.Header.Get("X-Request-Uuid"))
}
