package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tenableio/commands"
	"tenableio/internal/canned"
	"tenableio/schemas"
)

// TestInputsAreRefused gives every input of every command what it does not take.
// Each must be Failed 400 in the documentation's words, and no request be made
// (FAULTS rows 20 to 22 and 32 to 37).
func TestInputsAreRefused(t *testing.T) {
	t.Parallel()
	count := 0
	for _, command := range commands.All() {
		schema := command.Schema()
		base := map[string]json.RawMessage{}
		if err := json.Unmarshal(schema.Examples[0], &base); err != nil {
			t.Fatal(err)
		}
		t.Run(command.Key, func(t *testing.T) {
			refuseUnknown(t, schema, base)
			for key, property := range schema.Properties {
				if slices.Contains(schema.Required, key) {
					for _, blank := range blanks {
						refuse(t, schema, base, key, blank, "The parameter ("+property.Title+") is required.")
						count++
					}
				}
				for _, value := range invalid(t, property) {
					refuse(t, schema, base, key, value, wordings(property)...)
					count++
				}
			}
		})
	}
	t.Logf("%d refusals", count)
}

// blanks are what forms send for nothing; absent is not sent at all.
var blanks = []string{absent, `null`, `""`, `"   "`, `[]`, `"\t\n"`}

const absent = ""

// TestBlankIsAbsent: a blank optional input is the same as none.
func TestBlankIsAbsent(t *testing.T) {
	t.Parallel()
	for _, command := range commands.All() {
		schema := command.Schema()
		for _, example := range schema.Examples {
			base := map[string]json.RawMessage{}
			if err := json.Unmarshal(example, &base); err != nil {
				t.Fatal(err)
			}
			for key := range schema.Properties {
				want, status := runCase(t, requestOf(t, schema, with(base, key, absent)), nil, "validate")
				for _, blank := range blanks {
					got, gotStatus := runCase(t, requestOf(t, schema, with(base, key, blank)), nil, "validate")
					if string(got) != string(want) || gotStatus != status {
						t.Errorf("%s: %s %s is not as none:\n got %s\nwant %s", command.Key, key, blank, got, want)
					}
				}
			}
		}
	}
}

// TestValidateShowsNoSecret: neither one that is short, nor one that JSON writes
// another way, nor a number.
func TestValidateShowsNoSecret(t *testing.T) {
	t.Parallel()
	command, _ := commands.Lookup("export_scan")
	schema := command.Schema()
	base := map[string]json.RawMessage{"scan_id": json.RawMessage(`32`), "report_format": json.RawMessage(`"DB"`)}
	for _, password := range []string{`"hunter2"`, `"can\"ary\\<&>é"`, `" canary-canary "`, `1234567890`} {
		for _, name := range []string{"password", "PASSWORD"} {
			stdout, status := runCase(t, requestOf(t, schema, with(base, name, password)), nil, "validate")
			if status != exitOK || !strings.Contains(string(stdout), `"password": "[redacted]"`) {
				t.Errorf("%s %s: validate exits %d with %s", name, password, status, stdout)
			}
		}
	}
}

// refuse runs a command with one input changed.
func refuse(t *testing.T, schema *schemas.Document, base map[string]json.RawMessage, key, value string, wordings ...string) {
	t.Helper()
	title := schema.Properties[key].Title
	player := canned.NewPlayer(nil)
	stdout, _ := runCase(t, requestOf(t, schema, with(base, key, value)), player)
	if err := player.Done(); err != nil {
		t.Errorf("%s %.80s: a request was made: %v", key, value, err)
	}
	checkEnvelope(t, schema.Title, stdout)
	got := envelopeOf(t, stdout)
	if got.Error == nil {
		t.Fatalf("%s %.80s: %s, want a refusal", key, value, got.ReturnData)
	}
	said := slices.ContainsFunc(wordings, func(wording string) bool { return strings.HasPrefix(got.Error.Message, wording) })
	if got.ReturnData != "Failed" || got.Error.StatusCode != 400 || got.Error.Category != "input" || got.Error.Retryable || !said {
		t.Errorf("%s %.80s: %s with %+v, want a refusal that begins %q", key, value, got.ReturnData, got.Error, wordings)
	}
	for _, item := range got.Error.Items {
		if item.Input != title || item.StatusCode != 400 {
			t.Errorf("%s %.80s: item %+v, want one of %s", key, value, item, title)
		}
	}
	if schema.Properties[key].Secret && strings.Contains(string(stdout), "CANARY") {
		t.Errorf("%s: a secret is in %s", key, stdout)
	}
}

// refuseUnknown gives names that a command does not know.
func refuseUnknown(t *testing.T, schema *schemas.Document, base map[string]json.RawMessage) {
	t.Helper()
	for _, name := range []string{"No Such Input", "$ref", "__proto__", "no\nsuch", strings.Repeat("x", 10_000)} {
		player := canned.NewPlayer(nil)
		stdout, _ := runCase(t, requestOf(t, schema, with(base, name, `"x"`)), player)
		got := envelopeOf(t, stdout)
		if got.Error == nil || got.Error.StatusCode != 400 || !strings.HasPrefix(got.Error.Message, `Unknown input "`) || player.Done() != nil {
			t.Errorf("input %.20q: %+v, %v; want it refused by name", name, got.Error, player.Done())
		}
	}
}

// with is the inputs with one of them changed, or left out.
func with(base map[string]json.RawMessage, key, value string) map[string]json.RawMessage {
	inputs := maps.Clone(base)
	delete(inputs, key)
	if value != absent {
		inputs[key] = json.RawMessage(value)
	}
	return inputs
}

