package connection

import (
	"strings"
	"testing"
)

// TestClockIsMonotonic: a clock that is set while a command runs makes no wait
// longer or shorter (FAULTS row 89).
func TestClockIsMonotonic(t *testing.T) {
	if now := SystemClock().Now(); !strings.Contains(now.String(), " m=+") {
		t.Errorf("%v holds no monotonic reading", now)
	}
}
