package strictjson

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	outOfPlace = "a character is out of place"
	comment    = "a comment stands where JSON takes none"
	whiteSpace = " \t\r\n"
)

// habits are characters of other languages that people write into JSON, with what is wrong about them.
var habits = map[rune]string{
	'\'': "a single quote stands where JSON takes a double quote",
	'`':  "a backquote stands where JSON takes a double quote",
	'=':  "an equals sign stands where JSON takes a colon",
	';':  "a semicolon stands where JSON takes a comma",
	'+':  "a number begins with a plus sign",
	'.':  "a number begins with a point",
	'<':  "it begins like HTML or XML",
}

// words are literals of other languages, with what JSON has in their place.
var words = map[string]string{
	"True": "True must be written true", "TRUE": "TRUE must be written true",
	"False": "False must be written false", "FALSE": "FALSE must be written false",
	"None": "None must be written null", "NULL": "NULL must be written null", "Null": "Null must be written null",
	"nil": "nil must be written null", "undefined": "JSON has no undefined; write null",
	"NaN": "JSON has no NaN; write null", "Infinity": "JSON has no Infinity; write null",
}

// misplaced says what is wrong with the text, the rest of which begins where the decoder stopped.
// It takes the place in the syntax from the decoder's finding, and quotes nothing of the text.
func misplaced(finding string, rest []byte) string {
	r, _ := utf8.DecodeRune(rest)
	switch {
	case strings.Contains(finding, "in string"):
		return misplacedInString(r)
	case isComment(rest):
		return comment
	case strings.Contains(finding, "missing value"):
		return "a value is missing after a name"
	case strings.Contains(finding, "name must be a string"):
		return "a name stands without double quotes"
	case strings.Contains(finding, "in number"):
		return "a number is not complete"
	case strings.Contains(finding, "in literal"):
		return "a word is none of true, false and null"
	case r == ',' && strings.Contains(finding, "start of value"):
		if next := bytes.TrimLeft(rest[1:], whiteSpace); len(next) > 0 && (next[0] == '}' || next[0] == ']') {
			return "a trailing comma stands before a closing bracket"
		}
		return "a comma stands where a value is missing"
	case habits[r] != "":
		return habits[r]
	case unicode.In(r, unicode.Pi, unicode.Pf) || r == '„':
		return "a typographic quote stands where JSON takes a double quote"
	case r > unicode.MaxASCII && (unicode.IsSpace(r) || unicode.Is(unicode.Cf, r)):
		return fmt.Sprintf("an invisible character (%U) is out of place", r)
	case strings.Contains(finding, "start of value"):
		return misplacedWord(rest)
	}
	return misplacedAfter(finding, r)
}

// misplacedInString says what is wrong with a character between two double quotes.
func misplacedInString(r rune) string {
	switch r {
	case '\\':
		return `a backslash stands alone in a text; write \\ for one`
	case '\n', '\r':
		return `a line break stands in a text; write \n for one`
	case '\t':
		return `a tab stands in a text; write \t for one`
	}
	return "a control character stands in a text"
}

// misplacedWord says what is wrong with a word where a value or a name is expected.
func misplacedWord(rest []byte) string {
	found := regexp.MustCompile(`^[\pL_$][\pL\d_$-]*`).Find(rest)
	if found == nil {
		return outOfPlace
	}
	if problem, known := words[string(found)]; known {
		return problem
	}
	if bytes.HasPrefix(bytes.TrimLeft(rest[len(found):], whiteSpace), []byte(":")) {
		return "a name stands without double quotes"
	}
	return "a text stands without double quotes"
}

// misplacedAfter says what is wrong with a character that follows a name or a value.
func misplacedAfter(finding string, r rune) string {
	switch {
	case strings.Contains(finding, "after object name"):
		return "a colon is missing after a name"
	case r == '}' || r == ']':
		return "a closing bracket is not the one that belongs to the opening bracket"
	case r == '"' || r == '{' || r == '[':
		return "a comma is missing between two values"
	case r >= '0' && r <= '9':
		return "a comma is missing between two values, or a number begins with 0"
	}
	return outOfPlace
}

// isComment reports whether a text begins with the comment of another language.
func isComment(text []byte) bool {
	begins := func(comment string) bool { return bytes.HasPrefix(text, []byte(comment)) }
	return slices.ContainsFunc([]string{"//", "/*", "#"}, begins)
}
