package account_test

import (
	"testing"

	"tenableio/internal/sandbox/account"
	"tenableio/internal/sandbox/sandboxtest"
)

func TestTimezones(t *testing.T) {
	var got struct{ Timezones []account.Timezone }
	sandboxtest.New(t, nil).Get("/scans/timezones", &got)
	if len(got.Timezones) < 400 || got.Timezones[0] != (account.Timezone{"Africa/Abidjan", "Africa/Abidjan"}) {
		t.Errorf("%d time zones, the first %v", len(got.Timezones), got.Timezones[0])
	}
}
