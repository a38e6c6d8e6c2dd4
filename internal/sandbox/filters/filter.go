// Package filters is how lists of agents, findings and assets are filtered: what
// can be asked for, in which form, and what it leaves.
package filters

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenableio/internal/sandbox/web"
)

// Filter is one of the filters of a list of things of type T, in the form in which the
// API shows it.
//
// https://developer.tenable.com/docs/workbench-filters
type Filter[T any] struct {
	Name      string          `json:"name"`
	Readable  string          `json:"readable_name"`
	Control   Control         `json:"control"`
	Custom    []customControl `json:"customControl,omitempty"`
	Operators []string        `json:"operators"`
	Group     *string         `json:"group_name"`
	holds     Condition[T]
}

// Load reads a list of filters, and gives each the condition of its name. A filter without
// one finds nothing.
func Load[T any](document []byte, conditions map[string]Condition[T]) []Filter[T] {
	var list []Filter[T]
	if err := json.Unmarshal(document, &list); err != nil {
		panic(err) // the document is a part of the program
	}
	for i := range list {
		if list[i].holds = conditions[list[i].Name]; list[i].holds == nil {
			list[i].holds = func(string, []string, time.Time) func(T) bool { return func(T) bool { return false } }
		}
	}
	return list
}

// Control says how a form lets a user enter the value, and what it must look like.
type Control struct {
	Type          string   `json:"type"` // entry, dropdown, dropdown_multi, datefield
	Regex         string   `json:"regex,omitempty"`
	ReadableRegex string   `json:"readable_regex,omitempty"`
	MaxLength     *int     `json:"maxlength,omitempty"` // 0 is shown, and limits nothing
	List          []Choice `json:"list,omitempty"`
	Recent        bool     `json:"recent,omitempty"` // the list is of moments before now; others are taken too
}

// customControl is the control of one operator that takes another value than the rest.
type customControl struct {
	Operator string  `json:"cstmOpr"`
	Control  Control `json:"cstmCntrl"`
}

// Choice is an item of a list: a value alone, or with what the user reads instead.
type Choice struct {
	Name  string `json:"name"`
	ID    int    `json:"id,omitempty"`
	Value string `json:"value,omitempty"`
}

// UnmarshalJSON reads either form.
func (c *Choice) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, &c.Value)
	}
	type members Choice
	return json.Unmarshal(text, (*members)(c))
}

// MarshalJSON writes the form that was read.
func (c Choice) MarshalJSON() ([]byte, error) {
	if c.Name == "" {
		return web.Marshal(c.Value), nil
	}
	type members Choice
	return web.Marshal(members(c)), nil
}

// withIn is the operator of dates that takes a number of days.
const withIn = "with-in"

// The limits of one call. Tenable's pages say 10 values in one place and 50 in
// two; a client that keeps to the lower one is right with both.
const (
	mostFilters = 10
	mostValues  = 10
)

