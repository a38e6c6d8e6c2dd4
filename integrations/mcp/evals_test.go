package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/itchyny/gojq"
)

// evaluation is a question for an agent in the sandbox, the calls that answer it, where the
// answer stands in theirs (jq, over the list of answers), and what it is.
type evaluation struct {
	Question string
	Changes  bool // needs --allow-changes
	Calls    []struct {
		Tool      string
		Arguments map[string]any
	}
	Find   string
	Answer string
}

// TestEvaluations plays the calls of each question and finds its answer in theirs.
func TestEvaluations(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("evals/evals.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []evaluation
	if err := json.Unmarshal(text, &all); err != nil || len(all) != 10 {
		t.Fatalf("%d questions: %v", len(all), err)
	}
	box := sandbox(t)
	c := start(t, "--connection", box, "--allow-changes")
	reader := start(t, "--connection", box)
	for _, e := range all {
		t.Run(e.Question, func(t *testing.T) {
			asked := reader
			if e.Changes {
				asked = c
			}
			var answers []any
			for _, call := range e.Calls {
				got := asked.call(call.Tool, call.Arguments)
				var answer any
				if err := json.Unmarshal(got.Structured, &answer); err != nil {
					t.Fatal(err)
				}
				answers = append(answers, answer)
			}
			query, err := gojq.Parse(e.Find)
			if err != nil {
				t.Fatal(err)
			}
			found := query.Run(answers)
			value, ok := found.Next()
			got, isText := value.(string)
			if !isText {
				text, _ := json.Marshal(value)
				got = string(text)
			}
			if !ok || got != e.Answer {
				t.Fatalf("the answer is %q, want %q", got, e.Answer)
			}
			if value, more := found.Next(); more {
				t.Errorf("there is a second answer: %v", value)
			}
		})
	}
}
