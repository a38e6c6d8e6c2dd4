package wire

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"testing"
)

type element struct {
	ID   Int        `json:"id"`
	Name Text       `json:"name"`
	IP   Many[Text] `json:"ip"`
	CVEs Texts      `json:"cves"`
	In   struct {
		Severity Severity `json:"severity"`
		Seen     Time     `json:"seen"`
	} `json:"in"`
	Groups List[struct {
		ID NumericID `json:"id"`
	}] `json:"groups"`
	Numbers   []Int     `json:"numbers"`
	Addresses []Address `json:"addresses"`
	Known     []CVE     `json:"known"`
}

// TestA3AnOddValueCostsItsMemberAlone reads lists of objects, each with what is odd in it.
func TestA3AnOddValueCostsItsMemberAlone(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want string // the elements
		odd  Odd
	}{
		{`[{"id":1,"name":"a"}, {"id":"2","x":[{}]} ]`, `[1 a] [2 ]`, Odd{}},
		{`[{"id":1,"x":"}\"]{"},{"y":{"z":"\\"},"id":2}]`, `[1 ] [2 ]`, Odd{}},
		{`[]`, ``, Odd{}},
		{`null`, ``, Odd{}},
		{`[{"id":[]},{"id":[3]},{"id":[null,4]}]`, `[ ] [3 ] [4 ]`, Odd{}},
		{`[{"id":[5,6]},{"id":"Never"},{"id":{}}]`, `[5 ] [ ] [ ]`, Odd{"list.id": 3}},
		{`[{"id":1} , null,7,"x",[{"id":9}],{"id":2}]`, `[1 ] [2 ]`, Odd{"list[]": 4}},
		{`[{"id":1,"ip":["a"]},{"id":2,"ip":["b","c"]},{"id":3,"ip":[{}]}]`, `[1  a] [2  b c] [3 ]`, Odd{"list.ip": 2}},
		{`[{"id":1,"cves":"C"},{"id":2,"cves":["D",null,{},"E"]}]`, `[1  C] [2  D E]`, Odd{"list.cves": 1}},
		{`[{"id":1,"in":{"severity":"Informational","seen":"Never"}}]`, `[1 ]`, Odd{"list.in.severity": 1, "list.in.seen": 1}},
		{`[{"id":1,"in":{"severity":7}},{"id":2,"in":{"severity":""}}]`, `[1 ] [2 ]`, Odd{"list.in.severity": 1}},
		{`[{"id":1,"in":{"severity":["High"]}},{"id":2,"in":"x"},{"id":3,"in":[{"severity":4}]}]`, `[1 high] [2 ] [3 critical]`, Odd{"list.in": 1}},
		{`[{"id":1,"groups":[{"id":7},null,{"id":"x"}]},{"id":2,"groups":{}}]`, `[1 7 ] [2 ]`, Odd{"list.groups[]": 2, "list.groups.id": 1}},
		{`[{"id":1,"numbers":[3,"4",null,"x"]}]`, `[1  3 4]`, Odd{"list.numbers": 1}},
		{`[{"id":1,"numbers":"4"},{"id":2,"numbers":{"1":1}}]`, `[1  4] [2 ]`, Odd{"list.numbers": 1}},
		{`[{"id":1,"addresses":["192.0.2.1","192.0.2.999",true,5,"2001:db8::1"]}]`, `[1  192.0.2.1 2001:db8::1]`, Odd{"list.addresses": 3}},
		{`[{"id":1,"known":[null,5,"CVE-2023-1637",true,"RHSA-2023","can-1999-0517"]}]`, `[1  CVE-2023-1637 can-1999-0517]`, Odd{"list.known": 3}},
		{`[{"id":1,"name":true}]`, `[1 ]`, Odd{"list.name": 1}},
	} {
		got := ""
		body := struct {
			List Each[element] `json:"list"`
		}{func(e element, text json.RawMessage) error {
			if text[0] != '{' {
				return nil
			}
			if got != "" {
				got += " "
			}
			got += describe(e)
			return nil
		}}
		odd, err := Read([]byte(` {"list":`+tt.in+`}`), &body)
		if err != nil || got != tt.want || !maps.Equal(odd, tt.odd) {
			t.Errorf("%s: %s, odd %v, %v; want %s, %v", tt.in, got, odd, err, tt.want, tt.odd)
		}
	}
}

