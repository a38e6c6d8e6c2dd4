package sandbox

import "testing"

func TestTimezones(t *testing.T) {
	var got struct{ Timezones []timezone }
	newWorld(t, nil).get("/scans/timezones", &got)
	if len(got.Timezones) < 400 || got.Timezones[0] != (timezone{"Africa/Abidjan", "Africa/Abidjan"}) {
		t.Errorf("%d time zones, the first %v", len(got.Timezones), got.Timezones[0])
	}
}
