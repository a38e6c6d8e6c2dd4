package wire

import (
	"encoding/json"
	"testing"
)

func TestReadsAndPrints(t *testing.T) {
	type all struct {
		ID    ID    `json:"id"`
		Int   Int   `json:"int"`
		Float Float `json:"float"`
		Text  Text  `json:"text"`
		Texts Texts `json:"texts"`
		Time  Time  `json:"time"`
	}
	for _, tt := range []struct{ in, want string }{
		{
			`{"id":9007199254740993,"int":3.0,"float":"7.5","text":null,"texts":"one","time":1623325502}`,
			`{"id":9007199254740993,"int":3,"float":7.5,"text":"","texts":["one"],"time":"2021-06-10T11:45:02Z"}`,
		},
		{
			`{"id":"template-1","int":"12","float":null,"text":5,"texts":[1,null,"b"],"time":1544138352084}`,
			`{"id":"template-1","int":12,"float":null,"text":"5","texts":["1","b"],"time":"2018-12-06T23:19:12Z"}`,
		},
		{
			`{"id":null,"int":null,"float":0.0,"text":7,"texts":null,"time":"2018-12-31T20:59:47.123Z"}`,
			`{"id":null,"int":null,"float":0,"text":"7","texts":null,"time":"2018-12-31T20:59:47Z"}`,
		},
		{
			`{"id":1,"int":1,"float":1,"text":"x","texts":"x","time":"2018-12-31T20:59:47.5"}`,
			`{"id":1,"int":1,"float":1,"text":"x","texts":["x"],"time":"2018-12-31T20:59:47Z"}`,
		},
		{
			`{"id":1.0,"int":0.0,"float":1,"text":"x","texts":[],"time":0}`,
			`{"id":1,"int":0,"float":1,"text":"x","texts":null,"time":null}`,
		},
	} {
		var v all
		if err := json.Unmarshal([]byte(tt.in), &v); err != nil {
			t.Errorf("Unmarshal(%s): %v", tt.in, err)
			continue
		}
		got, err := json.Marshal(v)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s\n got %s, %v\nwant %s", tt.in, got, err, tt.want)
		}
	}
}

// TestNumbersAndBooleans covers two habits of the API: "true" in quotes, and -1 for no group.
func TestNumbersAndBooleans(t *testing.T) {
	for in, want := range map[string]string{
		`{"n":-1,"b":"true"}`:    `{"n":-1,"b":true}`,
		`{"n":"-1","b":"False"}`: `{"n":-1,"b":false}`,
		`{"n":"007","b":1}`:      `{"n":"007","b":true}`,
		`{"n":0.0,"b":""}`:       `{"n":0,"b":null}`,
		`{"n":null,"b":null}`:    `{"n":null,"b":null}`,
	} {
		var v struct {
			N NumericID `json:"n"`
			B Bool      `json:"b"`
		}
		err := json.Unmarshal([]byte(in), &v)
		got, _ := json.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("%s\n got %s, %v\nwant %s", in, got, err, want)
		}
	}
}

func TestRefusesOtherKinds(t *testing.T) {
	for _, tt := range []struct {
		in string
		v  any
	}{
		{`{}`, new(ID)},
		{`1.5`, new(ID)},
		{`"x"`, new(NumericID)},
		{`"--7"`, new(NumericID)},
		{`"yes"`, new(Bool)},
		{`2`, new(Bool)},
		{`1.5`, new(NumericID)},
		{`{}`, new(NumericID)},
		{`"x"`, new(Int)},
		{`[1]`, new(Int)},
		{`1.5`, new(Int)},
		{`99999999999999999999`, new(Int)},
		{`"high"`, new(Float)},
		{`"NaN"`, new(Float)},
		{`"-inf"`, new(Float)},
		{`"0x1p3"`, new(Float)},
		{`"1_0"`, new(Float)},
		{`"+7.5"`, new(Float)},
		{`"1e400"`, new(Float)},
		{`"0.000000000000000000000000000000001"`, new(Float)},
		{`"4/2"`, new(Int)},
		{`"0x10"`, new(Int)},
		{`"+7"`, new(Int)},
		{`"1e999999"`, new(Int)},
		{`"0x10"`, new(Severity)},
		{`"Informational"`, new(Severity)},
		{`5`, new(Severity)},
		{`-1`, new(Severity)},
		{`"Never"`, new(Time)},
		{`100000000000000`, new(Time)},
		{`"-"`, new(NumericID)},
		{`{}`, new(Text)},
		{`{}`, new(Texts)},
		{`[[]]`, new(Texts)},
		{`"yesterday"`, new(Time)},
		{`"NaN"`, new(Time)},
		{`"0x1p40"`, new(Time)},
		{`"1_623_325_502"`, new(Time)},
		{`{}`, new(Time)},
	} {
		if err := json.Unmarshal([]byte(tt.in), tt.v); err == nil {
			t.Errorf("Unmarshal(%s) into %T: want an error", tt.in, tt.v)
		}
	}
}

// TestB2NothingIsNull (row B2): "", null and no member are no number, flag or severity.
func TestB2NothingIsNull(t *testing.T) {
	for _, in := range []string{`{}`, `{"int":null,"float":null,"bool":null,"severity":null,"time":null}`, `{"int":"","float":" ","bool":"","severity":"","time":""}`} {
		var v struct {
			Int      Int      `json:"int"`
			Float    Float    `json:"float"`
			Bool     Bool     `json:"bool"`
			Severity Severity `json:"severity"`
			Time     Time     `json:"time"`
		}
		odd, err := Read([]byte(in), &v)
		got, _ := json.Marshal(v)
		if want := `{"int":null,"float":null,"bool":null,"severity":null,"time":null}`; err != nil || len(odd) > 0 || string(got) != want {
			t.Errorf("%s: %s, odd %v, %v", in, got, odd, err)
		}
		if shown := v.Int.String() + v.Float.String() + v.Bool.YesNo() + string(v.Severity.Word()) + v.Time.String(); shown != "" {
			t.Errorf("%s: the table shows %q", in, shown)
		}
	}
}
