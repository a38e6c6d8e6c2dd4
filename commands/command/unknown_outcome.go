package command

import (
	"context"
	"slices"
	"time"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// Lookup finds out what came of a call whose outcome is unknown: a list at Tenable, read
// once, and what of it may have been made by the call.
type Lookup struct {
	Call connection.Call
	Sent time.Time // when the call was sent, by this machine's clock

	// Made hands on what of the list the call may have made, and when it was made by the
	// server's clock.
	Made func(list connection.Answer, hand func(id wire.Text, created wire.Time))

	Hint string // what is said of the one thing that was made, with a %s for it
}

// Explain returns err. If it says that the outcome is unknown and exactly one thing was
// made since, its hint names that.
func (l Lookup) Explain(ctx context.Context, env Env, err error) error {
	f := fault.From(err)
	if f == nil || !f.OutcomeUnknown || ctx.Err() != nil {
		return err
	}
	const patience = 15 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	l.Call.Once = true
	list, readErr := env.Tenable.Get(ctx, l.Call)
	if readErr != nil {
		return err
	}
	since, known := list.ServerTime(l.Sent)
	if !known {
		return err
	}
	var made []wire.Text
	l.Made(list, func(id wire.Text, created wire.Time) {
		if id != "" && !created.Before(since) && !slices.Contains(made, id) {
			made = append(made, id)
		}
	})
	if len(made) == 1 {
		return f.WithHint(l.Hint, made[0])
	}
	return err
}
