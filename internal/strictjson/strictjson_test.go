package strictjson

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestCheckAccepts(t *testing.T) {
	for _, text := range []string{
		`{}`, ` [1, 2.5, -0, 1e2] `, `"\ud83d\ude00"`, `null`,
		`{"a":{"b":1},"c":{"b":1}}`, strings.Repeat("[", maxDepth) + strings.Repeat("]", maxDepth),
		strings.Repeat("9", maxNumber), `1e308`,
	} {
		if err := Check([]byte(text)); err != nil {
			t.Errorf("Check(%.40q) = %v, want nil", text, err)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "empty"},
		{"white space", " \n ", "empty"},
		{"cut", `{"a":`, "ends too early"},
		{"second document", `{} {}`, "text follows"},
		{"trailing text", `{}x`, "text follows"},
		{"duplicate name", `{"x":[{"secret":"CANARY1","secret":"CANARY2"}]}`, "given twice at /x/0/secret"},
		{"duplicate by escape", `{"a":1,"\u0061":2}`, "given twice"},
		{"bad UTF-8", "{\"a\":\"\xff\"}", "UTF-8"},
		{"lone surrogate", `["\ud800"]`, "UTF-8"},
		{"deep", strings.Repeat("[", maxDepth+1), "too deep"},
		{"very deep", strings.Repeat("[", 1_000_000), "too deep"},
		{"deep objects", strings.Repeat(`{"a":`, maxDepth+1), "too deep"},
		{"huge exponent", `{"n":1e10000000}`, "too large"},
		{"overflowing exponent", `1e99999999999999999999`, "too large"},
		{"tiny exponent", `1e-400`, "too large"},
		{"long number", strings.Repeat("9", 1_000_000), "too large"},
		{"many names", manyNames(MaxNames + 1), "too many names at /1/"},
		{"NaN", `{"n":NaN}`, "JSON has no NaN; write null at byte 5"},
		{"leading zero", `[01]`, "a number begins with 0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			err := Check([]byte(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Check = %v, want an error with %q", err, tt.want)
			}
			if _, ok := errors.AsType[*Error](err); !ok {
				t.Errorf("error type %T, want *Error", err)
			}
			if strings.Contains(err.Error(), "CANARY") {
				t.Errorf("the error quotes the text: %v", err)
			}
			if spent := time.Since(start); spent > time.Second {
				t.Errorf("took %v", spent)
			}
		})
	}
}

