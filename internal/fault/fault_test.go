package fault

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCategoryOf(t *testing.T) {
	for status, want := range map[int]Category{
		202: NotReady, 400: Input, 401: Auth, 403: Permission, 404: NotFound, 408: Timeout, 409: Conflict, 413: Input,
		422: Input, 429: RateLimited, 499: Cancelled, 500: Upstream, 502: Upstream, 503: Upstream, 504: Timeout,
		302: Upstream,
	} {
		if got := New(status, "x").Category; got != want {
			t.Errorf("status %d is %s, want %s", status, got, want)
		}
	}
}

// TestFrom: a failure keeps what it says through every wrapping, and what nobody
// foresaw is a defect that shows the user nothing of itself.
func TestFrom(t *testing.T) {
	if From(nil) != nil {
		t.Error("no error is a failure")
	}
	known := New(404, "Scan %d not found.", 32).WithHint("Run List Scans.")
	if got := From(fmt.Errorf("reading: %w", known)); got != known {
		t.Errorf("got %+v, want the failure itself", got)
	}
	unforeseen := errors.New("disk /secret/path is gone")
	got := From(unforeseen)
	if got.Status != 500 || got.Category != Internal || !errors.Is(got, unforeseen) {
		t.Errorf("got %+v, want a defect with its cause", got)
	}
	if want := "Internal error of the plugin; the log on stderr has the details."; got.Message != want {
		t.Errorf("got %q, want %q", got.Message, want)
	}
}

// TestVerbsChangeACopy: what is made of a failure leaves it alone for those who hold it.
func TestVerbsChangeACopy(t *testing.T) {
	held := New(503, "The server is busy.").AsRetryable()
	held.RetryAfter = time.Second
	before := *held
	cause := errors.New("EOF")
	got := held.WithMessage("Chunk %d: %s", 3, held.Message).WithHint("Look at the disk.").WithStatus(504, Timeout).
		WithBody([]byte("{}")).WithCause(cause).AsUnknownOutcome().WithHint("Wait.")
	if diff := cmp.Diff(before, *held); diff != "" {
		t.Errorf("the failure itself changed (-before +after):\n%s", diff)
	}
	want := Error{
		Status: 504, Category: Timeout, Message: "Chunk 3: The server is busy.", Hint: "Wait.",
		OutcomeUnknown: true, Body: []byte("{}"), Cause: cause,
	}
	if diff := cmp.Diff(want, *got, cmpopts.EquateErrors()); diff != "" {
		t.Errorf("the copy (-want +got):\n%s", diff)
	}
}

func TestAbsent(t *testing.T) {
	page := New(404, "Not Found (HTML page from a gateway or proxy)")
	page.Foreign = true
	for _, tt := range []struct {
		failure *Error
		want    bool
	}{
		{nil, false},
		{New(404, "Scan not found"), true},
		{New(403, "Forbidden"), false},
		{page, false},
	} {
		if got := tt.failure.Absent(); got != tt.want {
			t.Errorf("%v: %t, want %t", tt.failure, got, tt.want)
		}
	}
}

// TestRetryAfterSeconds: whoever waits as long as it says comes never too early.
func TestRetryAfterSeconds(t *testing.T) {
	for wait, want := range map[time.Duration]int64{0: 0, time.Millisecond: 1, time.Second: 1, 29*time.Second + 1: 30} {
		if got := (&Error{RetryAfter: wait}).RetryAfterSeconds(); got != want {
			t.Errorf("%v is %d s, want %d", wait, got, want)
		}
	}
}
