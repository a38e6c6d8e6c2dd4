package command

import (
	"context"
	"encoding/json"

	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// Each calls take with each element of a list until the run ends. The error of the
// reading then goes through ReadError.
func Each[T any](ctx context.Context, take func(element T, text json.RawMessage)) wire.Each[T] {
	return func(element T, text json.RawMessage) error {
		if ctx.Err() == nil {
			take(element, text)
		}
		return ctx.Err()
	}
}

// ReadError returns err, the error of reading an answer, or that of the run if the run
// ended while the answer was read.
func ReadError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.Stopped(ctx, "reading the answer")
	}
	return err
}
