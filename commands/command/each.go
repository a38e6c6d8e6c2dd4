package command

import (
	"context"
	"encoding/json"

	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// Each hands the elements of a list to take, until the run ends. UntilEnd then tells
// why they stopped.
func Each[T any](ctx context.Context, take func(element T, text json.RawMessage)) wire.Each[T] {
	return func(element T, text json.RawMessage) error {
		if ctx.Err() == nil {
			take(element, text)
		}
		return ctx.Err()
	}
}

// UntilEnd is err, which reading an answer ended with, or the end of the run before
// the answer was read.
func UntilEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.Stopped(ctx, "reading the answer")
	}
	return err
}
