package vectors_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// spellings are how a key can stand in a text that is cut.
var spellings = map[string]func(string) string{
	"plain":   func(s string) string { return s },
	"hex":     func(s string) string { return hex.EncodeToString([]byte(s)) },
	"base64":  func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"percent": func(s string) string { return eachByte(s, "%%%02X") },
	"escaped": func(s string) string { return eachByte(s, `\u%04x`) },
	"half":    func(s string) string { return s[:12] + eachByte(s[12:], `\u%04x`) },
	"entity":  func(s string) string { return s[:10] + eachByte(s[10:], "&#%d;") },
}

func eachByte(text, format string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, format, text[i])
	}
	return b.String()
}

// cut is a place where text is shortened: a vector that brings text there.
type cut struct {
	name  string
	limit int // bytes
	make  func(text string) vector
}

// cuts lists every place where text is shortened.
func cuts() []cut {
	request := func(format string) func(string) vector {
		return func(text string) vector {
			quoted, _ := json.Marshal(text)
			v := scanVector(fmt.Sprintf(format, quoted))
			v.Expect = expectation{}
			return v
		}
	}
	answered := func(give func(text string) answer) func(string) vector {
		return func(text string) vector {
			v := statusVector()
			v.Expect = expectation{}
			v.Server.Answers = []answer{give(text)}
			return v
		}
	}
	refusal := func(text string) answer {
		message, _ := json.Marshal(map[string]string{"message": text})
		return answer{Status: 404, JSON: message}
	}
	return []cut{
		{"the name of an input", 64, request(`{"command":"List Scans","inputs":{%s:1}}`)},
		{"the name of an option", 64, request(`{"command":"List Scans","options":{%s:1}}`)},
		{"the name of a parameter", 64, request(`{"command":"List Scans","connection":{%s:1}}`)},
		{"the name of a command", 64, request(`{"command":%s}`)},
		{"a value", 64, request(`{"command":"List Scans","inputs":{"last_scan_run_date":%s}}`)},
		{"a pointer", 128, request(`{"command":"List Scans","inputs":{%s:{"a":1,"a":2}}}`)},
		{"a message", 500, answered(refusal)},
		{"a text", 500, answered(func(text string) answer { return answer{Status: 404, Text: parts{{Text: text}}} })},
		{"a title", 500, answered(func(text string) answer {
			return answer{Status: 404, Text: parts{{Text: "<title>" + text + "</title>"}}}
		})},
		{"a content encoding", 64, answered(func(text string) answer {
			return answer{Status: 200, Headers: map[string]headerLines{"Content-Encoding": {text}}, Text: parts{{Text: "{}"}}}
		})},
		{"a cell", 500, func(text string) vector {
			row, _ := json.Marshal(map[string]any{"scans": []any{map[string]any{"id": 1, "name": text}}})
			v := scanVector(`{"command":"List Scans"}`)
			v.Expect = expectation{}
			v.Server.Answers = []answer{{Status: 200, JSON: row}}
			return v
		}},
		{"the output of a plugin", 4096, func(text string) vector {
			outputs, _ := json.Marshal(map[string]any{"outputs": []any{map[string]any{
				"plugin_output": text, "states": []any{map[string]any{"name": "open", "results": []any{
					map[string]any{"port": 443, "severity": 1, "assets": []any{map[string]any{"id": "a"}}},
				}}},
			}}})
			v := scanVector(`{"command":"List Plugin Outputs","inputs":{"plugin_id":19506}}`)
			v.Expect = expectation{}
			v.Server.Answers = []answer{{Status: 200, JSON: outputs}}
			return v
		}},
		{"a refusal that is too long", 64 << 10, answered(func(text string) answer {
			rest := strings.TrimLeft(text, "x")
			blank := strings.Repeat(" ", len(text)-len(rest)) // which is shown as one
			return answer{Status: 404, Text: parts{{Text: blank + rest}}}
		})},
		{"the name of a file", 120, func(text string) vector {
			v := scanVector(`{"command":"Download Exported Scan","inputs":{"scan_id":32,"file_id":"SSE-1-csv"}}`)
			v.Expect = expectation{}
			v.Server.Answers = []answer{
				{Status: 200, JSON: []byte(`{"status":"ready"}`)},
				{
					Status: 200, Text: parts{{Text: "a,b\n"}},
					Headers: map[string]headerLines{"Content-Disposition": {`attachment; filename="` + text + `.csv"`}},
				},
			}
			return v
		}},
	}
}

// testKeysAtCuts places a key so that each cut falls on each of its bytes (row 138).
func testKeysAtCuts(t *testing.T, step int) {
	for _, c := range cuts() {
		for name, spell := range spellings {
			t.Run(c.name+", "+name, func(t *testing.T) {
				t.Parallel()
				key := spell(secretCanary)
				for at := max(0, c.limit-len(key)-8); at <= c.limit+4; at += step {
					v := c.make(strings.Repeat("x", at) + key + strings.Repeat("y", 40))
					s := v.stage(t, t.TempDir(), values{})
					check(t, v, s.play(t, v))
				}
			})
		}
	}
}
