package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// What validate shows may be pasted into a ticket, whatever the password is like.
func TestValidateHidesPasswords(t *testing.T) {
	for name, password := range map[string]string{
		"short": "canary", "quoted": `can"ary\\<&>`, "with spaces around": " canary-12345678 ", "a number": "canary-1",
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.Marshal(password)
			if err != nil {
				t.Fatal(err)
			}
			inputs := fmt.Sprintf(`{"scan_id":32,"history_id":7,"report_format":"DB","password":%s,"asset_id":"00000000-0000-0000-0000-000000000001"}`, text)
			stdout, status := runCase(t, []byte(requestFor("https://cloud.tenable.com", "Export Scan", inputs, `{}`)), nil, "validate")
			if status != exitOK || !strings.Contains(string(stdout), `"password":"[redacted]"`) && !strings.Contains(string(stdout), `"password": "[redacted]"`) {
				t.Errorf("exit status %d, %s", status, stdout)
			}
			if strings.Contains(string(stdout), strings.Trim(strings.TrimSpace(string(text)), `"`)) || strings.Contains(string(stdout), "canary") {
				t.Errorf("the password is in %s", stdout)
			}
		})
	}
}
