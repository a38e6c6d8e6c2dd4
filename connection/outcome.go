package connection

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"tenableio/internal/fault"
)

// interrupted is the failure of a call that was under way when the run ended. A read that
// was refused by 429 up to the time limit failed by that, also where one more was under way.
func interrupted(ctx context.Context, r request, a attempt, refused *fault.Error) error {
	f := fault.Stopped(ctx, "calling "+r.String()).WithCause(a.fault)
	if refused != nil && f.Status == http.StatusGatewayTimeout && !a.outcomeUnknown(r.method) {
		return refused
	}
	if f.Status == http.StatusGatewayTimeout && a.status == 0 {
		f = f.WithMessage("No response from the API. %s", f.Message)
	}
	if !a.outcomeUnknown(r.method) {
		return f
	}
	sent := "the request was sent but no answer came"
	if a.status != 0 {
		sent = fmt.Sprintf("the request was sent, and HTTP %d came without the rest of the answer", a.status)
	}
	return f.AsUnknownOutcome().WithMessage("%s; outcome unknown: %s", f.Message, sent)
}

// unknownOutcome is the failure of a state-changing call that may have been carried
// out. The command adds the hint that says how to find out.
func unknownOutcome(r request, a attempt) error {
	f := a.fault.AsUnknownOutcome()
	switch {
	case a.stage == answered:
		return f.WithMessage(fault.OutcomeUnknown+"%s", f.Message)
	case a.status == 0:
		return f.WithStatus(http.StatusGatewayTimeout, fault.Timeout).
			WithMessage(fault.OutcomeUnknown+"%s was sent but no answer came. %s", r, f.Message)
	case a.status < 300:
		const message = "Tenable accepted the request (HTTP %d) but the answer was cut; what it made is not known."
		return f.WithStatus(http.StatusBadGateway, fault.Network).WithMessage(message, a.status)
	}
	return f.WithMessage(fault.OutcomeUnknown+"the answer to %s (HTTP %d) was cut. %s", r, a.status, f.Message)
}

// exhausted is the failure of a call after its last attempt. If no complete answer
// came, it says how many attempts were made.
func exhausted(a attempt, attempts int) error {
	if attempts == 1 || a.stage == answered {
		return a.fault
	}
	return a.fault.WithMessage("%s (after %d attempts)", strings.TrimSuffix(a.fault.Message, "."), attempts)
}