func describe(e element) string {
	text := "[" + e.ID.String() + " " + string(e.Name)
	for _, list := range [][]string{texts(e.IP), e.CVEs, texts(e.Addresses), texts(e.Known)} {
		for _, value := range list {
			text += " " + value
		}
	}
	text += string(e.In.Severity.Word())
	for i, group := range e.Groups {
		if i > 0 {
			text += " "
		}
		text += string(group.ID)
	}
	for _, n := range e.Numbers {
		text += " " + n.String()
	}
	return text + "]"
}

func texts[T ~string](list []T) (strings []string) {
	for _, text := range list {
		strings = append(strings, string(text))
	}
	return strings
}

// TestAListThatIsNoneIsAnError tells an answer that cannot be read from a value that can be left out.
func TestAListThatIsNoneIsAnError(t *testing.T) {
	for in, field := range map[string]string{`{"list":{"id":1}}`: "list", `{"list":"x"}`: "list", `[]`: "", `"x"`: ""} {
		var body struct {
			List Each[element] `json:"list"`
		}
		_, err := Read([]byte(in), &body)
		mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
		if !ok || mismatch.Field != field {
			t.Errorf("%s: %v, want a mismatch of %q", in, err, field)
		}
	}
}

func TestEachGivesTheTextOfAnElement(t *testing.T) {
	var got []string
	take := Each[struct{}](func(_ struct{}, text json.RawMessage) error {
		got = append(got, string(text))
		return nil
	})
	want := []string{`{"id":1}`, `{ "a\"]": [ "}" ] }`, `null`, `-1.5e3`, `"\\"`}
	if _, err := Read([]byte(`[{"id":1},{ "a\"]": [ "}" ] } , null,-1.5e3,"\\" ]`), &take); err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestEachEndsWithAnError(t *testing.T) {
	enough := errors.New("enough")
	taken := 0
	body := struct {
		List Each[struct{}] `json:"list"`
	}{func(struct{}, json.RawMessage) error {
		taken++
		return enough
	}}
	if _, err := Read([]byte(`{"list":[{},{},{}]}`), &body); !errors.Is(err, enough) || taken != 1 {
		t.Errorf("%d elements taken, %v; want 1 and the error", taken, err)
	}
}

func TestListIsNilWithoutOne(t *testing.T) {
	for in, length := range map[string]int{`{}`: -1, `{"list":null}`: -1, `{"list":[]}`: 0, `{"list":[{"id":1},{"id":"2"}]}`: 2, `{"list":"x"}`: -1} {
		var body struct {
			List List[element] `json:"list"`
		}
		_, err := Read([]byte(in), &body)
		if err != nil || (body.List == nil) != (length < 0) || len(body.List) != max(length, 0) {
			t.Errorf("%s: %v, %v", in, body.List, err)
		}
	}
}

func TestReadElement(t *testing.T) {
	var e element
	if odd := ReadElement("list", []byte(`{"id":1,"name":{}}`), &e); !maps.Equal(odd, Odd{"list.name": 1}) || e.ID != IntOf(1) {
		t.Errorf("%v, odd %v", e, odd)
	}
	if odd := ReadElement("list", []byte(`null`), &e); !maps.Equal(odd, Odd{"list[]": 1}) {
		t.Errorf("null: odd %v", odd)
	}
	odd := Odd{"a": 1}
	odd.Add(Odd{"b.c": 2})
	if got := odd.String(); got != "a (1), b.c (2)" || odd.Count() != 3 {
		t.Errorf("%s", got)
	}
}
