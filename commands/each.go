package commands

import (
	"context"
	"encoding/json"

	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// each hands the elements of a list to take, until the run ends. untilEnd then tells
// why they stopped.
func each[T any](ctx context.Context, take func(element T, text json.RawMessage)) wire.Each[T] {
	return func(element T, text json.RawMessage) error {
		if ctx.Err() == nil {
			take(element, text)
		}
		return ctx.Err()
	}
}

// untilEnd is err, which reading an answer ended with, or the end of the run before
// the answer was read.
func untilEnd(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.Stopped(ctx, "reading the answer")
	}
	return err
}
