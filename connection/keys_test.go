package connection

import (
	"strings"
	"testing"

	"tenableio/internal/fault"
)

// TestC10KeysPastedWithMore (row C10): the refusal says what stands there too much, and never the value.
func TestC10KeysPastedWithMore(t *testing.T) {
	for pasted, want := range map[string]string{
		`"access-canary"`: "quotes", `'access-canary'`: "quotes", "“access-canary”": "quotes", `"access-canary`: "quotes", "`access-canary`": "quotes",
		"accessKey=access-canary": "a name such as accessKey=", "secretKey: access-canary": "a name such as accessKey=", "TIO_ACCESS_KEY=access-canary": "a name",
		"access_key = access-canary": "a name", `"accessKey": "access-canary"`: "a name such as accessKey= and quotes", "Access Key: access-canary": "a name",
		"X-ApiKeys: accessKey=access-canary;secretKey=secret-canary": "a name such as accessKey= and a semicolon or a comma",
		`{"access_key": "access-canary"}`:                            "a name such as accessKey= and quotes", "export TIO_SECRET_KEY=access-canary": "a name",
		"key=access-canary": "a name", "<" + strings.Repeat("0af9", 16) + ">": "brackets", "[" + strings.Repeat("0af9", 16) + "]": "brackets",
		"access-canary;": "a semicolon or a comma", "access-canary,": "a semicolon or a comma", "access- canary": "white space", "access-\ncanary": "white space",
	} {
		for _, keys := range [][2]string{{pasted, "x"}, {"x", pasted}} {
			err := checkKeys(keys[0], keys[1])
			f := fault.From(err)
			if f == nil || f.Status != 400 || !strings.Contains(f.Message, "Beside the key it holds "+want) ||
				strings.Contains(f.Message, "canary") || strings.Contains(f.Message, "0af9") {
				t.Errorf("%q: %v, want 400 that says %s and not the key", pasted, err, want)
			}
		}
	}
	for _, key := range []string{"access-canary-5f1c9e77", strings.Repeat("0af9", 16), "*****", "access_key_of_mine", "secretkey1", "yourself"} {
		if err := checkKeys(key, key); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestC10KeysNotPutIn (row C10): a template without its key is no key.
func TestC10KeysNotPutIn(t *testing.T) {
	for _, placeholder := range []string{
		"${TENABLE_ACCESS_KEY}", "$ACCESS_KEY", "$(vault read key)", "{{secret}}", "{{ vault.key }}", "{access}", "<your key>", "[access key]",
		"[redacted]", "%ACCESS_KEY%", "null", "None", "undefined", "YOUR_ACCESS_KEY", "your-access-key", "Access Key", "API_SECRET_KEY",
	} {
		for _, keys := range [][2]string{{placeholder, "x"}, {"x", placeholder}} {
			f := fault.From(checkKeys(keys[0], keys[1]))
			if f == nil || f.Status != 400 || !strings.Contains(f.Message, "It is a placeholder") {
				t.Errorf("%q: %v, want 400 that calls it a placeholder", placeholder, f)
			}
		}
	}
}
