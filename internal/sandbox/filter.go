package sandbox

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// filter is one of the filters of a workbench over things of type T.
//
// https://developer.tenable.com/docs/workbench-filters
type filter[T any] struct {
	name      string
	readable  string
	operators []string
	control   control
	holds     condition[T]
}

// control says how a form lets a user enter the value, and what it must look like.
type control struct {
	Type          string `json:"type"` // entry, dropdown, dropdown_multi, datefield
	Regex         string `json:"regex,omitempty"`
	ReadableRegex string `json:"readable_regex,omitempty"`
	MaxLength     int    `json:"maxlength,omitempty"`
	List          any    `json:"list,omitempty"` // []string, or []choice
}

// choice is an item of a list whose value is not what the user reads.
type choice struct {
	Name  string `json:"name"`
	ID    int    `json:"id,omitempty"`
	Value string `json:"value,omitempty"`
}

// MarshalJSON writes the filter the way the list of filters shows it.
func (f filter[T]) MarshalJSON() ([]byte, error) {
	type customControl struct {
		Operator string `json:"cstmOpr"`
		Control  struct {
			control
			MaxLength int `json:"maxlength"` // shown here even when there is none
		} `json:"cstmCntrl"`
	}
	document := struct {
		Name      string          `json:"name"`
		Readable  string          `json:"readable_name"`
		Control   control         `json:"control"`
		Custom    []customControl `json:"customControl,omitempty"`
		Operators []string        `json:"operators"`
		Group     *string         `json:"group_name"`
	}{Name: f.name, Readable: f.readable, Control: f.control, Operators: f.operators}
	if slices.Contains(f.operators, withIn) {
		document.Custom = []customControl{{Operator: withIn}}
		document.Custom[0].Control.control = daysControl
	}
	return json.Marshal(document)
}

// withIn takes a number of days where the other operators of its filter take a date.
const withIn = "with-in"

var daysControl = control{Type: "entry", Regex: "^[0-9]+$", ReadableRegex: "10"}

// The limits of one call. Tenable's pages say 10 values in one place and 50 in
// two; a client that keeps to the lower one is right with both.
const (
	mostFilters = 10
	mostValues  = 10
)

