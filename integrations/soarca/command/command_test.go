package command

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"unicode/utf8"
)

// fillIn does what SOARCA does before it sends a command.
func fillIn(text string, variables map[string]string) string {
	var pairs []string
	for name, value := range variables {
		pairs = append(pairs, name+":value", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

type vars = map[string]string

func TestRead(t *testing.T) {
	for _, c := range []struct {
		text      string
		variables vars
		want      Command
	}{
		{"test_connection", nil, Command{Name: "test_connection"}},
		{"  Test   Connection\n", nil, Command{Name: "Test Connection"}},
		{"export_scan scan_id=32 report_format=CSV", nil, Command{Name: "export_scan", Inputs: vars{"scan_id": "32", "report_format": "CSV"}}},
		{`'Export Scan' "Scan ID"=32 --no-wait`, nil, Command{Name: "Export Scan", Inputs: vars{"Scan ID": "32"}, NoWait: true}},
		{`list_agent_groups --no-wait group_name="a \"b\" \c $d" `, nil, Command{Name: "list_agent_groups", Inputs: vars{"group_name": `a "b" \c $d`}, NoWait: true}},
		{
			`x 'cves=CVE-2023-1637,CVE-2008-5161' filters='{"severity": ["high"]}'`, nil,
			Command{Name: "x", Inputs: vars{"cves": "CVE-2023-1637,CVE-2008-5161", "filters": `{"severity": ["high"]}`}},
		},
		{`x a=b=c g=@@h i=-1 j=a;b#c`, nil, Command{Name: "x", Inputs: vars{"a": "b=c", "g": "@h", "i": "-1", "j": "a;b#c"}}},
		{"x a=1\n\tb=2", nil, Command{Name: "x", Inputs: vars{"a": "1", "b": "2"}}},
		{"x a=[__v__:value] b=__v__:value,__w__:value", vars{"__v__": "1 2", "__w__": "3 c=4"}, Command{Name: "x", Inputs: vars{"a": "[1 2]", "b": "1 2,3 c=4"}}},
		{"__c__:value __n__:value=1", vars{"__c__": "Export Scan", "__n__": "scan_id"}, Command{Name: "Export Scan", Inputs: vars{"scan_id": "1"}}},
		// Values that an author's own text spells too.
		{
			"x a=no --no-wait",
			vars{"__v__": "no", "__w__": "-", "__x__": "wait", "__y__": " ", "__z__": "=", "__e__": ""},
			Command{Name: "x", Inputs: vars{"a": "no"}, NoWait: true},
		},
		{"x a=__v__:value", vars{"__v__": `3"2`, "__w__": `"`, "__x__": `\`}, Command{Name: "x", Inputs: vars{"a": `3"2`}}},
		{"x target=server1 b=2", vars{"__v__": "server1 ", "__w__": "server1"}, Command{Name: "x", Inputs: vars{"target": "server1", "b": "2"}}},
	} {
		got, err := Read(fillIn(c.text, c.variables), c.variables)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got.Name != c.want.Name || got.NoWait != c.want.NoWait || !maps.Equal(got.Inputs, c.want.Inputs) {
			t.Errorf("%s with %q is\n%+v, want\n%+v", c.text, c.variables, got, c.want)
		}
	}
}

// TestValuesAreData: whatever a variable holds arrives as it is, in every place where an
// author may put it, filled in by SOARCA or left to the fin, and becomes nothing else.
func TestValuesAreData(t *testing.T) {
	for _, value := range []string{
		"32", "a b", "32 report_format=PDF", "x --no-wait", "--flag", "--no-wait", "--timeout=1", "-", "--", "-x", "@/etc/passwd", "@@", "@", "=", "==",
		`"`, `'`, `\`, `"'`, `it's`, `a "b" c`, `say "`, `" x="`, `'; b='`, `a\`, `\"`, "line\nline", "\nb=2", "tab\tb=2", " lead", "__other__:value",
		"__other__", "__v__:value", "scan_id=7", "b=2", "x b=2", `{"a": ["b c"]}`, "ü – 漢 字", "$(id)", "`id`", "a;b", "#", "true", "x", "export_scan",
	} {
		for _, form := range []string{"%", `"%"`, `'%'`} {
			template := "x a=" + strings.ReplaceAll(form, "%", "__v__:value") + " b=two"
			variables := vars{"__v__": value, "__other__": "other", "__empty__": "", "__word__": "two"}
			for how, text := range map[string]string{"filled in": fillIn(template, variables), "left": template} {
				got, err := Read(text, variables)
				if err != nil {
					t.Errorf("%s, %s, with %q: %v", template, how, value, err)
					continue
				}
				if want := (vars{"a": value, "b": "two"}); got.Name != "x" || got.NoWait || !maps.Equal(got.Inputs, want) {
					t.Errorf("%s, %s, with %q is %+v", template, how, value, got)
				}
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		text      string
		variables vars
		want      string
	}{
		{"x --timeout=5", nil, `The flag "--timeout" is not taken`},
		{"x --connection file", nil, `The flag "--connection" is not taken`},
		{"x -no-wait", nil, `The flag "-no-wait"`},
		{"-- x", nil, `The flag "--"`},
		{"x --no-wait=false", nil, `The flag "--no-wait" is not taken`},
		{"x a=@/etc/passwd", nil, `The input "a" is to be read from a file`},
		{"x 'a=@file'", nil, "from a file"},
		{"x a=-", nil, `The input "a" is to be read from stdin`},
		{"x a=1 a=2", nil, `The input "a" is given twice`},
		{"x a=1 2", nil, `The word "2" is no input`},
		{`x a="1`, nil, "a quote that does not end"},
		{`x a=\`, nil, `ends with a \`},
		{"x a=__none__:value", vars{"__some__": "1"}, "The variable __none__ has no value"},
		// Values of variables in the place of whole arguments.
		{"x a=1 __v__:value", vars{"__v__": "b=2"}, "only ever data"},
		{"x __v__:value", vars{"__v__": "b=2"}, "only ever data"},
		{"x __v__:value", vars{"__v__": "b=2 c=3"}, `The word "b=2 c=3" holds what a variable holds, too (__v__)`},
		{"x a=1 __v__:value", vars{"__v__": "--no-wait"}, `The word "--no-wait" holds what a variable holds, too (__v__)`},
		{"x a=1 __v__:value", vars{"__v__": "b 2"}, `The word "b 2" holds`},
		// Words that an author wrote, and a variable that the command does not use.
		{"x --no-wait", vars{"__v__": "--no-wait", "__w__": "2"}, "(__v__)"},
		{"x a=1 --no-wait", vars{"__v__": "--no-wait"}, "(__v__)"},
		{"x scan_id=1", vars{"__v__": "scan_id=1", "__w__": "y"}, "(__v__)"},
		{"x a=00 b=2", vars{"__v__": " a"}, "(__v__)"},
		// Inputs that hold nothing, an author's and those of variables.
		{"x a=", nil, `The input "a" is empty`},
		{"x a=''", vars{"__v__": "1"}, "Leave the input out"},
		{`x a=\ `, nil, `The input "a" is empty`},
		{"x a=[]", nil, `The input "a" is empty`},
		{"x a=__v__:value", vars{"__v__": "", "__w__": "w"}, `Variables that hold "": __v__.`},
		{"x a=__v__:value", vars{"__v__": "[ ]", "__w__": "w"}, `Variables that hold "[ ]": __v__.`},
		{"x a=__v__:value", vars{"__v__": "{}"}, "__v__"},
		{"x a=__v__:value", vars{"__v__": " \n"}, "is empty"},
		{"x a=__v__:value", vars{"__v__": "null"}, "__v__"},
		{"x a=__v__:value", vars{"__v__": `""`}, "__v__"},
		{"x a=__v__:value", vars{"__v__": `["", null]`}, "__v__"},
		{`x a=b__v__:valuec d="e f"`, vars{"__v__": `"`}, "The variable __v__ holds"},
		{`x a=b__v__:valuec d=e__v__:valuef`, vars{"__v__": `"`}, "The variable __v__ holds"},
	} {
		_, err := Read(fillIn(c.text, c.variables), c.variables)
		if refusal, ok := errors.AsType[*Refusal](err); !ok || !strings.Contains(refusal.Message, c.want) {
			t.Errorf("%s: %v, want %q", c.text, err, c.want)
		}
	}
}

// typed are the types of the inputs of these tests, which are called by them.
func typed(input string) string {
	return map[string]string{"list": "array", "object": "object", "text": "string"}[input]
}

// TestValuesInListsAndObjects: a variable brings one element to a list, or a JSON list. In JSON that the author wrote
// it adds nothing to the lists and objects.
func TestValuesInListsAndObjects(t *testing.T) {
	for _, c := range []struct {
		text      string
		variables vars
		want      string
	}{
		{"x list=__v__:value", vars{"__v__": "nosuch,app-0030"}, `["nosuch,app-0030"]`},
		{"x list=__v__:value", vars{"__v__": "a;b\nc"}, `["a;b\nc"]`},
		{"x list=__v__:value", vars{"__v__": "[1,2]"}, "[1,2]"},
		{"x list=__v__:value,__w__:value", vars{"__v__": "a,b", "__w__": "c"}, `["a,b","c"]`},
		{"x list=__v__:value,__w__:value", vars{"__v__": `["a","b"`, "__w__": `"c"]`}, `["[\"a\",\"b\"","\"c\"]"]`},
		{"x 'list=d, __v__:value'", vars{"__v__": "a,b"}, `["d","a,b"]`},
		{"x list=a,b", vars{"__v__": "c"}, "a,b"},
		{"x text=__v__:value", vars{"__v__": "a,b"}, "a,b"},
		{`x text='["__v__:value", ""]'`, vars{"__v__": `a","b`}, `["a","b", ""]`},
		// JSON that the author wrote.
		{`x list='["__v__:value"]'`, vars{"__v__": `a","b`}, `["a\",\"b"]`},
		{`x list='["__v__:value", "c"]'`, vars{"__v__": `a\`}, `["a\\", "c"]`},
		{`x list='["__v__:value"]'`, vars{"__v__": "a\nb\tü\x01"}, `["a\nb\tü\u0001"]`},
		{`x list='["\"\\ __v__:value"]'`, vars{"__v__": "a"}, `["\"\\ a"]`},
		{`x list=[__v__:value,2]`, vars{"__v__": "10"}, `[10,2]`},
		{`x list='["10", 21]'`, vars{"__v__": "1"}, `["10", 21]`},
		{`x object=__v__:value`, vars{"__v__": `{"a": [1]}`}, `{"a": [1]}`},
		{`x object='{"a": "__v__:value"}'`, vars{"__v__": `1", "b": "2`}, `{"a": "1\", \"b\": \"2"}`},
		{`x object='{"a": __v__:value}'`, vars{"__v__": `[1,2]`}, `{"a": [1,2]}`},
		{`x object='{"a": "__v__:value"}'`, vars{"__v__": `[1,2]`}, `{"a": "[1,2]"}`},
	} {
		got, err := Read(fillIn(c.text, c.variables), c.variables)
		if err == nil {
			err = got.Values(typed)
		}
		if err != nil {
			t.Errorf("%s with %q: %v", c.text, c.variables, err)
			continue
		}
		if value := got.Inputs["list"] + got.Inputs["object"] + got.Inputs["text"]; value != c.want {
			t.Errorf("%s with %q is %s, want %s", c.text, c.variables, value, c.want)
		}
	}
}

// TestRefusedParts: no variable drops a part, and none is JSON that the author did not mean.
func TestRefusedParts(t *testing.T) {
	const empty = "has a part that is empty"
	for _, c := range []struct {
		text      string
		variables vars
		want      string
	}{
		{"x list=1,__v__:value", vars{"__v__": ""}, empty},
		{"x 'list=__v__:value,1'", vars{"__v__": " "}, empty},
		{"x list=__v__:value,__w__:value", vars{"__v__": "", "__w__": "a"}, empty},
		{`x list='["a", "__v__:value"]'`, vars{"__v__": ""}, empty},
		{"x list=__v__:value", vars{"__v__": `["a", null]`}, empty},
		{`x object='{"a": "__v__:value"}'`, vars{"__v__": ""}, empty},
		{`x object='{"a": 1, "b": __v__:value}'`, vars{"__v__": "[]"}, empty},
		{`x object='{"a": ["b", "__v__:value"]}'`, vars{"__v__": ""}, empty},
		{"x list=[1,__v__:value]", vars{"__v__": "2,3"}, "is no JSON value"},
		{`x object='{"a": __v__:value}'`, vars{"__v__": `1,"b":2`}, "is no JSON value"},
		{`x list='["\__v__:value"]'`, vars{"__v__": `"`}, "cannot be told"},
		{`x list='["\__v__:value"]'`, vars{"__v__": `","b`}, "begins an escape"},
	} {
		got, err := Read(fillIn(c.text, c.variables), c.variables)
		if err == nil {
			err = got.Values(typed)
		}
		if refusal, ok := errors.AsType[*Refusal](err); !ok || !strings.Contains(refusal.Message, c.want) {
			t.Errorf("%s with %q: %v, %q, want %q", c.text, c.variables, err, got.Inputs, c.want)
		}
	}
}

// FuzzValuesInJSON: whatever a variable holds, what the author wrote has the elements and members that it has, and
// the variable is one of them.
func FuzzValuesInJSON(f *testing.F) {
	f.Add(`a","b`)
	f.Fuzz(func(t *testing.T, value string) {
		variables := vars{"__v__": value}
		got, err := Read(fillIn(`x list='["one", "__v__:value"]' object='{"a": "__v__:value"}'`, variables), variables)
		if err != nil || got.Values(typed) != nil || strings.ContainsAny("one a", value) || !utf8.ValidString(value) {
			return // refused, or found in the author's own words
		}
		var list []string
		var object map[string]string
		broken := errors.Join(
			json.Unmarshal([]byte(got.Inputs["list"]), &list), json.Unmarshal([]byte(got.Inputs["object"]), &object))
		if broken != nil && strings.TrimRight(value, "\r\n") != value {
			return // a line break ends a value; the plugin refuses it
		}
		if broken != nil || len(list) != 2 || list[0] != "one" || list[1] != value || len(object) != 1 || object["a"] != value {
			t.Errorf("%q: %q", value, got.Inputs)
		}
	})
}

func FuzzValuesAreData(f *testing.F) {
	f.Add("a b", `"%"`)
	f.Fuzz(func(t *testing.T, value, other string) {
		variables := vars{"__v__": value, "__w__": other}
		got, err := Read(fillIn(`x a=__v__:value b="__w__:value"`, variables), variables)
		for name := range got.Inputs {
			if err == nil && name != "a" && name != "b" {
				t.Errorf("%q and %q made the input %q", value, other, name)
			}
		}
		if err == nil && got.NoWait {
			t.Errorf("%q and %q made a flag", value, other)
		}
	})
}
