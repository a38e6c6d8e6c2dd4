package connection

import (
	"net/http"
	"testing"

	"tenableio/internal/fault"
)

// An answer of something in the API's place is told apart from one of the API.
func TestForeignAnswersAreMarked(t *testing.T) {
	for name, tt := range map[string]struct {
		handler http.HandlerFunc
		foreign bool
	}{
		"a page":               {answerWith(200, "text/html", "<html>"), true},
		"nothing":              {answerWith(200, "application/json", ""), true},
		"a part":               {answerWith(206, "application/json", `{}`), true},
		"a page as a refusal":  {answerWith(403, "text/html", "<html>"), true},
		"a refusal of the API": {answerWith(403, "application/json", `{"error":"Forbidden"}`), false},
		"a refusal in text":    {answerWith(403, "text/plain", "Forbidden"), false},
	} {
		c, _ := newClient(t, newServer(t, tt.handler).URL)
		_, err := c.Get(t.Context(), Call{Path: "/x"})
		if f := fault.From(err); f == nil || f.Foreign != tt.foreign {
			t.Errorf("%s: %+v, want foreign %t", name, f, tt.foreign)
		}
	}
}
