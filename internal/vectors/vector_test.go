package vectors_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// vector is one file of testdata/faults: a fault, and what must hold when it
// happens. README.md beside the vectors explains every member.
type vector struct {
	Row   int    `json:"row"`   // of the fault matrix, from 1 to 125
	Title string `json:"title"` // what holds, in one sentence
	Slow  bool   `json:"slow"`  // takes more than a second: "make faults" only
	Needs string `json:"needs"` // "root": skipped, saying so, without
	Echo  bool   `json:"echo"`  // a key stands where it does not belong, or the server sends it back: the last net is what takes it out

	Arguments   []string          `json:"arguments"` // absent: --exit-status
	Environment map[string]string `json:"environment"`
	Shell       string            `json:"shell"`   // run by sh in the process before the plugin takes its place
	Patches     []patch           `json:"patches"` // of the plugin, for a build of the vector's own
	Request     json.RawMessage   `json:"request"`
	Stdin       parts             `json:"stdin"`      // in the place of request
	StdinOpen   bool              `json:"stdin_open"` // stdin is never closed

	Server serverScript            `json:"server"`
	Other  serverScript            `json:"other"` // a second server, which must get no request
	Proxy  string                  `json:"proxy"`
	Names  map[string]nameRecord   `json:"names"` // what a name server of the vector's own says
	Signal *signalScript           `json:"signal"`
	Runs   int                     `json:"runs"`   // so many at the same time, in one folder; absent: one
	Folder map[string]folderRecord `json:"folder"` // what is in {{work}} before

	Expect         expectation `json:"expect"`
	MustNotContain []string    `json:"must_not_contain"`

	name string // of the file, and which of Each
}

// signalScript is a signal to the plugin, and when.
type signalScript struct {
	Name    string `json:"name"`    // TERM, INT, HUP, QUIT, KILL
	Request int    `json:"request"` // once the server has read this request; 0: at once
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

// values are what stands for the {{names}} in a vector.
type values map[string]any

// allVectors are all vectors, one for each member of Each. The {{names}} that are
// known only when a vector runs are still in them.
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
	tree   any
	values values
	row    int
	echo   bool // a vector's own
	slow   bool
	alone  bool   // slow and large: a vector with a time limit must not run beside it
	root   bool   // needs root
	before string // shell text before the vector's own
	binary string // "": the plugin as it ships
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
		root: head.Needs == "root" || head.Names != nil,
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

// fill puts the values in the place of their names and decodes the vector.
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

// substitute replaces "{{name}}" by its value, of whatever type, and
// "a {{name}} b" by the text of it.
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

// decodeTree reads JSON with the digits of numbers kept.
func decodeTree(text []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var tree any
	err := decoder.Decode(&tree)
	return tree, err
}

// strictly decodes JSON into v and refuses unknown members: a typing error in a
// vector must not make it hold.
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
