package command

import (
	"context"
	"encoding/json"
	"testing"

	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// TestEachUntilTheEnd: the element during which the run ends is the last one.
func TestEachUntilTheEnd(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	taken := 0
	list := Each(ctx, func(struct{}, json.RawMessage) {
		if taken++; taken == 2 {
			cancel(fault.New(fault.StatusCancelled, "The command was cancelled."))
		}
	})
	_, err := wire.Read([]byte(`[{},{},{},{}]`), &list)
	err = ReadError(ctx, err)
	if f := fault.From(err); taken != 2 || f == nil || f.Status != fault.StatusCancelled {
		t.Errorf("%d elements taken, %v; want 2, and the signal", taken, err)
	}
}
