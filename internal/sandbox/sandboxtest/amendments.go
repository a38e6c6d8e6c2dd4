package sandboxtest

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed amendments.json
var amendmentsDocument []byte

// amended lists the changes to Tenable's specification that make it describe the answers of
// the API as they were recorded or documented elsewhere.
var amended = sync.OnceValue(func() (a struct {
	// Mistakes are where the specification and the API that was recorded disagree: a JSON
	// merge patch (RFC 7386) for what a pointer leads to.
	Mistakes []struct {
		At    string         `json:"at"`
		Patch map[string]any `json:"patch"`
		Why   string         `json:"why"`
	} `json:"mistakes"`
	Nullable  []string       `json:"nullable"`  // pointers to members that may also be null
	Omissions []omission     `json:"omissions"` // answers that it leaves out, whole endpoints first
	Forms     map[string]any `json:"forms"`     // schemas of bodies that it does not name
	// Members are those of answers that neither the specification nor a recording has.
	Members []struct {
		Call   string `json:"call"`
		Member string `json:"member"` // what it begins with
		Why    string `json:"why"`
	} `json:"members"`
	RecordedOf map[string]string `json:"recorded_of"`  // calls whose answers have the members of another's
	MayBeEmpty []string          `json:"may_be_empty"` // paths whose answers have no body when there is nothing to say
},
) {
	if err := json.Unmarshal(amendmentsDocument, &a); err != nil {
		panic(err) // the document is a part of the program
	}
	return a
})

// omission is an answer that the API gives and its specification leaves out.
type omission struct {
	Call   string `json:"call"` // method and path as the specification writes them; a * at the end stands for the rest
	Status int    `json:"status"`
	Form   string `json:"form"` // one of the forms, or the type of another body; empty: there is no body
	Why    string `json:"why"`  // where it is documented or was recorded
}
