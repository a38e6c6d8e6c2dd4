package connection

import (
	"context"
	"math/rand/v2"
	"time"
)

// Clock gives a client the time and random numbers; tests have their own.
type Clock struct {
	Now    func() time.Time
	Wait   func(ctx context.Context, d time.Duration) error
	Random func() float64 // in [0, 1)
}

// SystemClock is the real one.
func SystemClock() Clock {
	return Clock{Now: time.Now, Wait: wait, Random: rand.Float64}
}

// wait sleeps for d or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
