package wire

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
)

func TestEach(t *testing.T) {
	type element struct {
		ID Int `json:"id"`
	}
	for _, tt := range []struct {
		in    string
		want  []Int
		field string // of the element of a wrong type
	}{
		{`{"list":[{"id":1}, {"id":"2","name":[{}]} ]}`, []Int{1, 2}, ""},
		{`{"list":[{"id":1,"x":"}\"]{"},{"y":{"z":"\\"},"id":2}]}`, []Int{1, 2}, ""},
		{`{"list":[]}`, nil, ""},
		{`{"list":null}`, nil, ""},
		{`{}`, nil, ""},
		{`{"list":[{"id":1},{"id":[]},{"id":3}]}`, []Int{1}, "list.id"},
		{`{"list":[{"id":1},7]}`, []Int{1}, "list"},
		{`{"list":[{"id":1} , null]}`, []Int{1}, "list"},
		{`{"list":[null,{"id":1}]}`, nil, "list"},
		{`{"list":[[]]}`, nil, "list"},
		{`{"list":{"id":1}}`, nil, "list"},
		{`{"list":"x"}`, nil, "list"},
	} {
		var got []Int
		body := struct {
			List Each[element] `json:"list"`
		}{func(e element, text json.RawMessage) error {
			var again element
			if err := json.Unmarshal(text, &again); err != nil || again != e {
				t.Errorf("%s: %v has the text %s", tt.in, e, text)
			}
			got = append(got, e.ID)
			return nil
		}}
		err := json.Unmarshal([]byte(tt.in), &body)
		field := ""
		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			field = mismatch.Field
			err = nil
		}
		if err != nil || field != tt.field || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, wrong type in %q, %v; want %v, %q", tt.in, got, field, err, tt.want, tt.field)
		}
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
	if err := json.Unmarshal([]byte(`{"list":[{},{},{}]}`), &body); !errors.Is(err, enough) || taken != 1 {
		t.Errorf("%d elements taken, %v; want 1 and the error", taken, err)
	}
}

func TestList(t *testing.T) {
	type element struct {
		ID Int `json:"id"`
	}
	for _, tt := range []struct {
		in    string
		want  List[element]
		field string // of the element of a wrong type
	}{
		{`{"list":[{"id":1},{"id":"2"}]}`, List[element]{{1}, {2}}, ""},
		{`{"list":[]}`, List[element]{}, ""},
		{`{"list":null}`, nil, ""},
		{`{}`, nil, ""},
		{`{"list":[{"id":1},null]}`, nil, "list"},
		{`{"list":[{"id":[]}]}`, nil, "list.id"},
		{`{"list":{}}`, nil, "list"},
	} {
		var body struct {
			List List[element] `json:"list"`
		}
		err := json.Unmarshal([]byte(tt.in), &body)
		field := ""
		if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			field = mismatch.Field
			err = nil
		}
		same := slices.Equal(body.List, tt.want) && (body.List == nil) == (tt.want == nil)
		if err != nil || field != tt.field || field == "" && !same {
			t.Errorf("%s: %v, wrong type in %q, %v; want %v, %q", tt.in, body.List, field, err, tt.want, tt.field)
		}
	}
}
