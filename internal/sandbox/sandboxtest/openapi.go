package sandboxtest

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// validateAnswer holds one answer of the sandbox to Tenable's specification: the
// status, the Content-Type and the body's members and types. The specification
// is not part of the project; where it is missing nothing is held to it.
func validateAnswer(t testing.TB, method, path string, status int, header http.Header, body []byte) {
	t.Helper()
	if err := checkAnswer(t, method, path, status, header, body); err != nil {
		const message = "%s %s: status %d: %v: no document describes this answer; " +
			"what Tenable published elsewhere goes into sandboxtest/amendments.json\n%.300s"
		t.Errorf(message, method, path, status, err, body)
	}
}

func checkAnswer(t testing.TB, method, path string, status int, header http.Header, body []byte) error {
	t.Helper()
	operation, template := readOnce(t).find(method, path)
	if operation == nil {
		return fmt.Errorf("the specification has no such operation")
	}
	response := operation.Responses.Status(status)
	if response == nil {
		return fmt.Errorf("the specification has no such status")
	}
	if len(body) == 0 && (len(response.Value.Content) == 0 || slices.Contains(amended().MayBeEmpty, template)) {
		return nil
	}
	if len(response.Value.Content) == 0 {
		return fmt.Errorf("there is a body, and none is described")
	}
	got, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("Content-Type %q: %w", header.Get("Content-Type"), err)
	}
	media := response.Value.Content[got]
	if media == nil {
		return fmt.Errorf("Content-Type is %s", got)
	}
	if media.Schema == nil || media.Schema.Value.Type.Is("string") || media.Schema.Value.IsEmpty() {
		return nil // HTML, and the file of a download
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	err = media.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse(), openapi3.MultiErrors(),
		openapi3.DisableSchemaErrorDetails())
	if err != nil || status != http.StatusOK { // the forms of refusals are closed
		return err
	}
	return checkMembers(t, method+" "+template, media.Schema, value)
}

const specificationFile = "openapi/tenable-io-subset.json"

// specification is read once for all tests.
type specification struct {
	document *openapi3.T
	calls    *http.ServeMux // knows its methods and paths
}

var specificationOnce = sync.OnceValues(readSpecification)

func readOnce(t testing.TB) specification {
	t.Helper()
	sharedFile(t, specificationFile)
	s, err := specificationOnce()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func readSpecification() (s specification, err error) {
	file, _ := findShared(specificationFile)
	text, err := os.ReadFile(file)
	if err != nil {
		return s, err
	}
	var document map[string]any
	if err := json.Unmarshal(text, &document); err != nil {
		return s, err
	}
	if err := amend(document); err != nil {
		return s, err
	}
	if text, err = json.Marshal(document); err != nil {
		return s, err
	}
	if s.document, err = openapi3.NewLoader().LoadFromData(text); err != nil {
		return s, err
	}
	s.calls = http.NewServeMux()
	for path, item := range s.document.Paths.Map() {
		for method := range item.Operations() {
			s.calls.Handle(method+" "+path, http.NotFoundHandler())
		}
	}
	return s, s.document.Validate(context.Background(), openapi3.DisableExamplesValidation())
}

// amend makes the changes of amendments.json.
func amend(document map[string]any) error {
	for _, mistake := range amended().Mistakes {
		if err := mend(document, mistake.At, mistake.Patch); err != nil {
			return err
		}
	}
	for _, pointer := range amended().Nullable {
		if err := mend(document, pointer, map[string]any{"nullable": true}); err != nil {
			return err
		}
	}
	return complete(document)
}

// mend merges the patch into the object that the pointer (RFC 6901) leads to.
func mend(document map[string]any, pointer string, patch map[string]any) error {
	var at any = document
	for _, step := range strings.Split(pointer, "/")[1:] {
		object, _ := at.(map[string]any)
		if at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]; at == nil {
			return fmt.Errorf("the specification has no %s at %s", step, pointer)
		}
	}
	merge(at.(map[string]any), patch)
	return nil
}

func merge(target, patch map[string]any) {
	for name, change := range patch {
		object, both := change.(map[string]any)
		if into, is := target[name].(map[string]any); is && both {
			merge(into, object)
			continue
		}
		if change == nil {
			delete(target, name)
			continue
		}
		target[name] = change
	}
}

// find gives the operation of a call and its path as the specification writes it.
func (s specification) find(method, target string) (*openapi3.Operation, string) {
	path, _, _ := strings.Cut(target, "?")
	path = "/" + strings.Join(strings.FieldsFunc(path, func(c rune) bool { return c == '/' }), "/")
	path = anyScanner.ReplaceAllString(path, "/scanners/null/")
	_, pattern := s.calls.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}})
	_, template, known := strings.Cut(pattern, " ")
	if !known {
		return nil, ""
	}
	return s.document.Paths.Value(template).GetOperation(method), template
}

// anyScanner: the specification knows the scanner "null" alone, the API takes any.
var anyScanner = regexp.MustCompile(`^/scanners/[^/]+/`)
