package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"tenableio/integrations/temporal/fleet"
)

// TestFleetDemo plays the demonstration with the programs that were built.
func TestFleetDemo(t *testing.T) {
	folder := os.Getenv("TENABLEIO_BIN")
	if folder == "" {
		t.Skip("not run: TENABLEIO_BIN names no folder of built programs (make integrations does)")
	}
	t.Setenv("TMPDIR", t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var out bytes.Buffer
	if err := play(ctx, fleet.Binaries{Dir: folder}, &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	for _, want := range []string{"103 workflows have completed", "kill -9", "Lost and not repeated: launch_scan", "3 launches of 3 scans", "Nothing was lost"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the demonstration does not say %q:\n%s", want, out.String())
		}
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
		t.Errorf("the demonstration leaves %v behind: %v", left, err)
	}
}
