package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
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
// there must be one envelope, and no failure of the plugin's own.
func survive(t *testing.T, request []byte, transport http.RoundTripper, what string) {
	t.Helper()
	var out bytes.Buffer
	var log logBuffer
	clock := &fakeClock{now: time.Now()}
	p := process{stdin: bytes.NewReader(request), stdout: &out, stderr: &log, logLevel: "error", transport: transport, clock: clock.clock()}
	start := time.Now()
	status := p.main(t.Context())
	if spent := time.Since(start); spent > 5*time.Second {
		t.Errorf("%s: took %v", what, spent)
	}
	var e envelope
	if err := json.Unmarshal(out.Bytes(), &e); err != nil || status != exitOK {
		t.Errorf("%s: exit status %d, %v: %.300s", what, status, err, out.Bytes())
		return
	}
	if e.Error != nil && e.Error.Category == "internal" || len(log.Bytes()) > 0 {
		t.Errorf("%s: %+v, log %.500s", what, e.Error, log.Bytes())
	}
}

// TestMutatedAnswers puts another value, or none, in the place of every kind of
// value of every answer of every command's ok case (FAULTS row 66).
func TestMutatedAnswers(t *testing.T) {
	others := []string{`null`, `[]`, `{}`, `"x"`, `-1.5`, `true`, ""}
	for _, command := range commands.All() {
		t.Run(command.Key, func(t *testing.T) {
			t.Parallel()
			request, answers := okAnswers(t, command.Key)
			for i, answer := range answers {
				if answer.Body == nil {
					continue
				}
				for _, path := range kinds(t, answer.Body) {
					for _, other := range others {
						changed := slices.Clone(answers)
						changed[i].Body = mutate(t, answer.Body, path, other)
						survive(t, request, &script{answers: changed}, strings.Join(path, "/")+" = "+other)
					}
				}
			}
		})
	}
}

// kinds are the paths of all values of a JSON text, one for each kind: the
// elements of a list are one kind.
func kinds(t *testing.T, text []byte) [][]string {
	t.Helper()
	found := map[string][]string{}
	var walk func(value any, path []string, kind string)
	walk = func(value any, path []string, kind string) {
		if _, known := found[kind]; !known {
			found[kind] = path
		}
		switch v := value.(type) {
		case map[string]any:
			for name, member := range v {
				walk(member, append(slices.Clone(path), name), kind+"/"+name)
			}
		case []any:
			for i, element := range v {
				walk(element, append(slices.Clone(path), strconv.Itoa(i)), kind+"/*")
			}
		}
	}
	walk(decode(t, text), nil, "")
	var paths [][]string
	for _, kind := range slices.Sorted(maps.Keys(found)) {
		paths = append(paths, found[kind])
	}
	return paths
}

// mutate is a JSON text with other in the place of the value at a path; "" drops
// the value.
func mutate(t *testing.T, text []byte, path []string, other string) []byte {
	t.Helper()
	if len(path) == 0 {
		return []byte(other)
	}
	root := decode(t, text)
	node := root
	for _, step := range path[:len(path)-1] {
		if list, ok := node.([]any); ok {
			i, _ := strconv.Atoi(step)
			node = list[i]
			continue
		}
		node = node.(map[string]any)[step]
	}
	last := path[len(path)-1]
	switch v := node.(type) {
	case map[string]any:
		v[last] = json.RawMessage(other)
		if other == "" {
			delete(v, last)
		}
	case []any:
		i, _ := strconv.Atoi(last)
		v[i] = json.RawMessage(other)
		if other == "" {
			v[i] = nil
		}
	}
	changed, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return changed
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
