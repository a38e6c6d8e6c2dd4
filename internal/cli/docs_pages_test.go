package cli

import (
	"bytes"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenableio/commands"
)

// pages returns every document of the project by its path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "dist"}, name):
			return filepath.SkipDir
		case !entry.IsDir() && strings.HasSuffix(name, ".md"):
			found[filepath.ToSlash(name)] = string(readPage(t, name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var (
	codeBlock = regexp.MustCompile("(?ms)^```([a-z]*).*?\n(.*?)^```$")
	codeSpan  = regexp.MustCompile("`[^`\n]*`")
	heading   = regexp.MustCompile(`(?m)^#+ (.*)$`)
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"`)
)

// anchorsOf returns the anchors of a page's headings.
func anchorsOf(text string) []string {
	var anchors []string
	for _, found := range heading.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
		anchors = append(anchors, anchor(found[1]))
	}
	return anchors
}

// linksOf returns the targets of a page's links and pictures.
func linksOf(text string) []string {
	var targets []string
	prose := codeSpan.ReplaceAllString(codeBlock.ReplaceAllString(text, ""), "")
	for _, found := range link.FindAllStringSubmatch(prose, -1) {
		targets = append(targets, found[1]+found[2])
	}
	return targets
}

// TestLinksResolve checks that every relative link of a page leads to a file, and every anchor to a heading of it.
func TestLinksResolve(t *testing.T) {
	t.Parallel()
	all := pages(t)
	anchors := map[string][]string{}
	for name, text := range all {
		anchors[name] = anchorsOf(text)
	}
	for name, text := range all {
		for _, target := range linksOf(text) {
			if problem := checkLink(anchors, name, target); problem != "" {
				t.Errorf("%s: the link %s %s", name, target, problem)
			}
		}
	}
}

// checkLink says what is wrong with a link of the named page, or returns "". It knows the
// anchors of every page.
func checkLink(anchors map[string][]string, name, target string) string {
	parsed, err := url.Parse(target)
	switch {
	case err != nil:
		return "cannot be read"
	case parsed.Scheme == "https" && parsed.Host != "":
		return ""
	case parsed.Scheme != "" || parsed.Host != "" || strings.HasPrefix(parsed.Path, "/"):
		return "is neither relative nor https"
	}
	file := name
	if parsed.Path != "" {
		file = path.Join(path.Dir(name), parsed.Path)
	}
	if _, err := os.Stat(file); err != nil {
		return "leads to no file"
	}
	if parsed.Fragment != "" && !slices.Contains(anchors[file], parsed.Fragment) {
		return "leads to no heading"
	}
	return ""
}

// TestLinksThatAreWrong checks that TestLinksResolve can fail.
func TestLinksThatAreWrong(t *testing.T) {
	anchors := map[string][]string{
		"README.md":     anchorsOf("# Top\n\n## One & two\n\n```sh\n# not a heading\n```\n"),
		"docs/using.md": anchorsOf("# Using\n"),
	}
	for target, want := range map[string]string{
		"https://example.com/x":     "",
		"docs/using.md#using":       "",
		"#one--two":                 "",
		"docs/none.md":              "leads to no file",
		"docs/using.md#nothing":     "leads to no heading",
		"#not-a-heading":            "leads to no heading",
		"http://example.com":        "is neither relative nor https",
		"/docs/using.md":            "is neither relative nor https",
		"mailto:somebody@x.example": "is neither relative nor https",
	} {
		if got := checkLink(anchors, "README.md", target); got != want {
			t.Errorf("%s: %q, want %q", target, got, want)
		}
	}
	text := "see [one](a.md) and [two](b.md#c), not `[three](d.md)`; <img src=\"e.svg\">"
	if got := strings.Join(linksOf(text), " "); got != "a.md b.md#c e.svg" {
		t.Errorf("links %s", got)
	}
}

// TestReadmeIsTheDoorstep checks that README.md stays short and leads to every page of docs/.
// The rows of the commands do not count: a new command must not push another line out.
func TestReadmeIsTheDoorstep(t *testing.T) {
	all := pages(t)
	readme := all["README.md"]
	lines := strings.Count(readme, "\n") - strings.Count(readme, "](docs/commands.md#")
	if lines < 100 || lines > 130 {
		t.Errorf("README.md has %d lines beside the rows of the commands, want 100 to 130", lines)
	}
	for name := range all {
		if strings.HasPrefix(name, "docs/") && !slices.Contains(linksOf(readme), name) {
			t.Errorf("README.md does not lead to %s", name)
		}
	}
}

var (
	namedFile = regexp.MustCompile("`([a-zA-Z0-9_./-]+/[a-zA-Z0-9_.-]*)`")
	testCall  = regexp.MustCompile(`^go test \./(\S+) -run (\w+)(?:/(\w+))?`)
)

// TestNamedFilesAreThere checks that the files and folders that a page names exist.
// A segment x or in capitals stands for any name.
func TestNamedFilesAreThere(t *testing.T) {
	placeholder := regexp.MustCompile(`(^|/)(x[/.]|[A-Z_]{3,}([/-]|$)|\.\.)`)
	for name, text := range pages(t) {
		for _, found := range namedFile.FindAllStringSubmatch(codeBlock.ReplaceAllString(text, ""), -1) {
			root, _, _ := strings.Cut(found[1], "/")
			if _, err := os.Stat(root); err != nil || placeholder.MatchString(found[1]) {
				continue // a path of the API, a media type or a pattern
			}
			if _, err := os.Stat(found[1]); err != nil {
				t.Errorf("%s names %s, which is not there", name, found[1])
			}
		}
	}
}

// TestNamedTestsAreThere checks that each test that a page tells to run exists.
func TestNamedTestsAreThere(t *testing.T) {
	for name, text := range pages(t) {
		for _, line := range shellLines(text) {
			call := testCall.FindStringSubmatch(line)
			if call == nil {
				continue
			}
			sources, err := filepath.Glob(call[1] + "/*_test.go")
			if err != nil {
				t.Fatal(err)
			}
			declares := func(file string) bool { return bytes.Contains(readPage(t, file), []byte("func "+call[2]+"(t ")) }
			if !slices.ContainsFunc(sources, declares) {
				t.Errorf("%s: %q: there is no such test", name, line)
			}
			if _, err := os.Stat("testdata/" + call[3]); err != nil {
				t.Errorf("%s: %q: there are no such cases", name, line)
			}
		}
	}
}

// shellLines returns the lines of a page's shell blocks, continued lines joined and comments dropped.
func shellLines(text string) []string {
	var lines []string
	for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
		if block[1] != "sh" {
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(block[2], "\\\n", " ")) {
			line, _, _ = strings.Cut(line, " #")
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

var (
	pluginCall = regexp.MustCompile(`^(?:\S*/)?tenableio(?:\s+(.*))?$`)
	makeCall   = regexp.MustCompile(`^make ([a-z-]+)`)
	redirects  = regexp.MustCompile(`\s*[<>]\s*\S+`)
)

// TestShellLinesParse checks that every call of the plugin on a page is one that the table of sub-commands takes.
// It carries out the calls that need neither stdin nor the network. Targets of make must be there too.
func TestShellLinesParse(t *testing.T) {
	makefile := string(readPage(t, "Makefile")) + string(readPage(t, "integrations/targets.mk"))
	calls := 0
	for name, text := range pages(t) {
		for _, line := range shellLines(text) {
			if target := makeCall.FindStringSubmatch(line); target != nil {
				if !strings.Contains(makefile, "\n"+target[1]+":") {
					t.Errorf("%s: %q: there is no such target", name, line)
				}
				continue
			}
			for _, call := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("|;&", r) }) {
				found := pluginCall.FindStringSubmatch(strings.TrimSpace(redirects.ReplaceAllString(call, "")))
				if found == nil {
					continue
				}
				calls++
				if problem := checkCall(t, strings.Fields(found[1])); problem != "" {
					t.Errorf("%s: %q: %s", name, line, problem)
				}
			}
		}
	}
	if calls < 5 {
		t.Errorf("%d calls of the plugin on all pages: the test no longer finds them", calls)
	}
}

// checkCall says what is wrong with the arguments of a call, or returns "".
func checkCall(t *testing.T, arguments []string) string {
	t.Helper()
	if len(arguments) == 0 {
		return ""
	}
	var out, log bytes.Buffer
	p := process{stdin: strings.NewReader(""), stdout: &out, stderr: &log}
	switch arguments[0] {
	case "describe", "schema", "sample", "version", "help":
		p.args = arguments
	case "sandbox":
		if err := newSandboxFlags().parse(arguments[1:]); err != nil {
			return err.Error()
		}
		return ""
	case "run", "check":
		return checkRunCall(p, arguments)
	default:
		p.args = append(slices.Clone(arguments), "--help") // parses, and reads no stdin
	}
	if status := p.main(t.Context()); status != exitOK {
		return log.String()
	}
	return ""
}

// checkRunCall says what is wrong with the arguments of run or check, or returns "". The
// schema of the command must know the inputs.
func checkRunCall(p process, arguments []string) string {
	f := newRunFlags()
	if arguments[0] == "check" {
		f = newCheckFlags()
	}
	words, err := f.parse(arguments[1:])
	if err != nil {
		return err.Error()
	}
	if len(words) == 0 {
		return ""
	}
	s, err := p.newShellRequest(words, f.connection)
	if err != nil {
		return err.Error()
	}
	command, known := commands.Lookup(s.command)
	if !known {
		return "unknown command " + s.command
	}
	for _, argument := range s.arguments {
		name, _, _ := strings.Cut(argument, "=")
		if _, there := command.Schema().Properties[name]; !there {
			return "unknown input " + name
		}
	}
	return ""
}

// TestCallsThatAreWrong checks that TestShellLinesParse can fail.
func TestCallsThatAreWrong(t *testing.T) {
	for line, good := range map[string]bool{
		"": true, "check": true, "sample list_scans": true, "sandbox --seed 7": true, "schema list_scans output": true, "run list_scans folder_id=1 --output table": true, "check --quiet": true,
		"chekc": false, "sample nothing": false, "sandbox --sed 7": false, "schema list_scans middle": false, "run list_scans x=1": false, "run lists": false, "run list_scans --otput=x": false,
	} {
		if got := checkCall(t, strings.Fields(line)); (got == "") != good {
			t.Errorf("tenableio %s: %q, want good %t", line, got, good)
		}
	}
	text := "```sh\nmake demo    # all of it\n# a comment\na \\\n  b\n```\n\n```text\nnot this\n```\n"
	if got := strings.Join(shellLines(text), "|"); got != "make demo|a    b" {
		t.Errorf("lines %q", got)
	}
}
