package files

import (
	"path/filepath"
	"strings"
	"testing"
)

// FAULTS row 102.
func TestSafeName(t *testing.T) {
	for name, want := range map[string]string{
		"Weekly scan_abc.nessus":           "Weekly scan_abc.nessus",
		"../../etc/passwd":                 "passwd",
		"/etc/cron.d/x":                    "x",
		`C:\Windows\x.pdf`:                 "x.pdf",
		"CON":                              "fallback.csv",
		"con.csv":                          "fallback.csv",
		"LPT1.csv":                         "fallback.csv",
		"-rf":                              "rf",
		"..":                               "fallback.csv",
		".hidden.csv":                      "hidden.csv",
		"a\x00b\r\n.csv":                   "ab.csv",
		"Büro <1>.csv":                     "B_ro _1_.csv",
		"日本.csv":                           "fallback.csv",
		"":                                 "fallback.csv",
		"trailing. .":                      "trailing",
		strings.Repeat("n", 5000) + ".csv": strings.Repeat("n", 116) + ".csv",
	} {
		if got := SafeName(name, "fallback.csv"); got != want {
			t.Errorf("SafeName(%.40q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("../x.csv")
	f.Add("NUL.tar.gz")
	f.Fuzz(func(t *testing.T, name string) {
		got := SafeName(name, "fallback")
		if !filepath.IsLocal(got) || got != filepath.Base(got) || len(got) > maxName || strings.HasPrefix(got, ".") || strings.HasPrefix(got, "-") {
			t.Errorf("SafeName(%q) = %q", name, got)
		}
	})
}