// Refusal is the 400 for a filter. It names what was wrong, as the API does.
type Refusal struct {
	Error    string `json:"error"`
	Type     string `json:"type,omitempty"`
	Name     string `json:"filter_name,omitempty"`
	Operator string `json:"filter_operator,omitempty"`
	Value    string `json:"filter_value,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

func (b *Refusal) Write(w http.ResponseWriter) { web.WriteJSON(w, http.StatusBadRequest, b) }

// Selection is the test of all filters of a call.
type Selection[T any] struct {
	Holds func(T) bool
	Named []string // the filters of the call
}

// QueryFilter is a filter as a query has it.
type QueryFilter struct{ Name, Operator, Value string }

// Queried lists filter.0.filter, filter.0.quality and filter.0.value, then filter.1 and
// so on without a gap.
func Queried(query url.Values) (list []QueryFilter) {
	for i := 0; query.Has(fmt.Sprintf("filter.%d.filter", i)); i++ {
		part := func(name string) string { return query.Get(fmt.Sprintf("filter.%d.%s", i, name)) }
		list = append(list, QueryFilter{part("filter"), part("quality"), part("value")})
	}
	return list
}

// Read reads the filters of a query and filter.search_type; all must hold by default.
func Read[T any](query url.Values, known []Filter[T], now time.Time) (Selection[T], *Refusal) {
	var tests []func(T) bool
	var s Selection[T]
	for i, f := range Queried(query) {
		if i == mostFilters {
			return s, &Refusal{Error: fmt.Sprintf("Too many filters, the limit is %d", mostFilters)}
		}
		test, bad := Compile(known, f.Name, f.Operator, f.Value, now)
		if bad != nil {
			return s, bad
		}
		tests = append(tests, test)
		s.Named = append(s.Named, f.Name)
	}
	search := query.Get("filter.search_type")
	if !slices.Contains([]string{"", "and", "or"}, search) {
		return s, &Refusal{
			Error: fmt.Sprintf("Value '%s' is not valid for filter.search_type", search),
			Type:  "invalid_search_type",
		}
	}
	s.Holds = Combine(tests, search == "or")
	return s, nil
}

// Combine makes one test of several: all must hold, or any one. None at all hold of everything.
func Combine[T any](tests []func(T) bool, anyOne bool) func(T) bool {
	return func(thing T) bool {
		for _, test := range tests {
			if test(thing) == anyOne {
				return anyOne
			}
		}
		return !anyOne || len(tests) == 0
	}
}

// Compile makes the test of one filter.
func Compile[T any](known []Filter[T], name, operator, value string, now time.Time) (func(T) bool, *Refusal) {
	at := slices.IndexFunc(known, func(f Filter[T]) bool { return f.Name == name })
	if at < 0 {
		return nil, &Refusal{Error: fmt.Sprintf("Filter '%s' is not valid", name), Type: "invalid_filter", Name: name}
	}
	f := known[at]
	if !slices.Contains(f.Operators, operator) {
		return nil, &Refusal{
			Error:    fmt.Sprintf("Operator '%s' is not valid for filter %s", operator, name),
			Type:     "invalid_filter_operator",
			Name:     name,
			Operator: operator,
		}
	}
	rule := f.Control
	for _, custom := range f.Custom {
		if custom.Operator == operator {
			rule = custom.Control
		}
	}
	values := rule.split(value)
	if reason := rule.refuses(value, values); reason != "" {
		reason = fmt.Sprintf("%s - %s", name, reason)
		return nil, &Refusal{
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
func (c Control) split(value string) []string {
	list := strings.HasPrefix(c.Type, "dropdown") || strings.Contains(c.Regex, "(,") ||
		strings.Contains(c.ReadableRegex, ",")
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
func (c Control) refuses(value string, values []string) string {
	if len(values) > mostValues {
		return fmt.Sprintf("%d values are more than %d", len(values), mostValues)
	}
	if c.MaxLength != nil && *c.MaxLength > 0 && len(value) > *c.MaxLength {
		return fmt.Sprintf("%s is longer than %d", value, *c.MaxLength)
	}
	if c.Regex != "" && !regexp.MustCompile("(?s)^(?:"+c.Regex+")$").MatchString(value) {
		return fmt.Sprintf("%s does not match %s", value, c.Regex)
	}
	if _, err := time.Parse(DateForm, value); c.Type == "datefield" && strings.Contains(value, "/") && err != nil {
		return fmt.Sprintf("%s is not a date", value) // 2026/02/31 has the form of one
	}
	if _, err := readMoment(value); c.Recent && err != nil {
		return fmt.Sprintf("%s is not a date", value)
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
func (c Control) choices() []string {
	values := make([]string, len(c.List))
	for i, item := range c.List {
		values[i] = item.Value
		if item.Value == "" {
			values[i] = strconv.Itoa(item.ID)
		}
	}
	return values
}
