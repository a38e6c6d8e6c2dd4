package schemas

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/internal/strictjson"
	"tenableio/internal/values"
)

// violations words the validator's findings.
// The library's own messages quote the values, which may be secret.
// So the words come from the keyword that failed and from the schema around it.
func (d *Document) violations(found *jsonschema.ValidationError, inputs map[string]any) []fault.Item {
	var items []fault.Item
	all := leaves(found)
	vague := []string{"maxLength", "type"} // other keywords explain more
	explained := map[string]bool{}
	for _, leaf := range all {
		if !slices.Contains(vague, leaf.keyword()) {
			explained[strings.Join(leaf.instance, "/")] = true
		}
	}
	for _, leaf := range all {
		if slices.Contains(vague, leaf.keyword()) && explained[strings.Join(leaf.instance, "/")] {
			continue
		}
		items = append(items, d.items(leaf, inputs)...)
	}
	return items
}

// refuse makes one fault of all violations.
// It sorts them by message and drops repeats, because the validator reports them in random order.
func refuse(items []fault.Item) error {
	slices.SortFunc(items, func(a, b fault.Item) int { return strings.Compare(a.Err.Message, b.Err.Message) })
	items = slices.CompactFunc(items, func(a, b fault.Item) bool {
		return a.Err.Message == b.Err.Message && slices.Equal(a.Err.Quotes, b.Err.Quotes)
	})
	return fault.Several(items)
}

// leaf is one keyword that failed, with its locations in the schema and in the inputs.
type leaf struct{ schema, instance []string }

func (l leaf) keyword() string { return l.schema[len(l.schema)-1] }

