package account_test

import (
	"testing"

	"tenableio/internal/sandbox/sandboxtest"
)

func TestTimezones(t *testing.T) {
	type timezone struct{ Name, Value string }
	var got struct{ Timezones []timezone }
	sandboxtest.New(t, nil).Get("/scans/timezones", &got)
	if len(got.Timezones) < 400 || got.Timezones[0] != (timezone{"Africa/Abidjan", "Africa/Abidjan"}) {
		t.Errorf("%d time zones, the first %v", len(got.Timezones), got.Timezones[0])
	}
}
