package files

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FIELD row E1 and FAULTS row 102.
func TestE1SafeName(t *testing.T) {
	for name, want := range map[string]string{
		"Weekly scan_abc.nessus":        "Weekly scan_abc.nessus",
		"report/report_abc.csv":         "report_report_abc.csv",
		"My Scan: 2024/01/02 10:00.csv": "My Scan_ 2024_01_02 10_00.csv",
		"../../etc/passwd":              "_.._etc_passwd",
		"/etc/cron.d/x":                 "_etc_cron.d_x",
		`C:\Windows\x.pdf`:              "C__Windows_x.pdf",
		`a*b?c"d<e>f|g.csv`:             "a_b_c_d_e_f_g.csv",
		"CON":                           "fallback.csv",
		"con.csv":                       "fallback.csv",
		"con .tar.csv":                  "fallback.csv",
		"LPT1.csv":                      "fallback.csv",
		"COM¹.csv":                      "fallback.csv",
		"COM10.csv":                     "COM10.csv",
		"-rf":                           "rf",
		"..":                            "fallback.csv",
		".hidden.csv":                   "hidden.csv",
		"a\x00b\r\n.csv":                "a_b__.csv",
		"a\x85b\x7f.csv":                "a_b_.csv",
		"Büro <1>.csv":                  "Büro _1_.csv",
		"Bu\u0308ro.csv":                "B\u00fcro.csv", // NFC
		"日本.csv":                        "日本.csv",
		"हिन्दी रिपोर्ट १.csv": "हिन्दी रिपोर्ट १.csv",
		"تقرير.csv":                         "تقرير.csv",
		"invoice\u202efdp.csv":              "invoice_fdp.csv", // turns the text around
		"a\u2066b\u200fc\ufeff.csv":         "a_b_c_.csv",
		"a\u00a0b\u3000c\u2028d.csv":        "a b c_d.csv",
		"Scan (weekly) & more, #1.csv":      "Scan _weekly_ _ more_ _1.csv",
		"a;b|c$(id)`x`.csv":                 "a_b_c__id__x_.csv",
		"bad\xffbytes.csv":                  "bad_bytes.csv",
		"":                                  "fallback.csv",
		"___.csv":                           "fallback.csv",
		"trailing. .":                       "trailing",
		strings.Repeat("n", 5000) + ".csv":  strings.Repeat("n", 116) + ".csv",
		strings.Repeat("日", 90) + ".csv":    strings.Repeat("日", 78) + ".csv",        // 240 bytes
		strings.Repeat("é", 130) + ".csv":   strings.Repeat("é", 116) + ".csv",       // 120 characters
		strings.Repeat("x\u0323", 99):       strings.Repeat("x\u0323", 60),           // no accent is cut off
		strings.Repeat("a", 115) + ". .csv": strings.Repeat("a", 115) + ".csv",       // no dot or space at the cut
		strings.Repeat("a", 115) + " bcd.c": strings.Repeat("a", 115) + " bc" + ".c", // to the character
	} {
		if got := SafeName(name, "fallback.csv"); got != want {
			t.Errorf("SafeName(%.60q) = %q, want %q", name, got, want)
		}
	}
}

func TestWithSuffix(t *testing.T) {
	for name, want := range map[string]string{
		"report.pdf":                      "report-2.pdf",
		"report":                          "report-2",
		"report 1.5 of a scan of the DMZ": "report 1.5 of a scan of the DMZ-2",
		strings.Repeat("n", 116) + ".csv": strings.Repeat("n", 114) + "-2.csv",
		strings.Repeat("日", 79) + ".c":    strings.Repeat("日", 78) + "-2.c",
		strings.Repeat("日", 78) + ".csv":  strings.Repeat("日", 78) + "-2.csv",
	} {
		if got := WithSuffix(name, "-2"); got != want {
			t.Errorf("WithSuffix(%.40q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	f.Add("../x.csv")
	f.Add("NUL.tar.gz")
	f.Fuzz(func(t *testing.T, name string) {
		got := SafeName(name, "fallback")
		numbered := WithSuffix(got, "-100")
		for _, n := range []string{got, numbered} {
			if !filepath.IsLocal(n) || n != filepath.Base(n) || strings.ContainsAny(n, `\/:*?"<>|`) || strings.HasPrefix(n, ".") || strings.HasPrefix(n, "-") {
				t.Errorf("SafeName(%q) = %q", name, n)
			}
			if len(n) > maxNameBytes || utf8.RuneCountInString(n) > maxNameRunes || !utf8.ValidString(n) || !norm.NFC.IsNormalString(n) {
				t.Errorf("SafeName(%q) = %q: %d bytes, %d characters", name, n, len(n), utf8.RuneCountInString(n))
			}
		}
		if again := SafeName(got, "fallback"); again != got {
			t.Errorf("SafeName(%q) = %q, and then %q", name, got, again)
		}
	})
}
