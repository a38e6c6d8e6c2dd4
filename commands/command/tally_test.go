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
		{[]wire.Severity{severityOf(0)}, "1 plugin: 1 info"},
		{[]wire.Severity{severityOf(0), severityOf(4), severityOf(0)}, "3 plugins: 1 critical, 2 info"},
		{[]wire.Severity{{}, severityOf(3)}, "2 plugins: 1 high, 1 of unknown severity"},
	} {
		found := Tally{}
		for _, severity := range tt.severities {
			found.Add(severity)
		}
		if got := found.Count("plugin"); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.severities, got, tt.want)
		}
	}
}

func severityOf(n int) wire.Severity {
	return wire.Severity{Maybe: wire.Maybe[int]{Value: n, Known: true}}
}
