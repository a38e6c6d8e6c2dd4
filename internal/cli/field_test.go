package cli

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tenableio/commands"
	"tenableio/internal/fault"
	"tenableio/schemas"
)

// testOfRow names the test of the rows of FIELD that are no golden case.
var testOfRow = map[string]string{
	"B10": "TestHintAgainstALargeAnswer",
	"C2":  "TestC2", "C3": "TestC3", "C10": "TestC10", "C11": "TestC11",
	"C12": "TestC12FolderThatDoesNotExist",
	"D7":  "TestCases/launch_scan/insufficient_scope",
	"E1":  "TestE1", "E2": "TestE2", "E3": "TestE3", "E4": "TestE4PlaybookUnderFIPS",
	"G6": "TestGOptionalInputs",
}

// TestFieldRows checks that each row of FIELD is a golden case under its number, or has a test.
func TestFieldRows(t *testing.T) {
	text, err := os.ReadFile("../../../shared/FIELD.md")
	if err != nil {
		t.Skipf("not run: the customer's list is not here: %v", err)
	}
	tests := allTests(t)
	for _, match := range regexp.MustCompile(`(?m)^\| ([A-G]\d+) \|`).FindAllStringSubmatch(string(text), -1) {
		row := match[1]
		cases, err := filepath.Glob("../../testdata/*/" + strings.ToLower(row) + "_*")
		if err != nil {
			t.Fatal(err)
		}
		named, _, _ := strings.Cut(testOfRow[row], "/")
		if len(cases) == 0 && (named == "" || !strings.Contains(tests, "func "+named)) {
			t.Errorf("row %s has no golden case and no test", row)
		}
	}
}

// allTests returns the text of all tests of the project.
func allTests(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir("../..", func(name string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// FIELD row B10: where an answer is too large, a command without a filter does not ask for a narrower one.
func TestHintAgainstALargeAnswer(t *testing.T) {
	for _, command := range commands.All() {
		schema := command.Schema()
		large := fault.New(http.StatusBadGateway, "The answer is larger than 64 MiB.").AsTooLarge()
		hint := advise(large, schema).Hint
		if hint == "" {
			t.Errorf("%s: nothing says what to do about a large answer", command.Key)
		}
		if strings.Contains(strings.ToLower(hint), "narrow") && !takesFilter(schema) {
			t.Errorf("%s has no filter, and its hint is to narrow one: %s", command.Key, hint)
		}
	}
}

// takesFilter tells whether a command has an input that leaves rows out.
func takesFilter(schema *schemas.Document) bool {
	for _, input := range []string{"severity", "host_name", "folder_id", "ip", "filters_object", "vpr_score"} {
		if schema.Properties[input] != nil {
			return true
		}
	}
	return false
}