// leaves flattens the tree of findings.
// The branches of an anyOf or oneOf count as one finding, because nothing tells which branch the user meant.
func leaves(found *jsonschema.ValidationError) []leaf {
	schema := split(found.KeywordLocation)
	if i := slices.IndexFunc(schema, func(s string) bool { return s == "anyOf" || s == "oneOf" }); i >= 0 {
		return []leaf{{schema: schema[:i+1], instance: split(found.InstanceLocation)}}
	}
	if len(found.Causes) == 0 {
		return []leaf{{schema: schema, instance: split(found.InstanceLocation)}}
	}
	var all []leaf
	for _, cause := range found.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

// items words one finding.
func (d *Document) items(l leaf, inputs map[string]any) []fault.Item {
	keyword := l.keyword()
	rule := d.rule(l.schema)
	if len(l.instance) == 0 && keyword == "required" {
		var items []fault.Item
		for _, key := range d.requiredAt(l.schema) {
			if _, given := inputs[key]; given {
				continue
			}
			title := d.Properties[key].Title
			message := strings.TrimSpace(fmt.Sprintf("The parameter (%s) is required. %s", title, rule))
			items = append(items, fault.Item{Input: title, Err: fault.New(http.StatusBadRequest, "%s", message)})
		}
		return items
	}
	if len(l.instance) == 0 {
		return []fault.Item{{Input: d.choice(l.schema), Err: fault.New(http.StatusBadRequest, "%s", rule)}}
	}
	property := d.Properties[l.instance[0]]
	if property == nil {
		name := l.instance[0]
		return []fault.Item{{Input: name, Err: fault.New(http.StatusBadRequest, "Unknown input %q.", fault.Quote(name))}}
	}
	value := inputs[l.instance[0]]
	why := rule
	if keyword != "not" {
		why = property.why(l.instance[1:], keyword, value)
	}
	item := fault.Item{Input: property.Title, Err: property.invalid(why)}
	if !property.Secret {
		item.Value = printable(valueAt(value, l.instance[1:]))
	}
	if property.IP && item.Value != "" {
		item.Err = fault.New(http.StatusBadRequest, "The %s %s is invalid IP Address. %s",
			property.Title, fault.Quote(visible(item.Value)), property.Why)
	}
	return []fault.Item{item}
}

// invalid refuses a value in the documentation's words, followed by the reason.
func (p *Property) invalid(why string) *fault.Error {
	message := fmt.Sprintf("The value for parameter (%s) is invalid. %s", p.Title, why)
	return fault.New(http.StatusBadRequest, "%s", strings.TrimSpace(message))
}

// why says what a valid value would be.
// The path leads from the given value to the one in it that is wrong.
func (p *Property) why(path []string, keyword string, value any) string {
	if len(path) == 0 {
		return strings.TrimSpace(p.expected(keyword, value) + p.given(" Given: %s.", keyword, value))
	}
	inner := valueAt(value, path[:1])
	if index, err := strconv.Atoi(path[0]); err == nil && p.Items != nil {
		text := fmt.Sprintf("Value %d of the list%s: %s", index+1, p.Items.given(", %s", keyword, inner),
			p.Items.expected(keyword, inner))
		if list, ok := value.([]any); ok && len(list) == 1 && strings.Contains(printable(inner), ",") {
			text += ` Several values are a list in JSON, such as ["a", "b"].`
		}
		return text
	}
	if _, property := p.member(path[0]); property != nil {
		return fmt.Sprintf("%s: %s", path[0], property.why(path[1:], keyword, inner))
	}
	return p.Why
}

// given puts a value that may be shown into a text, or returns "". A long one is in the item
// of the error, which is cut where it goes out.
func (p *Property) given(format, keyword string, value any) string {
	switch value.(type) {
	case string, json.Number, bool, []any:
	default:
		return ""
	}
	if p.Secret || keyword == "maxLength" {
		return ""
	}
	text := visible(printable(value))
	if len(text) > fault.MaxQuote {
		return ""
	}
	if _, ok := value.(string); ok {
		text = `"` + text + `"`
	}
	return fmt.Sprintf(format, text)
}

// expected says what a value of the property must be.
func (p *Property) expected(keyword string, value any) string {
	text := p.expectedBy(keyword, value)
	if list, ok := value.([]any); ok && len(list) > 1 && p.Kind() != "array" {
		return "It takes one value and not a list. " + text
	}
	if problem := malformed(value); problem != "" && (p.Kind() == "array" || p.Kind() == "object") {
		return text + " " + problem
	}
	return text
}

// malformed says what is wrong with the JSON in a text that begins like a list or an object.
func malformed(value any) string {
	text, _ := value.(string)
	if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{") {
		return ""
	}
	if err := strictjson.Check([]byte(text)); err != nil {
		return fmt.Sprintf("Its text is not valid JSON: %v.", err)
	}
	return ""
}

func (p *Property) expectedBy(keyword string, value any) string {
	if keyword == "type" && len(p.Enum) > 0 {
		keyword = "enum" // says more
	}
	switch keyword {
	case "enum":
		text := fmt.Sprintf("It must be one of: %s.", strings.Join(p.Enum, ", "))
		given, _ := value.(string)
		return strings.TrimSpace(text + " " + names.DidYouMean(given, p.Enum))
	case "maxLength":
		return fmt.Sprintf("It must have at most %d characters.", p.MaxLength)
	case "maxItems":
		return fmt.Sprintf("It must have at most %d values.", p.MaxItems)
	case "minimum":
		return fmt.Sprintf("It must be at least %s.", p.Minimum)
	case "maximum":
		return fmt.Sprintf("It must be at most %s.", p.Maximum)
	}
	switch {
	case p.Why != "":
		return p.Why
	case p.Time:
		return "It must be a time: " + values.MomentForms + "."
	case keyword == "minLength":
		return "It must not be blank."
	case keyword != "type" && keyword != "format":
		return ""
	}
	return typeWords[p.Kind()]
}

var typeWords = map[string]string{
	"string":  "It must be text.",
	"integer": "It must be a whole number.",
	"number":  "It must be a number.",
	"boolean": "It must be true or false.",
	"array":   `It must be a list in JSON, such as ["a", "b"].`,
	"object":  "It must be a JSON object.",
}

// rule finds the x-message nearest to a keyword, from the inside out.
// An x-message words a rule about several inputs.
func (d *Document) rule(location []string) string {
	for i := len(location) - 1; i >= 0; i-- {
		if node, ok := d.at(location[:i]).(map[string]any); ok {
			if text, ok := node["x-message"].(string); ok {
				return text
			}
		}
	}
	return ""
}

// requiredAt returns the list of a "required" keyword.
func (d *Document) requiredAt(location []string) []string {
	var keys []string
	list, _ := d.at(location).([]any)
	for _, key := range list {
		if text, ok := key.(string); ok {
			keys = append(keys, text)
		}
	}
	return keys
}

// choice names the inputs of an anyOf that demands one of them.
func (d *Document) choice(location []string) string {
	var titles []string
	branches, _ := d.at(location).([]any)
	for i := range branches {
		for _, key := range d.requiredAt(append(slices.Clone(location), strconv.Itoa(i), "required")) {
			titles = append(titles, d.Properties[key].Title)
		}
	}
	return strings.Join(titles, " or ")
}

// at returns the node at a location in the schema.
func (d *Document) at(location []string) any { return valueAt(d.tree(), location) }

// valueAt follows the steps of a JSON pointer.
func valueAt(value any, steps []string) any {
	for _, step := range steps {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index < 0 || index >= len(v) {
				return nil
			}
			value = v[index]
		default:
			return nil
		}
	}
	return value
}

// printable formats a value for the Error tab.
func printable(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, _ := json.Marshal(value) // cannot fail: the value was read from JSON
	return string(text)
}

// visible escapes invisible characters, because one of them may be all that is wrong with an address.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// split cuts a JSON pointer into its steps.
func split(pointer string) []string { return slices.Collect(jsontext.Pointer(pointer).Tokens()) }