// TestC13WhatIsWrongAndWhere (row C13): the habits of other languages are told in words, with line and column.
func TestC13WhatIsWrongAndWhere(t *testing.T) {
	for text, want := range map[string]string{
		"{\n  'a': 1}":            "a single quote stands where JSON takes a double quote at byte 4 (line 2, column 3)",
		"{\r\n\"ä\": \"ö\",\r\n}": "a trailing comma stands before a closing bracket at byte 13 (line 2, column 9)",
		`[1, 2, ]`:                "a trailing comma stands before a closing bracket at byte 5 (line 1, column 6)",
		`[1,,2]`:                  "a comma stands where a value is missing",
		"{\"a\": 1, // one\n}":    "a comment stands where JSON takes none at byte 9 (line 1, column 10)",
		"{\"a\": 1 /* one */}":    "a comment stands where JSON takes none",
		"# one\n{}":               "a comment stands where JSON takes none at byte 0 (line 1, column 1)",
		"{}\n\n// end":            "a comment stands where JSON takes none at byte 4 (line 3, column 1)",
		`{"a": True}`:             "True must be written true",
		`{"a": None}`:             "None must be written null",
		`{"a": undefined}`:        "JSON has no undefined; write null",
		`{a: 1}`:                  "a name stands without double quotes",
		`{1: 1}`:                  "a name stands without double quotes",
		`{"a": canary}`:           "a text stands without double quotes",
		`{“a”: 1}`:                "a typographic quote stands where JSON takes a double quote",
		`{"a" 1}`:                 "a colon is missing after a name",
		`{"a"=1}`:                 "an equals sign stands where JSON takes a colon",
		`{"a": }`:                 "a value is missing after a name",
		`{"a": 1 "b": 2}`:         "a comma is missing between two values",
		`{"a": 1; "b": 2}`:        "a semicolon stands where JSON takes a comma",
		"{\"a\": \"x\ny\"}":       "a line break stands in a text; write \\n for one",
		"[\"x\ty\"]":              "a tab stands in a text",
		`{"a": "C:\soar"}`:        "a backslash stands alone in a text",
		`[.5]`:                    "a number begins with a point",
		`[+5]`:                    "a number begins with a plus sign",
		`[5.]`:                    "a number is not complete",
		`[tru]`:                   "a word is none of true, false and null",
		`[1}`:                     "a closing bracket is not the one that belongs to the opening bracket",
		"{\u00a0\"a\": 1}":        "an invisible character (U+00A0) is out of place",
		`<html>`:                  "it begins like HTML or XML",
		"[\n1,\n2":                "the text ends too early at byte 6 (line 3, column 2)",
		`{"a":1,"a":2}`:           "a name is given twice at /a, byte 7 (line 1, column 8)",
		"{\"a\":[\n" + `1e400]}`:  "a number is too large at /a/0, byte 12 (line 2, column 6)",
	} {
		err := Check([]byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// members are so many members with names of their own.
func members(n int) string {
	text := make([]string, n)
	for i := range text {
		text[i] = fmt.Sprintf(`"%d":0`, i)
	}
	return strings.Join(text, ",")
}

// manyNames is a text with so many names of members, in two objects.
func manyNames(count int) string { return `[{"first":0}, {` + members(count-1) + "}]" }

func TestCheckCountsNames(t *testing.T) {
	if err := Check([]byte(manyNames(MaxNames))); err != nil {
		t.Errorf("as many as are read: %v", err)
	}
	if err := CheckAnswer([]byte(manyNames(maxMembers + 1))); err != nil {
		t.Errorf("an answer: %v", err)
	}
	err := CheckAnswer([]byte("{" + members(maxMembers+1) + "}"))
	if err == nil || !strings.Contains(err.Error(), "too many members") {
		t.Errorf("one object of an answer: %v", err)
	}
	if err := Check([]byte("[" + strings.Repeat(`"a",`, MaxNames) + `"a"]`)); err != nil {
		t.Errorf("texts that are no names: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add([]byte(`{"a":[1,"b",null]}`))
	f.Add([]byte(`1e400`))
	f.Fuzz(func(t *testing.T, data []byte) {
		err := Check(data)
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("error of %d bytes", len(err.Error()))
		}
	})
}

// TestMembers: every member is there, one that is given twice too, up to where the
// text cannot be read.
func TestMembers(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "", `[1]`: "", `[]`: "", `null`: "", `1`: "", `"a"`: "", ``: "",
		`{"a":{"b":1},"c":[{"d":2}]}`: `a={"b":1};c=[{"d":2}];`, ` {"\u0061":null, "e\"":"x" } `: `a=null;e"="x";`,
		`{"a":1}`: "a=1;", `{"a":1,"\u0061":[2],"b":{"c":3}}`: "a=1;a=[2];b={\"c\":3};",
		`{"a":1,"b":`: "a=1;", `{"a":1,"b":}`: "a=1;", `{"a":1 "b":2}`: "a=1;", "{\"a\":\"\xff\",\"b\":2}": "a=\"\xff\";b=2;",
		`{"a":` + strings.Repeat("[", 20_000) + `}`: "",
	} {
		var got strings.Builder
		for name, value := range Members([]byte(text)) {
			fmt.Fprintf(&got, "%s=%s;", name, value)
		}
		if got.String() != want {
			t.Errorf("%.40s: got %s, want %s", text, got.String(), want)
		}
	}
	for range Members([]byte(`{"a":1,"b":2}`)) {
		break // which the iterator must bear
	}
}