// badFilter is the 400 for a filter. It names what was wrong, as the API does.
type badFilter struct {
	Error    string `json:"error"`
	Type     string `json:"type,omitempty"`
	Name     string `json:"filter_name,omitempty"`
	Operator string `json:"filter_operator,omitempty"`
	Value    string `json:"filter_value,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func (b *badFilter) write(w http.ResponseWriter) { writeJSON(w, http.StatusBadRequest, b) }

// selection is what the filters of a call leave.
type selection[T any] struct {
	holds func(T) bool
	named []string // the filters of the call
}

// queryFilter is a filter as a query has it.
type queryFilter struct{ name, operator, value string }

// queryFilters walks through filter.0.filter, filter.0.quality and filter.0.value,
// then filter.1 and so on without a gap.
func queryFilters(query url.Values) iter.Seq2[int, queryFilter] {
	return func(yield func(int, queryFilter) bool) {
		for i := 0; query.Has(fmt.Sprintf("filter.%d.filter", i)); i++ {
			part := func(name string) string { return query.Get(fmt.Sprintf("filter.%d.%s", i, name)) }
			if !yield(i, queryFilter{part("filter"), part("quality"), part("value")}) {
				return
			}
		}
	}
}

// readFilters reads the filters of a query and filter.search_type.
func readFilters[T any](query url.Values, known []filter[T], now time.Time) (selection[T], *badFilter) {
	var tests []func(T) bool
	var s selection[T]
	for i, f := range queryFilters(query) {
		if i == mostFilters {
			return s, &badFilter{Error: fmt.Sprintf("Too many filters, the limit is %d", mostFilters)}
		}
		test, bad := compile(known, f.name, f.operator, f.value, now)
		if bad != nil {
			return s, bad
		}
		tests, s.named = append(tests, test), append(s.named, f.name)
	}
	anyOne, bad := anySuffices(query.Get("filter.search_type"))
	s.holds = func(thing T) bool {
		for _, test := range tests {
			if test(thing) == anyOne {
				return anyOne
			}
		}
		return !anyOne || len(tests) == 0
	}
	return s, bad
}

// anySuffices reads filter.search_type; all filters must hold by default.
func anySuffices(searchType string) (bool, *badFilter) {
	switch searchType {
	case "", "and":
		return false, nil
	case "or":
		return true, nil
	}
	return false, &badFilter{Error: fmt.Sprintf("Value '%s' is not valid for filter.search_type", searchType), Type: "invalid_search_type"}
}

// compile makes the test of one filter.
func compile[T any](known []filter[T], name, operator, value string, now time.Time) (func(T) bool, *badFilter) {
	at := slices.IndexFunc(known, func(f filter[T]) bool { return f.name == name })
	if at < 0 {
		return nil, &badFilter{Error: fmt.Sprintf("Filter '%s' is not valid", name), Type: "invalid_filter", Name: name}
	}
	f := known[at]
	if !slices.Contains(f.operators, operator) {
		return nil, &badFilter{
			Error: fmt.Sprintf("Operator '%s' is not valid for filter %s", operator, name), Type: "invalid_filter_operator", Name: name, Operator: operator,
		}
	}
	rule := f.control
	if operator == withIn {
		rule = daysControl
	}
	values := rule.split(value)
	if reason := rule.refuses(value, values); reason != "" {
		reason = fmt.Sprintf("%s - %s", name, reason)
		return nil, &badFilter{
			fmt.Sprintf("Value '%s' is not valid for filter %s and operator %s : %s", value, name, operator, reason),
			"invalid_filter_value", name, operator, value, reason,
		}
	}
	if positive, negative := negated[operator]; negative {
		test := f.holds(positive, values, now)
		return func(thing T) bool { return !test(thing) }, nil
	}
	return f.holds(operator, values, now), nil
}

// negated are the operators that hold where another does not.
var negated = map[string]string{"neq": "eq", "nmatch": "match", "date-neq": "date-eq", "set-hasnot": "set-has"}

// split gives the values of a list; free text and single values stay whole.
func (c control) split(value string) []string {
	list := strings.HasPrefix(c.Type, "dropdown") || strings.Contains(c.Regex, "(,") || strings.Contains(c.ReadableRegex, ",")
	if !list {
		return []string{value}
	}
	values := strings.Split(value, ",")
	for i := range values {
		values[i] = strings.TrimSpace(values[i])
	}
	return values
}

// refuses says what is wrong with a value; empty when nothing is.
func (c control) refuses(value string, values []string) string {
	if len(values) > mostValues {
		return fmt.Sprintf("%d values are more than %d", len(values), mostValues)
	}
	if c.MaxLength > 0 && len(value) > c.MaxLength {
		return fmt.Sprintf("%s is longer than %d", value, c.MaxLength)
	}
	if c.Regex != "" && !regexp.MustCompile("(?s)^(?:"+c.Regex+")$").MatchString(value) {
		return fmt.Sprintf("%s does not match %s", value, c.Regex)
	}
	if _, err := time.Parse(dateForm, value); c.Type == "datefield" && strings.Contains(value, "/") && err != nil {
		return fmt.Sprintf("%s is not a date", value) // 2026/02/31 has the form of one
	}
	choices := c.choices()
	for _, v := range values {
		if c.List != nil && !slices.Contains(choices, v) {
			return fmt.Sprintf("%s is not one of %s", v, strings.Join(choices, ", "))
		}
	}
	return ""
}

// choices are the values that a list allows.
func (c control) choices() []string {
	switch list := c.List.(type) {
	case []string:
		return list
	case []choice:
		var values []string
		for _, item := range list {
			if item.Value == "" {
				item.Value = strconv.Itoa(item.ID)
			}
			values = append(values, item.Value)
		}
		return values
	}
	return nil
}