func requestOf(t *testing.T, schema *schemas.Document, inputs map[string]json.RawMessage) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"connection": map[string]string{"api_access_key": accessCanary, "api_secret_key": secretCanary},
		"command":    schema.Title, "inputs": inputs,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// wordings are the beginnings that a refusal of an input may have.
func wordings(p *schemas.Property) []string {
	words := []string{"The value for parameter (" + p.Title + ") is invalid."}
	if p.IP {
		words = append(words, "The "+p.Title+" ")
	}
	return words
}

// hostile are texts that would leave the path, the query or the line which they
// are written into; an input with a pattern takes none of those that it excludes.
var hostile = []string{
	"..", "../users", "%2e%2e%2f", "a/b", "32/../33", "1?x=1", "1#f", "{other}", `\`, ";", "32;", "32\x00", "32\n33", "32 33",
	"1e2", "-1", "-0", "+1", "1.5", "0x20", "①", "true", "32,33", "'", "${x}",
	"{00000000-0000-0000-0000-000000000001}", "00000000000000000000000000000001", "00000000-0000-0000-0000-00000000000g",
}

// addresses are no IP addresses, though some look it.
var addresses = []string{
	"1.2.3.4/0", "1.2.3.456", "010.1.1.1", "192.0.2", "192.0.2.1.", ".192.0.2.1", "192.0.2.1:443", "192.0.2.0/33", "192.0.2.0/24", "192.0.2.1-192.0.2.9",
	"0xc0000201", "3221225985", "::1%eth0", "2001:db8::/32", "2001:db8:::1", "[2001:db8::1]", "12345::", "web-01.example.com", "localhost", "٣.1.1.1",
}

// addressesBut are the addresses without those that an input of the format takes.
func addressesBut(format string) []string {
	taken := map[string][]string{
		"host":         {"web-01.example.com", "localhost"},
		"ipv4-network": {"192.0.2.0/24"},
		"target":       {"web-01.example.com", "localhost", "1.2.3.4/0", "192.0.2.0/24", "192.0.2.1-192.0.2.9", "2001:db8::/32"},
	}
	return slices.DeleteFunc(slices.Clone(addresses), func(text string) bool { return slices.Contains(taken[format], text) })
}

// invalid are values that an input does not take, as JSON, made from its schema.
func invalid(t *testing.T, p *schemas.Property) []string {
	t.Helper()
	switch p.Type[0] {
	case "string":
		return invalidTexts(p)
	case "integer", "number":
		values := []string{`"x"`, `true`, `[1, 2]`, `{"a": 1}`, `"1,5"`, `"0x10"`, `"1 2"`, `9e99`}
		if p.Type[0] == "integer" {
			values = append(values, `1.5`, `"1.5"`, `1e2`)
		}
		if p.Minimum != "" {
			values = append(values, beyond(t, p.Minimum, -1))
		}
		if p.Maximum != "" {
			values = append(values, beyond(t, p.Maximum, 1))
		}
		return values
	case "boolean":
		return []string{`"perhaps"`, `2`, `[true, false]`, `{"a": true}`}
	case "object":
		return []string{`"x"`, `5`, `true`, `["x"]`, `"[1]"`}
	case "array":
		values := []string{`{"a": 1}`, "[" + strings.Repeat(fmt.Sprintf("%s,", example(p)), p.MaxItems) + example(p) + "]"}
		for _, item := range invalid(t, p.Items) {
			values = append(values, "["+example(p)+", "+item+"]")
		}
		return append(values, "[null]", `[""]`)
	}
	t.Fatalf("%s: no values for the type %v", p.Title, p.Type)
	return nil
}

// example is the first value of a list's example.
func example(p *schemas.Property) string {
	var list []json.RawMessage
	if json.Unmarshal(p.Examples[0], &list) != nil || len(list) == 0 {
		return `"x"`
	}
	return string(list[0])
}

func invalidTexts(p *schemas.Property) []string {
	values := []string{`{"a": 1}`, `[["x"]]`, `true`, `["x", "y"]`}
	if p.MaxLength > 0 {
		values = append(values, quote("CANARY"+strings.Repeat("9", p.MaxLength)))
	}
	if len(p.Enum) > 0 {
		values = append(values, `"No Such Choice"`, quote(p.Enum[0]+"x"), `7`)
	}
	texts := hostile
	if p.IP || p.Format != "" && !p.Time {
		return append(values, quoteAll(addressesBut(p.Format))...)
	}
	if p.Pattern == "" {
		return values
	}
	pattern := regexp.MustCompile(p.Pattern)
	for _, text := range texts {
		if trimmed := strings.TrimSpace(text); !pattern.MatchString(trimmed) && !pattern.MatchString(strings.ToUpper(trimmed)) {
			values = append(values, quote(text))
		}
	}
	return values
}

func quote(text string) string {
	quoted, _ := json.Marshal(text) // a string always marshals
	return string(quoted)
}

func quoteAll(texts []string) []string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return quoted
}

// beyond is the whole number next to a bound.
func beyond(t *testing.T, bound json.Number, step int64) string {
	t.Helper()
	n, err := bound.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(n + step)
}

// TestLongFilterIsRefused: a URL that would be cut on the way is not sent (FAULTS
// row 35), though each input is within its own bounds.
func TestLongFilterIsRefused(t *testing.T) {
	schema := schemas.Load("query_vulnerability_details")
	inputs := map[string]json.RawMessage{"description": json.RawMessage(quote(strings.Repeat("é", 2000)))}
	player := canned.NewPlayer(nil)
	stdout, _ := runCase(t, requestOf(t, schema, inputs), player)
	if got := envelopeOf(t, stdout); got.Error.StatusCode != 400 || !strings.Contains(got.Error.Message, "bytes") || player.Done() != nil {
		t.Errorf("%+v, %v; want 400 without a request", got.Error, player.Done())
	}
}
