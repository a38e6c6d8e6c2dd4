package cli

import (
	"bytes"
	"encoding/json"
	"testing"

	"tenableio/commands"
)

// TestSamplesWorkInTheSandbox: what "tenableio sample" prints is answered there, with
// rows, in the order in which the commands are listed.
func TestSamplesWorkInTheSandbox(t *testing.T) {
	s := startSandbox(t, "--scan-duration", "0s", "--export-delay", "0s")
	for _, command := range commands.All() {
		t.Run(command.Key, func(t *testing.T) {
			var sample bytes.Buffer
			if status := (process{args: []string{"sample", command.Key}, stdout: &sample}).main(t.Context()); status != exitOK {
				t.Fatalf("sample exits %d", status)
			}
			var request struct {
				Command string
				Inputs  json.RawMessage
			}
			if err := json.Unmarshal(sample.Bytes(), &request); err != nil {
				t.Fatal(err)
			}
			e := s.run(t, 64, request.Command, string(request.Inputs))
			if e.ReturnData != "Successful" || len(e.ContextData) == 0 {
				t.Errorf("%s: %s, %d rows, %+v", request.Inputs, e.ReturnData, len(e.ContextData), e.Error)
			}
		})
	}
}
