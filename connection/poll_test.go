package connection

import (
	"context"
	"slices"
	"testing"
	"time"

	"tenableio/internal/fault"
)

func seconds(values ...float64) []time.Duration {
	var all []time.Duration
	for _, value := range values {
		all = append(all, time.Duration(value*float64(time.Second)))
	}
	return all
}

func TestPausesGrow(t *testing.T) {
	for name, tt := range map[string]struct {
		pauses Pauses
		want   []time.Duration
	}{
		"by a step": {Pauses{time.Second, time.Second, 3 * time.Second}, seconds(1, 2, 1, 2, 3, 3)},
		"doubling":  {Pauses{2 * time.Second, 0, 15 * time.Second}, seconds(2, 4, 2, 4, 8, 15)},
	} {
		client, waits := newClient(t, "https://cloud.tenable.com")
		poll := client.Poll("the report", tt.pauses)
		for look := range len(tt.want) {
			if look == 2 {
				poll.Restart()
			}
			if err := poll.Wait(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(*waits, tt.want) {
			t.Errorf("%s: pauses %v, want %v", name, *waits, tt.want)
		}
	}
}

// The last look comes a second before the time limit; after it there is no other.
func TestPollKeepsWithinTheTimeLimit(t *testing.T) {
	client, waits := newClient(t, "https://cloud.tenable.com")
	ctx, cancel := context.WithDeadline(t.Context(), client.clock.Now().Add(7500*time.Millisecond))
	defer cancel()
	poll := client.Poll("the report", Pauses{time.Second, time.Second, 30 * time.Second})
	unfinished := fault.New(504, "The report is not ready.")
	var err error
	for err == nil {
		err = poll.Wait(ctx, unfinished)
	}
	if want := seconds(1, 2, 3); !slices.Equal(*waits, want) {
		t.Errorf("pauses %v, want %v", *waits, want)
	}
	if f := fault.From(err); f.Message != unfinished.Message || !f.Retryable || unfinished.Retryable {
		t.Errorf("%+v, want %q as a retryable copy", f, unfinished.Message)
	}
}

func TestPollEndsWithASignal(t *testing.T) {
	client, _ := newClient(t, "https://cloud.tenable.com")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fault.New(fault.StatusCancelled, "The command was cancelled by a signal."))
	err := client.Poll("the report", Pauses{First: time.Second}).Wait(ctx, fault.New(504, "The report is not ready."))
	if f := fault.From(err); f.Message != "The command was cancelled by a signal (while waiting for the report)" {
		t.Errorf("%+v, want the signal", f)
	}
}
