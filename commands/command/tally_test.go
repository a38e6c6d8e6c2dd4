package command

import (
	"testing"

	"tenableio/internal/wire"
)

func TestTally(t *testing.T) {
	for _, tt := range []struct {
		severities []wire.Severity
		want       string
	}{
		{nil, "0 plugins"},
		{[]wire.Severity{0}, "1 plugin: 1 info"},
		{[]wire.Severity{0, 4, 0}, "3 plugins: 1 critical, 2 info"},
		{[]wire.Severity{5, 3, -1}, "3 plugins: 1 of severity 5, 1 high, 1 of severity -1"},
	} {
		found := Tally{}
		for _, severity := range tt.severities {
			found.Add(severity)
		}
		if got := found.String(); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.severities, got, tt.want)
		}
	}
}
