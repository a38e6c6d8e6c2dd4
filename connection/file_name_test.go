package connection

import "testing"

func TestE1FileName(t *testing.T) {
	for header, want := range map[string]string{
		"attachment; filename=My weekly scan_x1.nessus":                        "My weekly scan_x1.nessus",
		`attachment; filename="My scan.csv"`:                                   "My scan.csv",
		"attachment; filename*=UTF-8''My%20scan.csv":                           "My scan.csv",
		"attachment; filename=plain.csv; size=5":                               "plain.csv",
		"attachment; filename=two words.csv; size=5":                           "two words.csv",
		"attachment; filename=Web; DMZ.nessus":                                 "Web; DMZ.nessus",
		"attachment; bad bad; filename*=UTF-8''two%20words.csv":                "two words.csv",
		"attachment; filename=report/report_abc.csv":                           "report/report_abc.csv",
		"attachment; filename=My Scan: 2024/01/02 10:00.csv":                   "My Scan: 2024/01/02 10:00.csv",
		"attachment; filename=Büro Scan.csv":                                   "Büro Scan.csv",
		"attachment; filename=B\xfcro Scan.csv":                                "Büro Scan.csv",
		"attachment; filename*=UTF-8''%E6%97%A5%E6%9C%AC.csv":                  "日本.csv",
		"attachment; filename=plain.csv; filename*=UTF-8''%E6%97%A5.csv":       "日.csv",
		"attachment; FileName*=utf-8'en'%E6%97%A5.csv; filename=\"plain.csv\"": "日.csv",
		"attachment; filename=two words.csv; filename*=UTF-8''%E6%97%A5.csv":   "日.csv",
		"attachment; filename*=iso-8859-1''B%FCro.csv":                         "Büro.csv",
		"attachment; filename=plain.csv; filename*=UTF-8''%E6%9":               "plain.csv",
		"attachment; filename=plain.csv; filename*=UTF-8''%FF%FE":              "plain.csv",
		`attachment; filename="a; filename*=UTF-8''b.csv"`:                     "a; filename*=UTF-8''b.csv",
		"attachment; FILENAME=loud.csv":                                        "loud.csv",
		"attachment":                                                           "",
		"":                                                                     "",
	} {
		if got := (Download{Disposition: header}).FileName(); got != want {
			t.Errorf("fileName(%q) = %q, want %q", header, got, want)
		}
	}
}
