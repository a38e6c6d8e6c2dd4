package command

import (
	"context"
	"encoding/json"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// Read makes a call, and reads its answer into body, which holds an Each, as Answer.Decode does.
func (e Env) Read(ctx context.Context, call connection.Call, body any, expected ...string) (connection.Answer, error) {
	answer, err := e.Tenable.Get(ctx, call)
	if err != nil {
		return answer, err
	}
	return answer, ReadError(ctx, answer.Decode(body, expected...))
}

// Each calls take with each object of a list until the run ends. The error of the
// reading then goes through ReadError.
func Each[T any](ctx context.Context, take func(element T, text json.RawMessage)) wire.Each[T] {
	return EachWithOthers(ctx, take, func(json.RawMessage) {})
}

// EachWithOthers is Each for raw data that is put together of the elements: other gets
// those that are no objects.
func EachWithOthers[T any](
	ctx context.Context, take func(element T, text json.RawMessage), other func(text json.RawMessage),
) wire.Each[T] {
	return func(element T, text json.RawMessage) error {
		switch {
		case ctx.Err() != nil:
		case text[0] == '{':
			take(element, text)
		default:
			other(text)
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
