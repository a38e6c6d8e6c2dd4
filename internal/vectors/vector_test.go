package vectors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// vector is one file of testdata/faults: a fault, and what must be true when it happens.
// README.md beside the vectors explains every member.
type vector struct {
	Row   int    `json:"row"`   // of the fault matrix, from 1 to 150
	Title string `json:"title"` // what must be true, in one sentence
	Slow  bool   `json:"slow"`  // takes more than a second; only "make faults" plays it
	Needs string `json:"needs"` // "root": without root the vector is skipped
	Echo  bool   `json:"echo"`  // a key is misplaced or sent back, so only the redactor removes it

	Arguments   []string          `json:"arguments"` // if absent, --exit-status
	Environment map[string]string `json:"environment"`
	Shell       string            `json:"shell"`   // sh runs it before it executes the plugin
	Patches     []patch           `json:"patches"` // changes for a build of the vector's own
	Request     json.RawMessage   `json:"request"`
	Stdin       parts             `json:"stdin"`      // instead of request
	StdinOpen   bool              `json:"stdin_open"` // stdin is never closed

	Server serverScript            `json:"server"`
	Other  serverScript            `json:"other"` // a second server, which must get no request
	Proxy  string                  `json:"proxy"`
	Names  map[string]nameRecord   `json:"names"` // the records of a name server of the vector's own
	Signal *signalScript           `json:"signal"`
	Runs   int                     `json:"runs"`   // runs at the same time, in one folder; if absent, one
	Folder map[string]folderRecord `json:"folder"` // what {{work}} holds before

	Expect         expectation `json:"expect"`
	MustNotContain []string    `json:"must_not_contain"`

	name string // the file's name, and the number of the element of "each"
}

// signalScript is a signal to the plugin and its moment.
type signalScript struct {
	Name    string `json:"name"`    // TERM, INT, HUP, QUIT, KILL
	Request int    `json:"request"` // sent when the server has read this request; 0 sends it at once
	AfterMS int    `json:"after_ms"`
	Twice   bool   `json:"twice"`
}

// folderRecord is one file, folder or link.
type folderRecord struct {
	Text string `json:"text"`
	Mode uint32 `json:"mode"`
	Dir  bool   `json:"dir"`
	Link string `json:"link"`
	FIFO bool   `json:"fifo"`
}

// values maps the {{names}} in a vector to their values.
type values map[string]any

// allVectors loads all vectors, one for each element of a file's "each".
// They still hold the {{names}} whose values are known only when a vector runs.
func allVectors(t *testing.T) []rawVector {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	all, err := loadVectors(root)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func loadVectors(root string) ([]rawVector, error) {
	files, err := filepath.Glob(filepath.Join(root, "testdata", "faults", "*.json"))
	if err != nil {
		return nil, err
	}
	var all []rawVector
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some, err := splitVector(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
		for i := range some {
			some[i].name = strings.TrimSuffix(filepath.Base(file), ".json")
			some[i].first = i == 0
			if len(some) > 1 {
				some[i].name += fmt.Sprintf("/%02d", i+1)
			}
		}
		all = append(all, some...)
	}
	return all, nil
}

// rawVector is a vector before its values are filled in.
type rawVector struct {
	name   string
	first  bool // of its file
	tree   any
	values values
	row    int
	echo   bool
	slow   bool
	alone  bool   // slow and large, so that vectors with a time limit must not run beside it
	lacks  string // what this machine lacks for it: "root", "strace"
	before string // shell text to run before the vector's own
	binary string // empty for the plugin as it ships
}

// lacking returns what a vector needs and this machine does not have.
func lacking(needs string, names bool) string {
	if (needs == "root" || names) && os.Getuid() != 0 {
		return "root"
	}
	if needs == "strace" {
		if _, err := exec.LookPath(needs); err != nil {
			return needs
		}
	}
	return ""
}

// splitVector reads one file and splits it by its member "each".
func splitVector(text []byte) ([]rawVector, error) {
	tree, err := decodeTree(text)
	if err != nil {
		return nil, err
	}
	var head struct {
		Row   int    `json:"row"`
		Title string `json:"title"`
		Slow  bool   `json:"slow"`
		Needs string `json:"needs"`
		Echo  bool   `json:"echo"`
		Names any    `json:"names"`

		Expect struct {
			PeakMiB int64 `json:"peak_mib"`
		} `json:"expect"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, err
	}
	if head.Title == "" || head.Row < 1 || head.Row > lastRow {
		return nil, fmt.Errorf("needs a title and a row from 1 to %d", lastRow)
	}
	one := rawVector{
		tree: tree, values: values{}, row: head.Row, echo: head.Echo,
		slow: head.Slow, alone: head.Slow && head.Expect.PeakMiB > 0,
		lacks: lacking(head.Needs, head.Names != nil),
	}
	members, _ := tree.(map[string]any)
	each, _ := members["each"].([]any)
	delete(members, "each")
	if len(each) == 0 {
		return []rawVector{one}, nil
	}
	all := make([]rawVector, len(each))
	for i, given := range each {
		all[i] = one
		if named, ok := given.(map[string]any); ok {
			all[i].values = named
			if slow, ok := named["slow"].(bool); ok {
				all[i].slow = slow
			}
			continue
		}
		all[i].values = values{"each": given}
	}
	return all, nil
}

// fill replaces the {{names}} by their values and decodes the vector.
func (r rawVector) fill(known values) (vector, error) {
	all := maps.Clone(known)
	for name, value := range r.values {
		all[name] = substitute(value, known)
	}
	text, err := encode(substitute(r.tree, all))
	if err != nil {
		return vector{}, err
	}
	v := vector{name: r.name}
	if err := strictly(text, &v); err != nil {
		return v, err
	}
	v.Shell = r.before + v.Shell
	return v, nil
}

// substitute replaces the text "{{name}}" by its value, of any type.
// It replaces a name within a longer text by the text of the value.
func substitute(tree any, known values) any {
	switch node := tree.(type) {
	case map[string]any:
		filled := make(map[string]any, len(node))
		for name, value := range node {
			filled[substituteText(name, known)] = substitute(value, known)
		}
		return filled
	case []any:
		filled := make([]any, len(node))
		for i, value := range node {
			filled[i] = substitute(value, known)
		}
		return filled
	case string:
		name, found := strings.CutPrefix(node, "{{")
		if name, closed := strings.CutSuffix(name, "}}"); found && closed {
			if value, there := known[name]; there {
				return value
			}
		}
		return substituteText(node, known)
	}
	return tree
}

func substituteText(text string, known values) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if value, ok := known[name].(string); ok {
			text = strings.ReplaceAll(text, "{{"+name+"}}", value)
		} else {
			text = strings.ReplaceAll(text, "{{"+name+"}}", fmt.Sprint(known[name]))
		}
	}
	return text
}

// decodeTree reads JSON and keeps the digits of numbers.
func decodeTree(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	err := decoder.Decode(&tree)
	return tree, err
}

// strictly decodes JSON into v and refuses unknown members, so that a typing error cannot disable a check.
func strictly(text []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	return decoder.Decode(v)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return b.Bytes(), err
}
