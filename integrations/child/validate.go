package child

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Refusal is what the plugin says of a request that it does not take.
type Refusal struct {
	StatusCode    int `json:"status_code"`
	Message, Hint string
}

// Validate asks the binary at path about a request, without any network. A request that it
// takes has no refusal.
func Validate(ctx context.Context, path string, grace time.Duration, request []byte) (*Refusal, error) {
	command := Command(ctx, path, grace, "validate")
	command.Stdin = bytes.NewReader(request)
	said, ended := Output(command) // its status says only whether the request is valid
	if _, never := errors.AsType[*NotStartedError](ended); never {
		return nil, ended
	}
	var verdict struct {
		Valid *bool
		Error *Refusal
	}
	err := json.Unmarshal(said, &verdict)
	if err != nil || verdict.Valid == nil || *verdict.Valid != (verdict.Error == nil) {
		return nil, fmt.Errorf("%s validate: no verdict (the process: %s)", path, command.ProcessState)
	}
	return verdict.Error, nil
}
