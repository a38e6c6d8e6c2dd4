package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tenableio/commands"
	"tenableio/internal/canned"
)

// script answers one request after the other, and the last answer for good.
type script struct {
	answers []canned.Response
	next    int
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	a := s.answers[min(s.next, len(s.answers)-1)]
	s.next++
	body := []byte(a.Text)
	if a.Body != nil {
		body = a.Body
	}
	header := http.Header{}
	for name, value := range a.Headers {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: a.Status, Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
}

// okAnswers are the request and the answers of a command's ok case.
func okAnswers(t testing.TB, key string) (request []byte, answers []canned.Response) {
	t.Helper()
	request, err := os.ReadFile(filepath.Join("testdata", key, "ok", "request.json"))
	if err != nil {
		t.Fatal(err)
	}
	exchanges, err := canned.Load(filepath.Join("testdata", key, "ok", "exchanges.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range exchanges {
		answers = append(answers, e.Response)
	}
	return request, answers
}

// survive runs the shipped code over a request and answers that may be anything:
// there must be one envelope, which it returns, and no failure of the plugin's own.
func survive(t *testing.T, request []byte, transport http.RoundTripper, what string) []byte {
	t.Helper()
	p := inMemory(request, transport)
	p.logLevel = "debug"
	start := time.Now()
	status := p.main(t.Context())
	if spent := time.Since(start); spent > 5*time.Second {
		t.Errorf("%s: took %v", what, spent)
	}
	var e envelope
	if err := json.Unmarshal(p.out.Bytes(), &e); err != nil || status != exitOK {
		t.Errorf("%s: exit status %d, %v: %.300s", what, status, err, p.out.Bytes())
		return nil
	}
	checkStreams(t, p.out.Bytes(), p.log.Bytes())
	defect := e.Error != nil && e.Error.Category == "internal"
	if defect || bytes.Contains(p.log.Bytes(), []byte(`"level":"error"`)) {
		t.Errorf("%s: %+v, log %.500s", what, e.Error, p.log.Bytes())
	}
	return p.out.Bytes()
}

// TestMutatedAnswers puts wrong values into every place of the answers of every
// command's ok case, three in each place (FAULTS row 66). The answer is called Tenable's
// fault, never a defect of the plugin. The result of one of the three is held to the
// schemas, which takes as long as the runs do.
func TestMutatedAnswers(t *testing.T) {
	for _, command := range commands.All() {
		t.Run(command.Key, func(t *testing.T) {
			t.Parallel()
			request, answers := okAnswers(t, command.Key)
			for i, answer := range answers {
				for n, body := range spoiled(t, answer.Body, 3) {
					changed := slices.Clone(answers)
					changed[i].Body = body
					stdout := survive(t, request, &script{answers: changed}, fmt.Sprintf("answer %d is %.1000s", i+1, body))
					if n%3 == 0 && stdout != nil {
						checkShape(t, command.Key, stdout)
					}
					if t.Failed() {
						t.Fatalf("answer %d with %.2000s\ngave %.2000s", i+1, body, stdout)
					}
				}
			}
		})
	}
}

// FuzzAnswer: any command, any bytes as its answers, one good envelope.
func FuzzAnswer(f *testing.F) {
	all := commands.All()
	requests := make([][]byte, len(all))
	for i, command := range all {
		request, answers := okAnswers(f, command.Key)
		requests[i] = request
		for _, answer := range answers {
			f.Add(uint8(i), 200, []byte(answer.Body), []byte(answer.Text))
		}
	}
	f.Fuzz(func(t *testing.T, command uint8, status int, first, second []byte) {
		headers := map[string]string{"Content-Type": "application/json", "Retry-After": string(second[:min(len(second), 20)])}
		answers := []canned.Response{{Status: status, Headers: headers, Body: orEmpty(first)}, {Status: 200, Headers: headers, Body: orEmpty(second)}}
		survive(t, requests[int(command)%len(all)], &script{answers: answers}, "fuzzed")
	})
}

// orEmpty keeps an empty body a body.
func orEmpty(text []byte) []byte { return append([]byte{}, text...) }
