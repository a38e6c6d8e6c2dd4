package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tenableio/commands"
	"tenableio/internal/fault"
)

// list repeats a template with the numbers from 0 on.
func list(n int, template string) string {
	items := make([]string, n)
	for i := range items {
		items[i] = strings.ReplaceAll(template, "#", fmt.Sprint(i+1))
	}
	return "[" + strings.Join(items, ",") + "]"
}

const (
	manyRows   = `{"plugin_id": #, "plugin_name": "Example #", "severity": 1, "count": 1}`
	manyAssets = `{"id": "00000000-0000-0000-0000-#", "ipv4": ["192.0.2.10"], "last_seen": "2021-06-10T11:45:02.000Z"}`
)

// TestFullAnswersAreSaidToBeCut: Tenable gives 5,000 rows at the most and no word
// about the others (FAULTS row 92), and the plugin looks into 50 assets.
func TestFullAnswersAreSaidToBeCut(t *testing.T) {
	t.Parallel()
	rows := func(n int) string {
		return fmt.Sprintf(`{"vulnerabilities": %s, "total_vulnerability_count": %d, "total_asset_count": 0}`, list(n, manyRows), n)
	}
	assets := func(n, findings int) answering {
		return func(r *http.Request) string {
			if strings.HasSuffix(r.URL.Path, "/vulnerabilities") {
				return rows(findings)
			}
			return `{"assets": ` + list(n, manyAssets) + `, "total": 1}`
		}
	}
	outputs := func(n int) string {
		return `{"outputs": ` + list(n, `{"plugin_output": "#", "states": [{"name": "New", "results": [{"port": #, "severity": 0, "assets": [{"ipv4": "192.0.2.10"}]}]}]}`) + `}`
	}
	for _, tt := range []struct {
		name, command, inputs string
		api                   answering
		records, requests     int
		warnings              string // codes
	}{
		{"query, full", "Query Vulnerability Details", `{}`, always(rows(5000)), 5000, 1, "truncated"},
		{"query, one less", "Query Vulnerability Details", `{}`, always(rows(4999)), 4999, 1, ""},
		{"asset, full", "Get Vulnerabilities by Asset", `{"target": "192.0.2.10"}`, assets(1, 5000), 5000, 2, "truncated"},
		{"asset, one less", "Get Vulnerabilities by Asset", `{"target": "192.0.2.10"}`, assets(1, 4999), 4999, 2, ""},
		{"50 assets", "Get Vulnerabilities by Asset", `{"target": "192.0.2.10"}`, assets(50, 2), 100, 51, "several_assets"},
		{"51 assets", "Get Vulnerabilities by Asset", `{"target": "192.0.2.10"}`, assets(51, 2), 100, 51, "several_assets truncated"},
		{"outputs, full", "List Plugin Outputs", `{"plugin_id": 1}`, always(outputs(5000)), 5000, 1, "truncated"},
		{"outputs, one less", "List Plugin Outputs", `{"plugin_id": 1}`, always(outputs(4999)), 4999, 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := runGenerated(t, tt.command, tt.inputs, tt.api)
			if got.ReturnData != "Successful" || len(got.ContextData) != tt.records || got.Stats.Requests != tt.requests || got.codes() != tt.warnings {
				t.Errorf("%s, %d records, %d requests, warnings %q; want Successful, %d, %d, %q",
					got.ReturnData, len(got.ContextData), got.Stats.Requests, got.codes(), tt.records, tt.requests, tt.warnings)
			}
			if caption := fmt.Sprintf("the first 100 of %d rows", tt.records); tt.records > 100 && !strings.Contains(got.Result, caption) {
				t.Errorf("the table does not say %q: %.200s", caption, got.Result)
			}
		})
	}
}

// TestEndlessAgents: a list whose total is never reached ends after 1,000 pages,
// and what was read is handed over (FAULTS row 91).
func TestEndlessAgents(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"List Agents", "List Agents by Group"} {
		page := 0
		got := runGenerated(t, command, map[string]string{"List Agents": `{}`, "List Agents by Group": `{"group_id": 101}`}[command], func(r *http.Request) string {
			if strings.HasSuffix(r.URL.Path, "/agent-groups") {
				return `{"groups": [{"id": 101, "name": "Servers"}]}`
			}
			page++
			return fmt.Sprintf(`{"agents": [{"id": %d, "name": "web"}], "pagination": {"total": 1000000000000}}`, page)
		})
		if got.ReturnData != "Partially Successful" || len(got.ContextData) != 1000 || page != 1000 || got.codes() != "incomplete" {
			t.Errorf("%s: %s, %d agents of %d pages, warnings %q; want Partially Successful with 1000 of 1000", command, got.ReturnData, len(got.ContextData), page, got.codes())
		}
	}
}

