package connection

import "testing"

// TestMessageInPieces: a text that comes as a template reads as a whole one (D1).
func TestMessageInPieces(t *testing.T) {
	for body, want := range map[string]string{
		`{"values":[null,5],"strings":["Duplicate export (job_uuid=",")"]}`:                                              "Duplicate export (job_uuid=)5",
		`{"values":["a1","b2"],"strings":["Duplicate export (job_uuid="," container_uuid=","). Wait."],"value_count":2}`: "Duplicate export (job_uuid=a1 container_uuid=b2). Wait.",
		`{"error":{"strings":["Job "," runs."],"values":[7]}}`:                                                           "Job 7 runs.",
		`{"error":"{\"strings\":[\"Job \"],\"values\":[\"x\",\"y\"]}"}`:                                                  "Job x",
		`{"strings":["Only this."]}`:               "Only this.",
		`{"strings":[],"message":"Too many."}`:     "Too many.",
		`{"strings":"text","message":"Too many."}`: "Too many.",
		`{"strings":[1],"message":"Too many."}`:    "Too many.",
	} {
		if got := message(429, "application/json", []byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}
