package command

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

// WithMember is the JSON object with a member added in front of its own, or in the
// Location of one that it has by that name.
func WithMember(object json.RawMessage, name, value string) json.RawMessage {
	quoted, err := json.Marshal(value)
	if err != nil {
		return object
	}
	head, tail, found := Around(object, name)
	if inside := elements(object); !found && len(bytes.TrimSpace(inside)) > 0 {
		tail = "," + string(inside) + "}"
	}
	return slices.Concat([]byte(head), quoted, []byte(tail))
}

// Replaced is the JSON object with another value for a member, if it has that one.
func Replaced(object json.RawMessage, name string, value json.RawMessage) json.RawMessage {
	head, tail, found := Around(object, name)
	if !found {
		return object
	}
	return slices.Concat([]byte(head), value, []byte(tail))
}

// elements is the inside of a JSON array, or of an object.
func elements(list json.RawMessage) json.RawMessage {
	list = bytes.TrimSpace(list)
	return list[1 : len(list)-1]
}

// Around is the text of a JSON object before and after the value of a member.
// Where there is none, it is that of an object with this member alone.
func Around(object json.RawMessage, name string) (head, tail string, found bool) {
	quoted := strconv.Quote(name)
	if !bytes.Contains(object, []byte(quoted)) { // most rows, which then need not be read
		return "{" + quoted + ":", "}", false
	}
	decoder := json.NewDecoder(bytes.NewReader(object))
	_, err := decoder.Token()
	for err == nil && decoder.More() {
		var member json.Token
		var value json.RawMessage
		if member, err = decoder.Token(); err == nil {
			err = decoder.Decode(&value)
		}
		if end := int(decoder.InputOffset()); err == nil && member == name {
			return string(object[:end-len(value)]), string(object[end:]), true
		}
	}
	return "{" + quoted + ":", "}", false
}