// TestPageThatIsTooLong: more agents than were asked for are agents all the same, as
// long as they fit in memory.
func TestPageThatIsTooLong(t *testing.T) {
	t.Parallel()
	api := always(`{"agents": ` + list(5001, `{"id": #}`) + `, "pagination": {"total": 5001}}`)
	got := runGenerated(t, "List Agents", `{}`, api)
	if got.ReturnData != "Successful" || len(got.ContextData) != 5001 {
		t.Errorf("%s, %d agents, %+v; want Successful, 5001", got.ReturnData, len(got.ContextData), got.Error)
	}
	api = always(`{"agents": ` + list(50_001, `{"id": #}`) + `, "pagination": {"total": 50001}}`)
	got = runGenerated(t, "List Agents", `{}`, api)
	if got.Error == nil || got.Error.StatusCode != 502 || !strings.Contains(got.Error.Message, "a page of 50001 agents") {
		t.Errorf("%s, %+v; want Failed, 502", got.ReturnData, got.Error)
	}
}

// TestUncountedAgents: where the API does not say how many agents there are, a
// full page is followed by another.
func TestUncountedAgents(t *testing.T) {
	t.Parallel()
	for _, agents := range []int{0, 4999, 5000, 5001} {
		got := runGenerated(t, "List Agents", `{}`, func(r *http.Request) string {
			offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			page := make([]string, min(5000, agents-offset))
			for i := range page {
				page[i] = fmt.Sprintf(`{"id": %d}`, offset+i+1)
			}
			return `{"agents": [` + strings.Join(page, ",") + `]}`
		})
		if pages := agents/5000 + 1; got.ReturnData != "Successful" || len(got.ContextData) != agents || got.Stats.Requests != pages {
			t.Errorf("%s, %d agents of %d pages; want Successful, %d of %d", got.ReturnData, len(got.ContextData), got.Stats.Requests, agents, pages)
		}
	}
}

// TestTheEndOfTheRunEndsReading: a signal that comes once an answer is there ends the
// work on it, and that in a failure, for all lists alike.
func TestTheEndOfTheRunEndsReading(t *testing.T) {
	t.Parallel()
	for _, command := range commands.All() {
		schema := command.Schema()
		request, answers := okAnswers(t, command.Key)
		for n := range answers {
			t.Run(fmt.Sprint(command.Key, " ", n+1), func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				api := &endsWhileReading{script: script{answers: answers}, last: n, cancel: cancel}
				p := inMemory(request, api)
				p.main(ctx)
				got := envelopeOf(t, p.out.Bytes())
				done := !schema.Command.ReadOnly || len(got.Files) > 0 // and is told
				if failed := got.ReturnData == "Failed" && got.Error.StatusCode == fault.StatusCancelled; ctx.Err() == nil || !failed && !done {
					t.Errorf("%s, %+v; want Failed, 499", got.ReturnData, got.Error)
				}
			})
		}
	}
}

// endsWhileReading is a script in which a signal comes with the end of an answer.
type endsWhileReading struct {
	script
	last   int
	cancel context.CancelCauseFunc
}

func (s *endsWhileReading) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := s.script.RoundTrip(r)
	if s.next == s.last+1 {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(response.Body, readerFunc(func() { s.cancel(fault.New(fault.StatusCancelled, "cancelled")) })), response.Body}
	}
	return response, err
}

// readerFunc is an empty reader that calls a function.
type readerFunc func()

func (f readerFunc) Read([]byte) (int, error) {
	f()
	return 0, io.EOF
}

// runGenerated runs a command over answers that are made for it: what is too large
// for a folder of testdata.
func runGenerated(t *testing.T, command, inputs string, api answering) envelope {
	t.Helper()
	stdout, _ := runCase(t, []byte(replay{command: command, inputs: inputs}.request()), api)
	thinned, err := json.Marshal(thin(decode(t, stdout)))
	if err != nil {
		t.Fatal(err)
	}
	checkEnvelope(t, command, thinned)
	return envelopeOf(t, stdout)
}

// thin leaves the first and the last elements of long lists, for the schema: those of
// a generated answer are all alike, and to look at thousands takes seconds.
func thin(v any) any {
	const ends = 10
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			v[name] = thin(value)
		}
	case []any:
		if len(v) > 2*ends {
			return slices.Concat(v[:ends], v[len(v)-ends:])
		}
	}
	return v
}
