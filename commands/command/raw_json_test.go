package command

import (
	"encoding/json"
	"testing"

	"tenableio/internal/wire"
)

// TestSetMember: a member is added or replaced, a number stays a number, and no other
// byte changes.
func TestSetMember(t *testing.T) {
	for _, tt := range []struct {
		object          string
		value           any
		set, orReplaced string
	}{
		{`{}`, wire.ID("7"), `{"id":7}`, `{}`},
		{` { } `, "7", `{"id":"7"}`, ` { } `},
		{` { "a" : 1.0 } `, wire.ID("7"), `{"id":7, "a" : 1.0 }`, ` { "a" : 1.0 } `},
		{`{"a":{"id":1},"b":"id"}`, 7, `{"id":7,"a":{"id":1},"b":"id"}`, `{"a":{"id":1},"b":"id"}`},
		{`{"a":"<", "id" : [1, {}] ,"b":0}`, 7, `{"a":"<", "id" : 7 ,"b":0}`, `{"a":"<", "id" : 7 ,"b":0}`},
		{`{"a":"\"id\"","id":12345678901234567890}`, wire.ID("00-7"), `{"a":"\"id\"","id":"00-7"}`, `{"a":"\"id\"","id":"00-7"}`},
	} {
		if got := string(SetMember(json.RawMessage(tt.object), "id", tt.value)); got != tt.set {
			t.Errorf("SetMember(%s, %v) = %s, want %s", tt.object, tt.value, got, tt.set)
		}
		if got := string(ReplaceMember(json.RawMessage(tt.object), "id", tt.value)); got != tt.orReplaced {
			t.Errorf("ReplaceMember(%s, %v) = %s, want %s", tt.object, tt.value, got, tt.orReplaced)
		}
	}
}
