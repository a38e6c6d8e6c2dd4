package exports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// finding is one finding in the shape of Tenable's exports.
const finding = `{"asset":{"fqdn":"host%d.example.com","ipv4":"192.0.2.%d","operating_system":["Linux Kernel 6.1 on Debian"],"tracked":true},` +
	`"output":"\nPath : /opt/app <b>&\n","plugin":{"id":%d,"name":"Example \"quoted\" plugin","family":"Web Servers","cve":["CVE-2024-0001","CVE-2024-0002"],` +
	`"description":"A description that goes on and on, as they do, so that most of a finding is text which nobody asked for.",` +
	`"xrefs":[{"type":"CWE","id":"79"},{"type":"OWASP"}],"vpr":{"score":7.4,"drivers":{"age_of_vuln":{"lower_bound":61}}},"cvss_base_score":5.0},` +
	`"port":{"port":443,"protocol":"TCP"},"severity":"high","severity_id":3,"big":9007199254740993,"state":"OPEN"}`

func array(n int) string {
	findings := make([]string, n)
	for i := range findings {
		findings[i] = fmt.Sprintf(finding, i, i%250, i)
	}
	return "[" + strings.Join(findings, ",") + "]"
}

func project(t *testing.T, fields, text string) (string, int) {
	t.Helper()
	var paths []string
	if fields != "" {
		paths = strings.Split(fields, ",")
	}
	var out bytes.Buffer
	p := projector{Fields: parseFields(paths)}
	n, err := p.Copy(&out, iotest.OneByteReader(strings.NewReader(text)))
	if err != nil {
		t.Fatalf("Copy(%s): %v", text, err)
	}
	return out.String(), n
}

func TestCopyKeepsTheChosenFieldsAsTheyCame(t *testing.T) {
	for name, c := range map[string]struct{ fields, in, want string }{
		"nothing chosen keeps all bytes":      {"", `[ {"b" : 1.50, "a":"\u00e9"} , {} ]`, "{\"b\" : 1.50, \"a\":\"\\u00e9\"},\n{}"},
		"nested":                              {"a.b,c", `[{"c":1,"a":{"x":2,"b":{"k":[1]}},"d":3}]`, `{"c":1,"a":{"b":{"k":[1]}}}`},
		"the order is that of the finding":    {"z,a", `[{"a":1,"z":2}]`, `{"a":1,"z":2}`},
		"a path keeps everything below it":    {"a,a.b", `[{"a":{"b":1,"c":2}}]`, `{"a":{"b":1,"c":2}}`},
		"in the other order too":              {"a.b,a", `[{"a":{"b":1,"c":2}}]`, `{"a":{"b":1,"c":2}}`},
		"objects in an array":                 {"x.t", `[{"x":[{"t":1,"i":2},{"i":3},7]}]`, `{"x":[{"t":1},{}]}`},
		"missing fields are missing":          {"a.b,c", `[{"a":{"x":1}},{"c":null}]`, "{},\n{\"c\":null}"},
		"a scalar has no fields below":        {"a.b", `[{"a":5},{"a":null},{"a":{"b":1}}]`, "{},\n{},\n{\"a\":{\"b\":1}}"},
		"escaped names are the same names":    {"a.b", `[{"\u0061":{"b":1}}]`, `{"\u0061":{"b":1}}`},
		"large integers keep their digits":    {"n", `[{"n":9007199254740993}]`, `{"n":9007199254740993}`},
		"bytes that are not UTF-8 are mended": {"n", "[{\"n\":\"a\xffb\"}]", "{\"n\":\"a\uFFFDb\"}"},
		"a finding is one line":               {"", "[{\n\"a\":\r\n\"\\n\"\n}\n,\n{}\n]", "{ \"a\":  \"\\n\" },\n{}"},
		"what is kept of it too":              {"a", "[{\"a\":{\n\"b\":1}}]", "{\"a\":{ \"b\":1}}"},
		"empty":                               {"n", ` [ ] `, ``},
	} {
		t.Run(name, func(t *testing.T) {
			got, n := project(t, c.fields, c.in)
			if got != c.want {
				t.Errorf("fields %q of %s give %s, want %s", c.fields, c.in, got, c.want)
			}
			var list []json.RawMessage
			if err := json.Unmarshal([]byte("["+got+"]"), &list); err != nil || len(list) != n {
				t.Errorf("%d findings counted, %d written (%v)", n, len(list), err)
			}
		})
	}
}

// reference is the projection done the plain way: whole maps in memory.
func reference(value any, fields fieldTree) (any, bool) {
	if fields == nil {
		return value, true
	}
	switch v := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, below := range fields {
			if member, there := v[name]; there {
				if inner, some := reference(member, below); some {
					kept[name] = inner
				}
			}
		}
		return kept, len(kept) > 0
	case []any:
		list := []any{}
		for _, element := range v {
			if _, object := element.(map[string]any); object {
				inner, _ := reference(element, fields)
				list = append(list, inner)
			}
		}
		return list, true
	}
	return nil, false
}

