package connection

import "testing"

func TestFileName(t *testing.T) {
	for header, want := range map[string]string{
		"attachment; filename=My weekly scan_x1.nessus":         "My weekly scan_x1.nessus",
		`attachment; filename="My scan.csv"`:                    "My scan.csv",
		"attachment; filename*=UTF-8''My%20scan.csv":            "My scan.csv",
		"attachment; filename=plain.csv; size=5":                "plain.csv",
		"attachment; filename=two words.csv; size=5":            "two words.csv",
		"attachment; filename=Web; DMZ.nessus":                  "Web; DMZ.nessus",
		"attachment; bad bad; filename*=UTF-8''two%20words.csv": "two words.csv",
		"attachment": "",
		"":           "",
	} {
		if got := fileName(header); got != want {
			t.Errorf("fileName(%q) = %q, want %q", header, got, want)
		}
	}
}
