package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenableio/commands"
	"tenableio/schemas"
)

// roomRow matches a row of the table of rooms: the room, what it may import, what it knows and does not know.
var roomRow = regexp.MustCompile(`(?m)^\| ([a-z/]+) \| ([^|]*) \|[^|]*\|[^|]*\|$`)

// TestRooms compares the imports of every package with the table of rooms in CONTRIBUTING.md.
// A package that is not in the table may import nothing but the standard library.
func TestRooms(t *testing.T) {
	guide, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	rooms := map[string][]string{}
	for _, row := range roomRow.FindAllStringSubmatch(string(guide), -1) {
		rooms[strings.TrimSuffix("tenableio/"+row[1], "/main")] = strings.Split(row[2], ", ")
	}
	if len(rooms["tenableio"]) == 0 {
		t.Fatal("CONTRIBUTING.md has no table of rooms")
	}
	for _, p := range goList(t, "./...") {
		for _, imported := range p.Imports {
			first, below, _ := strings.Cut(imported, "/")
			standard := first != "tenableio" && !strings.Contains(first, ".")
			allowed := func(name string) bool { return below == name || strings.HasSuffix(imported, "/"+name) }
			if !standard && !slices.ContainsFunc(rooms[p.ImportPath], allowed) {
				t.Errorf("%s imports %s, which its room in CONTRIBUTING.md does not allow", p.ImportPath, imported)
			}
		}
	}
}

