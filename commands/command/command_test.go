package command

import (
	"context"
	"errors"
	"testing"

	"tenableio/internal/fault"
	"tenableio/result"
	"tenableio/schemas"
)

// TestOutputBesideAnError: what a handler had put into its output when it failed is
// the output of the command.
func TestOutputBesideAnError(t *testing.T) {
	failure := errors.New("failed")
	defined := Define("test_connection", func(_ context.Context, _ Env, _ struct{}, out *result.Output) error {
		out.Warn("repeated_value", "Group IDs holds 7 more than once; it was used once.")
		out.Done = 1
		out.Failed = []fault.Item{{Input: "Group IDs", Value: "8"}}
		return failure
	})
	schema := schemas.Load("test_connection")
	run, err := defined.Bind(schema, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := run(t.Context(), Env{})
	if !errors.Is(err, failure) || len(out.Warnings) != 1 || out.Done != 1 || len(out.Failed) != 1 {
		t.Errorf("got %+v beside %v, want a warning and both items", out, err)
	}
}
