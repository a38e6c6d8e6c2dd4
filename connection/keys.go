package connection

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"tenableio/internal/fault"
	"tenableio/internal/names"
)

// checkKeys refuses keys that could not travel in one HTTP header, and keys with something
// pasted beside them. Whether they are right is the API's to say.
func checkKeys(access, secret string) error {
	unfit := func(r rune) bool { return r <= ' ' || r > '~' || r == ';' } // for a header
	var missing []fault.Item
	for _, key := range []struct{ title, value string }{{"API Access Key", access}, {"API Secret Key", secret}} {
		beside := besideKey(key.value)
		switch {
		case isPlaceholder(key.value):
			return invalid(key.title, "It is a placeholder, in whose place no key was put. Give the key itself.")
		case key.value == "":
			f := fault.New(http.StatusBadRequest, "The parameter (%s) is required.", key.title)
			missing = append(missing, fault.Item{Input: key.title, Err: f})
		case beside != "":
			return invalid(key.title, "Beside the key it holds "+beside+". Give the key alone.")
		case len(key.value) > 512 || strings.ContainsFunc(key.value, unfit):
			return invalid(key.title, "A key is made of letters and digits only; copy it again from Tenable's My Account page.")
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.Several(missing)
}

// isPlaceholder reports whether a value stands where a template, a variable or an example had no key put in:
// ${KEY}, {{key}}, <your key>, %KEY%, None. Asterisks are a form's own way to show a key, and left to the API.
func isPlaceholder(value string) bool {
	for _, around := range []string{"{}", "<>", "[]", "%%"} {
		inside, opened := strings.CutPrefix(value, around[:1])
		inside, closed := strings.CutSuffix(inside, around[1:])
		if opened && closed && !strings.ContainsAny(inside, `"'=:`) && !isHex(inside) {
			return true
		}
	}
	word := names.Squash(value)
	return strings.HasPrefix(value, "$") || strings.HasPrefix(word, "your") && len(word) < len(value) ||
		slices.Contains(notKeys, word)
}

// isHex reports whether a value is made of many hexadecimal digits, as Tenable's keys are.
func isHex(value string) bool {
	return len(value) >= 32 && strings.Trim(value, "0123456789abcdefABCDEF") == ""
}

// notKeys are placeholders for a key, in the form of names.Squash.
var notKeys = []string{
	"null", "none", "nil", "undefined", "changeme", "todo",
	"accesskey", "secretkey", "apikey", "apiaccesskey", "apisecretkey",
}

// keyName matches a name that was pasted before a key, as in Tenable's header and in configuration files.
const keyName = `(?i)^[{\s"']*(?:x-?api-?keys?|[a-z_ -]*key|bearer)["']?(?:\s*[=:]|\s)`

// besideKey says what was pasted together with a key, or returns "".
func besideKey(value string) string {
	var found []string
	if strings.ContainsAny(value, "=: ") && regexp.MustCompile(keyName).MatchString(value) {
		found = append(found, "a name such as accessKey=")
	}
	if strings.ContainsAny(value, "\"'`“”‘’«»") {
		found = append(found, "quotes")
	}
	if strings.ContainsAny(value, ";,") {
		found = append(found, "a semicolon or a comma")
	}
	if len(found) == 0 && strings.ContainsAny(value, "<>[]{}") {
		found = append(found, "brackets")
	}
	if len(found) == 0 && strings.ContainsFunc(value, unicode.IsSpace) {
		found = append(found, "white space")
	}
	return strings.Join(found, " and ")
}