// TestBinaryDependsOnFewModules compares the modules in the binary with the list of those that may ship.
func TestBinaryDependsOnFewModules(t *testing.T) {
	allowed := []string{
		"tenableio", "github.com/santhosh-tekuri/jsonschema/v5", "github.com/go-resty/resty/v2", "github.com/rs/zerolog",
		"github.com/go-json-experiment/json", "golang.org/x/net", "golang.org/x/sys", "golang.org/x/term", "golang.org/x/text",
		"github.com/mattn/go-colorable", "github.com/mattn/go-isatty",
	}
	shipped := map[string]bool{}
	for _, system := range []string{"linux", "windows"} { // go-colorable ships for Windows alone
		t.Setenv("GOOS", system)
		for _, p := range goList(t, "-deps", ".") {
			if p.Module == nil {
				continue
			}
			shipped[p.Module.Path] = true
			if !slices.Contains(allowed, p.Module.Path) {
				t.Errorf("the binary holds %s of module %s, which is not on the list", p.ImportPath, p.Module.Path)
			}
		}
	}
	for _, module := range allowed {
		if !shipped[module] {
			t.Errorf("%s is on the list, and nothing of it ships", module)
		}
	}
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

func goList(t *testing.T, arguments ...string) []goPackage {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Module"}, arguments...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p goPackage
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

// TestNameTriple checks that each command has its Go file and its two schemas under one name,
// and that no schema belongs to another name.
func TestNameTriple(t *testing.T) {
	var keys []string
	for _, command := range commands.All() {
		keys = append(keys, command.Key)
		handlers, err := filepath.Glob("commands/*/" + command.Key + ".go")
		if err != nil || len(handlers) != 1 {
			t.Errorf("command %s has %d handlers in the families of commands/, want one", command.Key, len(handlers))
		}
		for _, name := range []string{"schemas/" + command.Key + ".json", "schemas/output/" + command.Key + ".json"} {
			if _, err := os.Stat(name); err != nil {
				t.Errorf("command %s has no %s", command.Key, name)
			}
		}
	}
	if !slices.IsSorted(keys) {
		t.Errorf("the table of commands is not sorted: %v", keys)
	}
	for pattern, suffix := range map[string]string{"schemas/*.json": ".json", "schemas/output/*.json": ".json"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if key := strings.TrimSuffix(filepath.Base(name), suffix); !slices.Contains(keys, key) {
				t.Errorf("%s belongs to no command of the table", name)
			}
		}
	}
}

// sources calls visit with every file of the project whose name ends so.
func sources(t *testing.T, ending string, visit func(name string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (name == ".git" || name == "bin" || name == "dist") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ending) {
			return nil
		}
		text, err := os.ReadFile(name)
		if err == nil {
			visit(filepath.ToSlash(name), text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFilesAreSmall limits the lines of a file, so that it holds one thing.
func TestFilesAreSmall(t *testing.T) {
	sources(t, ".go", func(name string, text []byte) {
		most := 350
		if strings.HasSuffix(name, "_test.go") {
			most = 400
		}
		if lines := bytes.Count(text, []byte("\n")); lines > most {
			t.Errorf("%s has %d lines, want at most %d", name, lines, most)
		}
	})
}

// programs are the folders of other programs than the plugin.
var programs = []string{"demo/", "internal/bench/", "internal/release/", "internal/pictures/", "integrations/"}

// traps lists patterns that the product's code must not hold, with the files and folders that may.
var traps = []struct {
	pattern string
	allowed []string
	why     string
}{
	{`InsecureSkipVerify`, []string{"connection/transport.go"}, "certificates are checked"},
	{`os\.Exit\(`, append(programs, "main.go"), "only main ends the process"},
	{
		`recover\(\)`,
		[]string{"internal/cli/run.go", "schemas/decode.go", "commands/exports/chunks.go"},
		"one place turns a panic into an envelope",
	},
	{
		`\.(SetDebug|EnableTrace|SetRawPathParams?|SetOutput|SetRetryCount|GenerateCurlOnDebug)\(`,
		[]string{"internal/cli/process.go", "internal/cli/flags.go", "integrations/"},
		"a trap of resty",
	},
	{`log\.Fatal|\.Fatal\(\)|\.Panic\(\)|FatalLevel|PanicLevel`, nil, "it would end the process without an envelope"},
	{`fmt\.Print`, nil, "stdout holds the envelope alone"},
	{`http\.DefaultClient|http\.Get\(|http\.Post\(`, nil, "the one client refuses redirects"},
	{`ConsoleWriter`, nil, "logs are JSON"},
	{
		`\.Reveal\(\)`,
		[]string{"connection/client.go", "connection/exchange.go"},
		"keys are shown to the request alone",
	},
	{`"os/exec"|StartProcess|ForkExec|os\.Setenv`, programs, "the process list would show what another process is given"},
	{`\b(TODO|FIXME|XXX|HACK)\b`, nil, "nothing is left for later"},
}

func TestTraps(t *testing.T) {
	for _, trap := range traps {
		pattern := regexp.MustCompile(trap.pattern)
		sources(t, ".go", func(name string, text []byte) {
			allowed := slices.ContainsFunc(append(trap.allowed, "internal/sandbox/"), func(start string) bool {
				return strings.HasPrefix(name, start)
			})
			if allowed || strings.HasSuffix(name, "_test.go") {
				return
			}
			lines := bufio.NewScanner(bytes.NewReader(text))
			for n := 1; lines.Scan(); n++ {
				if line := strings.TrimSpace(lines.Text()); !strings.HasPrefix(line, "//") && pattern.MatchString(line) {
					t.Errorf("%s:%d: %s: %s", name, n, line, trap.why)
				}
			}
		})
	}
}

// TestWarningsAreListed compares the codes of warnings in the source with those that the schema of the result explains.
func TestWarningsAreListed(t *testing.T) {
	schema := schemas.Envelope("result")
	listed := map[string]bool{}
	for _, found := range regexp.MustCompile(`\{"const": "([a-z0-9_]+)", "description"`).FindAllSubmatch(schema, -1) {
		listed[string(found[1])] = true
	}
	used := map[string]bool{}
	sources(t, ".go", func(name string, text []byte) {
		if strings.HasPrefix(name, "integrations/") { // which give no results, and so log what they call a warning
			return
		}
		for _, found := range regexp.MustCompile(`\.Warn\("([a-z0-9_]+)"`).FindAllSubmatch(text, -1) {
			code := string(found[1])
			if used[code] = true; !listed[code] {
				t.Errorf("%s: the schema of the result does not list the warning %s", name, code)
			}
		}
	})
	for code := range listed {
		if !used[code] {
			t.Errorf("the schema of the result lists the warning %s, which nothing gives", code)
		}
	}
}

// TestGoModIsTidy runs go mod tidy and go mod verify without changing anything.
func TestGoModIsTidy(t *testing.T) {
	for _, arguments := range [][]string{{"mod", "tidy", "-diff"}, {"mod", "verify"}} {
		if out, err := exec.Command("go", arguments...).CombinedOutput(); err != nil {
			t.Errorf("go %s: %v\n%s", strings.Join(arguments, " "), err, out)
		}
	}
}

// TestContributingNamesEveryModule checks that each direct dependency has its line of reason.
func TestContributingNamesEveryModule(t *testing.T) {
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	requirement := regexp.MustCompile(`(?m)^(?:require )?\s*([a-zA-Z0-9./-]+\.[a-zA-Z0-9./-]+) v\S+$`)
	for _, name := range []string{"go.mod", "internal/release/go.mod", "internal/pictures/go.mod"} {
		mod, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		modules := requirement.FindAllStringSubmatch(string(mod), -1)
		if len(modules) == 0 {
			t.Errorf("%s: the test finds no module", name)
		}
		for _, module := range modules {
			if !strings.Contains(string(text), "| "+module[1]+" |") {
				t.Errorf("CONTRIBUTING.md gives no reason for %s of %s", module[1], name)
			}
		}
	}
}

// TestContributingNamesEveryRoom checks that each package is in the table of rooms.
func TestContributingNamesEveryRoom(t *testing.T) {
	text, err := os.ReadFile("CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "## Rooms")
	table, _, _ = strings.Cut(table, "\n## ")
	var named []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \|`).FindAllStringSubmatch(table, -1) {
		named = append(named, strings.Split(row[1], ", ")...)
	}
	for _, p := range goList(t, "./...") {
		room := strings.TrimPrefix(strings.Replace(p.ImportPath, "tenableio", "main", 1), "main/")
		if !slices.ContainsFunc(named, func(name string) bool { return room == name || strings.HasPrefix(room, name+"/") }) {
			t.Errorf("the rooms of CONTRIBUTING.md lack %s", room)
		}
	}
}

// TestSecurityNamesItsTests checks that every test that SECURITY.md names exists.
func TestSecurityNamesItsTests(t *testing.T) {
	text, err := os.ReadFile("SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	sources(t, "_test.go", func(_ string, text []byte) {
		for _, found := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllSubmatch(text, -1) {
			there[string(found[1])] = true
		}
	})
	named := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllSubmatch(text, -1)
	if len(named) == 0 {
		t.Error("SECURITY.md names no test")
	}
	for _, found := range named {
		if !there[string(found[1])] {
			t.Errorf("SECURITY.md names %s, which is not there", found[1])
		}
	}
}

// TestGoFileNames finds files that other systems leave out of their builds in silence, because of their names.
// Where that is intended, a file beside it ends in _other.go.
func TestGoFileNames(t *testing.T) {
	out, err := exec.Command("go", "tool", "dist", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	systems := map[string]bool{}
	for _, pair := range strings.Fields(string(out)) {
		for _, word := range strings.Split(pair, "/") {
			systems[word] = true
		}
	}
	sources(t, ".go", func(name string, _ []byte) {
		at := strings.LastIndex(name, "_")
		if at < 0 || !systems[strings.TrimSuffix(name[at+1:], ".go")] {
			return
		}
		if _, err := os.Stat(name[:at] + "_other.go"); err != nil {
			t.Errorf("%s is left out of builds for other systems, and there is no %s_other.go", name, name[:at])
		}
	})
}

// TestFixturesAreMadeUp checks that the project's own data holds no address that belongs to anybody.
func TestFixturesAreMadeUp(t *testing.T) {
	address := regexp.MustCompile(`\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b`)
	documentation := regexp.MustCompile(`^(192\.0\.2|198\.51\.100|203\.0\.113)\.|` +
		`^0*127\.|^0*10\.|^0\.0\.0\.0|^1\.2\.3\.0?4`)
	// These are link-local, metadata and multicast addresses, which the plugin refuses.
	refused := regexp.MustCompile(`^169\.254\.|^100\.100\.100\.200|^168\.63\.129\.16|` +
		`^192\.0\.0\.192|^224\.0\.0\.1`)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("testdata", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		for _, found := range address.FindAllString(string(text), -1) {
			if !documentation.MatchString(found) && !refused.MatchString(found) {
				t.Errorf("%s holds the address %s, which is not one for documentation", name, found)
			}
		}
		if bytes.Contains(text, []byte(here)) {
			t.Errorf("%s names %s, a folder of this machine", name, here)
		}
		return err
	})
	if err != nil {
		t.Fatal(fmt.Errorf("testdata: %w", err))
	}
}
