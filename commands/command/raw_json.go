package command

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// SetMember returns a JSON object with the value of a member. A member that object
// lacks becomes its first one. All other bytes stay as they are.
func SetMember(object json.RawMessage, name string, value any) json.RawMessage {
	return setMember(object, name, value, true)
}

// ReplaceMember is SetMember for a member that object may lack: it is not added.
func ReplaceMember(object json.RawMessage, name string, value any) json.RawMessage {
	return setMember(object, name, value, false)
}

func setMember(object json.RawMessage, name string, value any, add bool) json.RawMessage {
	head, tail, found := Around(object, name)
	text, err := json.Marshal(value)
	if err != nil || !found && !add {
		return object
	}
	inside := bytes.TrimPrefix(bytes.TrimSpace(object), []byte("{"))
	if !found && len(bytes.TrimSpace(inside)) > len("}") {
		tail = "," + string(inside)
	}
	return slices.Concat([]byte(head), text, []byte(tail))
}

// Around returns what stands before and after the value of a member in a JSON object.
// If object lacks the member, that is the text of an object with this member alone.
func Around(object json.RawMessage, name string) (head, tail string, found bool) {
	quoted := strconv.Quote(name)
	head = "{" + quoted + ":"
	tail = "}"
	if !bytes.Contains(object, []byte(quoted)) { // true of most rows, and quick to find out
		return head, tail, false
	}
	lenient := []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(object), lenient...)
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() == jsontext.KindString {
		member, _ := decoder.ReadToken() // a string, as PeekKind says
		found = member.String() == name
		var value jsontext.Value
		value, err = decoder.ReadValue()
		if end := int(decoder.InputOffset()); err == nil && found {
			return string(object[:end-len(value)]), string(object[end:]), true
		}
	}
	return head, tail, false
}
