package sandboxtest

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedFile finds a file of the folder beside the module that holds what others
// published about the API, and skips the test where there is none.
func sharedFile(t testing.TB, name string) string {
	t.Helper()
	file, there := findShared(name)
	if !there {
		t.Skipf("no ../shared/%s beside the module: it is not part of the project", name)
	}
	return file
}

func findShared(name string) (file string, there bool) {
	at, _ := os.Getwd() // go test has one
	for !exists(filepath.Join(at, "go.mod")) && at != filepath.Dir(at) {
		at = filepath.Dir(at)
	}
	file = filepath.Join(at, "..", "shared", name)
	return file, exists(file)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// Recording is one exchange with the cloud, as it was recorded.
type Recording struct {
	Request struct {
		Method, Path string
		Body         *string
	}
	Response struct {
		Status  int
		Headers map[string]string
		Body    json.RawMessage
	}
}

// Header is that of the answer.
func (r Recording) Header() http.Header {
	header := http.Header{}
	for name, value := range r.Response.Headers {
		header.Set(name, value)
	}
	return header
}

// ReadRecordings reads all exchanges by name, without ".json".
func ReadRecordings(t testing.TB) map[string]Recording {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(sharedFile(t, "recordings"), "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	recordings := map[string]Recording{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var r Recording
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		recordings[strings.TrimSuffix(filepath.Base(file), ".json")] = r
	}
	return recordings
}
