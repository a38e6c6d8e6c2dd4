package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"tenableio/commands"
	"tenableio/internal/canned"
	"tenableio/schemas"
)

// TestDocs renders manifest.yaml, docs/commands.md, and the marked parts of README.md and docs/using.md
// from the schemas, and compares.
func TestDocs(t *testing.T) {
	m := newManifest()
	checkGolden(t, "manifest.yaml", renderManifest(t, m))
	checkGolden(t, "docs/commands.md", renderCommands(t, m))
	checkGolden(t, "docs/tenableio.1", renderMan(t))
	checkGolden(t, "README.md", between(t, readPage(t, "README.md"), "commands", commandTable(m)))
	using := readPage(t, "docs/using.md")
	using = between(t, using, "help", "```text\n"+helpText(t)+"```\n")
	using = between(t, using, "connection", connectionTable(m))
	using = between(t, using, "options", optionTable(m))
	checkGolden(t, "docs/using.md", using)
	checkGolden(t, "docs/operating.md", between(t, readPage(t, "docs/operating.md"), "roles", roleTable(m)))
}

// readPage reads a document of the project.
func readPage(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// between replaces the text between the two markers of a name.
func between(t *testing.T, text []byte, name, content string) []byte {
	t.Helper()
	begin, end := "<!-- "+name+": rendered by make docs -->\n", "<!-- end of "+name+" -->"
	head, rest, found := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("the document has no markers %q", name)
	}
	return []byte(head + begin + content + end + tail)
}

func helpText(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if status := (process{args: []string{"help"}, stdout: &out}).main(t.Context()); status != exitOK {
		t.Fatalf("help exits %d", status)
	}
	return out.String()
}

// commandTable lists the commands, each with the first clause of its description.
func commandTable(m manifest) string {
	var b strings.Builder
	b.WriteString("| command | what it does | least role |\n|---|---|---|\n")
	for _, c := range m.Commands {
		what := firstClause(c.Description)
		fmt.Fprintf(&b, "| [%s](docs/commands.md#%s) | %s | %s |\n", c.Title, anchor(c.Title), what, c.Role)
	}
	return b.String()
}

// firstClause cuts a description at its first colon or full stop.
func firstClause(description string) string {
	end := strings.IndexAny(description, ":.")
	if end < 0 {
		return description
	}
	return description[:end]
}

// anchor returns the anchor that a heading has on a rendered page.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		}
		return -1
	}, strings.TrimSpace(heading))
}

// roleTable lists the commands by the least role that they need.
func roleTable(m manifest) string {
	byRole := map[string][]string{}
	for _, c := range m.Commands {
		byRole[c.Role] = append(byRole[c.Role], fmt.Sprintf("[%s](commands.md#%s)", c.Title, anchor(c.Title)))
	}
	var b strings.Builder
	b.WriteString("| least role | commands |\n|---|---|\n")
	byNumber := func(a, b string) int { return strings.Compare(a[strings.Index(a, "["):], b[strings.Index(b, "["):]) }
	for _, role := range slices.SortedFunc(maps.Keys(byRole), byNumber) {
		fmt.Fprintf(&b, "| %s | %s |\n", role, strings.Join(byRole[role], ", "))
	}
	return b.String()
}