func TestCopyAgreesWithThePlainWay(t *testing.T) {
	text := array(25)
	var whole []any
	if err := json.Unmarshal([]byte(text), &whole); err != nil {
		t.Fatal(err)
	}
	for _, fields := range []string{"asset.fqdn,plugin.id,severity", "plugin.xrefs.type,plugin.vpr.drivers.age_of_vuln", "nothing", "plugin,plugin.id", "port.port,asset.nothing.below"} {
		chosen := parseFields(strings.Split(fields, ","))
		want := []any{}
		for _, finding := range whole {
			kept, _ := reference(finding, chosen)
			want = append(want, kept)
		}
		got, _ := project(t, fields, text)
		var list []any
		if err := json.Unmarshal([]byte("["+got+"]"), &list); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Errorf("fields %s (-want +got):\n%s", fields, diff)
		}
	}
}

// TestCopyRefusesWhatIsNotWhole cuts a chunk at every byte.
func TestCopyRefusesWhatIsNotWhole(t *testing.T) {
	text := array(2)
	for _, fields := range [][]string{nil, {"plugin.id"}} {
		for n := range len(text) {
			p := projector{Fields: parseFields(fields)}
			if _, err := p.Copy(io.Discard, strings.NewReader(text[:n])); err == nil {
				t.Fatalf("a chunk cut at byte %d of %d passes for whole", n, len(text))
			}
		}
	}
	for _, text := range []string{``, `{}`, `null`, `[1`, `[{}] x`, `[{}][]`, `[{},]`, `[{"a":1,"a":2}]`, `<html>`, `[{"a":01}]`} {
		p := projector{}
		if n, err := p.Copy(io.Discard, strings.NewReader(text)); err == nil {
			t.Errorf("%s passes for a chunk of %d findings", text, n)
		}
	}
}

// TestA3WhatIsNoFindingStaysInTheReport (row A3): one null among the findings does not cost the chunk.
func TestA3WhatIsNoFindingStaysInTheReport(t *testing.T) {
	for fields, want := range map[string]string{"": `{"a":1,"b":2},null,[1, 2],"x",{"a":3}`, "a": `{"a":1},null,[1, 2],"x",{"a":3}`} {
		var out strings.Builder
		p := projector{Fields: parseFields(strings.Fields(fields))}
		n, err := p.Copy(&out, strings.NewReader("[{\"a\":1,\"b\":2},null,[1,\n2],\"x\",{\"a\":3}]"))
		if got := strings.ReplaceAll(out.String(), ",\n", ","); err != nil || n != 5 || got != want {
			t.Errorf("%q: %d elements %s, %v; want %s", fields, n, got, err, want)
		}
	}
}

func TestCopyStopsAtAFindingWithoutEnd(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`[{"output":"`), endlessText{})
	p := projector{Fields: parseFields([]string{"severity"})}
	if _, err := p.Copy(io.Discard, endless); !errors.Is(err, errTooLarge) {
		t.Errorf("an endless finding ends with %v, want %v", err, errTooLarge)
	}
}

type endlessText struct{}

func (endlessText) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	return len(p), nil
}

func FuzzCopy(f *testing.F) {
	f.Add([]byte(array(1)), "plugin.id")
	f.Add([]byte(`[{"a":{"b":[{"c":1}]}}]`), "a.b.c")
	f.Fuzz(func(t *testing.T, text []byte, fields string) {
		var out bytes.Buffer
		p := projector{Fields: parseFields(strings.Split(fields, ","))}
		n, err := p.Copy(&out, bytes.NewReader(text))
		if err != nil {
			return
		}
		var list []json.RawMessage
		if err := json.Unmarshal([]byte("["+out.String()+"]"), &list); err != nil || len(list) != n {
			t.Errorf("%d findings of %q became %q: %v", n, text, out.String(), err)
		}
	})
}

// The two benchmarks together are the ratio T9 of docs/performance.md: eight fields of the
// same bytes, streamed and through encoding/json.
var eightFields = strings.Split("asset.fqdn,asset.ipv4,plugin.id,plugin.cve,plugin.vpr.score,severity,state,port.port", ",")

// realistic is an array of findings of 4 KB each, as large as real ones are.
func realistic(n int) []byte {
	text := strings.Repeat("The remote host runs a version of the software that is older than the one which mends this. ", 12)
	long := fmt.Sprintf(`"synopsis":%q,"solution":%q,"see_also":["https://example.com/a","https://example.com/b"],"plugin_text":%q,"xrefs`, text[:200], text[:400], text+text)
	return []byte(strings.ReplaceAll(array(n), `"xrefs`, long))
}

func BenchmarkCopyEightFields(b *testing.B) {
	text := realistic(2000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		p := projector{Fields: parseFields(eightFields)}
		if _, err := p.Copy(io.Discard, bytes.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSONEightFields(b *testing.B) {
	text := realistic(2000)
	chosen := parseFields(eightFields)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		decoder := json.NewDecoder(bytes.NewReader(text))
		encoder := json.NewEncoder(io.Discard)
		if _, err := decoder.Token(); err != nil {
			b.Fatal(err)
		}
		for decoder.More() {
			var finding map[string]any
			if err := decoder.Decode(&finding); err != nil {
				b.Fatal(err)
			}
			kept, _ := reference(finding, chosen)
			if err := encoder.Encode(kept); err != nil {
				b.Fatal(err)
			}
		}
	}
}