func connectionTable(m manifest) string {
	var b strings.Builder
	b.WriteString("| connection parameter | key | default | meaning |\n|---|---|---|---|\n")
	for _, p := range m.Connection {
		standard := ""
		switch {
		case p.Required:
			standard = "required"
		case p.Default != nil:
			standard = codes([]string{fmt.Sprint(p.Default)})
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", p.Title, p.Key, standard, p.Description)
	}
	return b.String()
}

// optionTable lists the options in the order of the request's schema.
func optionTable(m manifest) string {
	var b strings.Builder
	b.WriteString("| option | default | meaning |\n|---|---|---|\n")
	for _, option := range m.Options {
		standard := ""
		if len(option.Default) > 0 {
			standard = codes([]string{string(option.Default)})
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", option.Key, standard, option.Description)
	}
	return b.String()
}

func codes(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = "`" + text + "`"
	}
	return strings.Join(quoted, ", ")
}

// TestChangelogHasTheVersion checks that the newest heading is the version.
func TestChangelogHasTheVersion(t *testing.T) {
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^## (\S+)`).FindSubmatch(changelog)
	if heading == nil || string(heading[1]) != version {
		t.Errorf("the newest heading of CHANGELOG.md is %q, want %s", heading, version)
	}
}

// TestChangelogNamesEveryCommand checks that no command was added in silence.
// Authors of playbooks notice a new command first.
func TestChangelogNamesEveryCommand(t *testing.T) {
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	oneLine := strings.Join(strings.Fields(string(changelog)), " ")
	var titles []string
	for _, command := range commands.All() {
		schema := command.Schema()
		titles = append(titles, schema.Title)
	}
	slices.SortFunc(titles, func(a, b string) int { return len(b) - len(a) })
	for _, title := range titles {
		if !strings.Contains(oneLine, title) {
			t.Errorf("CHANGELOG.md does not name %s", title)
		}
		oneLine = strings.ReplaceAll(oneLine, title, "") // which may hold the title of another
	}
	readme, err := os.ReadFile("README.md")
	if count := fmt.Sprintf("- %d commands:", len(titles)); err != nil || !bytes.Contains(readme, []byte(count)) {
		t.Errorf("README.md does not say %q: %v", count, err)
	}
}

// TestReadmeRequests runs the request that README.md shows, and a wrong one.
// It compares the result and the error with those on the page.
func TestReadmeRequests(t *testing.T) {
	readme := readPage(t, "README.md")
	request := block(t, readme, "request")
	result := block(t, readme, "result")
	var out bytes.Buffer
	p := process{args: []string{"validate"}, stdin: bytes.NewReader(request), stdout: &out, stderr: &out}
	if status := p.main(t.Context()); status != exitOK {
		t.Errorf("the request of README.md is not valid: %s", out.Bytes())
	}
	player := canned.NewPlayer([]canned.Exchange{{
		Request:  canned.Request{Method: "GET", Path: "/scans/32/latest-status"},
		Response: canned.Response{Status: 200, Body: json.RawMessage(`{"status": "running"}`)},
	}})
	answered, _ := runCase(t, request, player)
	if diff := cmp.Diff(shown(t, answered), shown(t, result)); diff != "" {
		t.Errorf("the result of README.md (-want +got):\n%s", diff)
	}
	refused, _ := runCase(t, bytes.Replace(request, []byte("32"), []byte(`"weekly"`), 1), canned.NewPlayer(nil))
	var failed struct {
		Error json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(refused, &failed); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shown(t, failed.Error), shown(t, block(t, readme, "error"))); diff != "" {
		t.Errorf("the error of README.md (-want +got):\n%s", diff)
	}
}

// block returns a document's block of code with the given name.
func block(t *testing.T, document []byte, name string) []byte {
	t.Helper()
	found := regexp.MustCompile("(?s)```json " + name + "\n(.*?)```").FindSubmatch(document)
	if found == nil {
		t.Fatalf("the document has no block %q", name)
	}
	return found[1]
}

// shown returns the parts of a JSON text that a document shows.
// It drops durations, and long texts that the document shows elsewhere.
func shown(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if stats, there := members["stats"].(map[string]any); there {
		delete(stats, "duration_ms")
	}
	if html, there := members["result"].(string); there {
		members["result"] = strings.HasPrefix(html, "<table>")
	}
	if items, there := members["items"].([]any); there {
		delete(items[0].(map[string]any), "message")
	}
	return members
}

// TestDescribe checks that describe, schema and sample agree.
func TestDescribe(t *testing.T) {
	var out bytes.Buffer
	if status := (process{args: []string{"describe"}, stdout: &out}).main(t.Context()); status != exitOK {
		t.Fatalf("describe exits %d", status)
	}
	var m manifest
	if err := json.Unmarshal(out.Bytes(), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Commands) != len(commands.All()) {
		t.Fatalf("describe lists %d commands, want %d", len(m.Commands), len(commands.All()))
	}
	envelope := schemas.Envelope("request")
	for _, c := range m.Commands {
		for _, name := range []string{c.Key, c.Title} {
			var sample, validated bytes.Buffer
			if status := (process{args: []string{"sample", name}, stdout: &sample}).main(t.Context()); status != exitOK {
				t.Fatalf("sample %s exits %d", name, status)
			}
			validate(t, "request", envelope, sample.Bytes())
			p := process{args: []string{"validate"}, stdin: &sample, stdout: &validated, stderr: &validated}
			if status := p.main(t.Context()); status != exitOK {
				t.Errorf("the sample of %s is not valid:\n%s", name, validated.Bytes())
			}
		}
		for _, side := range []string{"input", "output"} {
			var text bytes.Buffer
			status := (process{args: []string{"schema", c.Key, side}, stdout: &text}).main(t.Context())
			if status != exitOK || !json.Valid(text.Bytes()) {
				t.Errorf("schema %s %s exits %d with %.80s", c.Key, side, status, text.Bytes())
			}
		}
	}
}

// TestConnectionIsTheSameEverywhere compares the request schema with the connection parameters.
func TestConnectionIsTheSameEverywhere(t *testing.T) {
	m := newManifest()
	text := schemas.Envelope("request")
	var schema struct {
		Properties struct {
			Connection struct {
				Properties map[string]struct {
					Title       string `json:"title"`
					Description string `json:"description"`
					WriteOnly   bool   `json:"writeOnly"`
				} `json:"properties"`
			} `json:"connection"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	published := schema.Properties.Connection.Properties
	var keys []string
	for _, p := range m.Connection {
		keys = append(keys, p.Key)
		got := published[p.Key]
		start, _, _ := strings.Cut(got.Description, ":")
		same := strings.HasPrefix(p.Description, strings.TrimSuffix(start, "."))
		if got.Title != p.Title || got.WriteOnly != p.Secret || !same {
			t.Errorf("parameter %s: the request schema says %+v, connection.Parameters %+v", p.Key, got, p)
		}
	}
	if want := slices.Sorted(maps.Keys(published)); !slices.Equal(slices.Sorted(slices.Values(keys)), want) {
		t.Errorf("connection parameters %v, want those of the request schema %v", keys, want)
	}
}
