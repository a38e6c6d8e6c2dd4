package agents

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"tenableio/commands/command"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/spill"
	"tenableio/internal/wire"
	"tenableio/result"
)

const (
	agentPageSize = 5000   // the most that Tenable gives in one answer
	maxAgentPages = 1000   // a server whose total never ends is left here
	maxPageAgents = 50_000 // of a server that does not page; more would not fit in 128 MiB
)

// agentList is a list of agents read page by page. The agents' own bytes are
// kept, in a spill buffer and without a copy that joins them: 200,000 agents are some
// 150 MB.
type agentList struct {
	count      int
	repeated   int             // of them were on the page before too: the list moved on while it was read
	first      json.RawMessage // the only answer, whole; nil once there is another
	head, tail string          // what stood around the agents in the first answer, once there is another
	buffer     spill.Buffer
	agents     []spill.Block // of all pages, several in each block
	pages      int
	counted    bool // the API said how many agents there are
	total      int
	broken     *fault.Item // the page that could not be read, after others were
}

// agentPage is one page: its agents, and their own bytes.
type agentPage struct {
	agents []agent
	rows   result.List
}

// listPages reads all pages of a list of agents, sorted by name, and hands each
// of them to take. A page that fails after others were read ends the list and is
// kept as broken; the first page, a signal and the time limit are errors.
//
// https://developer.tenable.com/reference/agents-list
func listPages(ctx context.Context, env command.Env, call connection.Call, take func(page []agent)) (agentList, error) {
	var list agentList
	first := map[wire.NumericID]bool{} // the agents that pages began with
	var before map[wire.NumericID]bool // the agents of the page before
	for n := 1; ; n++ {
		page, err := list.readPage(ctx, env, call, n)
		if err == nil && len(page.agents) > 0 && first[page.agents[0].ID] {
			err = fault.New(http.StatusBadGateway, "The API repeats a page: offset %d gave the same agents as an earlier page.", list.count)
		}
		if err == nil && len(page.agents) == 0 && list.distinct() < list.total {
			err = fault.New(http.StatusBadGateway, "The API counts %d agents and gave %d.", list.total, list.distinct())
		}
		if err != nil {
			if n == 1 || ctx.Err() != nil {
				return list, err
			}
			list.broken = &fault.Item{Input: "Page", Value: strconv.Itoa(n), Err: fault.From(err)}
			return list, nil
		}
		list.add(page)
		before = list.noteRepeated(page.agents, before)
		take(page.agents)
		env.Progress(int64(list.count), int64(list.total), "agents")
		if list.endsWith(page) {
			return list, nil
		}
		if id := page.agents[0].ID; id != "" {
			first[id] = true
		}
	}
}

// endsWith tells whether page is the last one. Where the API never said how many
// agents there are, the first page that is not full is.
func (l *agentList) endsWith(page agentPage) bool {
	if !l.counted {
		return len(page.agents) < agentPageSize
	}
	return len(page.agents) == 0 || l.distinct() >= l.total
}

// distinct is how many agents the pages hold. One that is on two pages in turn has
// pushed another out of sight, which the count alone would not show.
func (l *agentList) distinct() int { return l.count - l.repeated }

// noteRepeated counts the agents of a page that were on the page before, and returns
// those of this one.
func (l *agentList) noteRepeated(page []agent, before map[wire.NumericID]bool) map[wire.NumericID]bool {
	here := make(map[wire.NumericID]bool, len(page))
	for _, a := range page {
		if before[a.ID] {
			l.repeated++
		}
		if a.ID != "" {
			here[a.ID] = true
		}
	}
	return here
}

// readPage reads the n-th page.
func (l *agentList) readPage(ctx context.Context, env command.Env, call connection.Call, n int) (agentPage, error) {
	if n > maxAgentPages {
		return agentPage{}, fault.New(http.StatusBadGateway, "The API lists more than %d pages of agents.", maxAgentPages)
	}
	answer, err := env.Tenable.Get(ctx, pageFrom(l.count, call))
	if err != nil {
		return agentPage{}, err
	}
	var body struct {
		Agents     wire.Each[agent] `json:"agents"`
		Pagination struct {
			Total *wire.Int `json:"total"`
		} `json:"pagination"`
	}
	count, page := 0, agentPage{rows: result.ListIn(&l.buffer)}
	body.Agents = command.Each(ctx, func(a agent, text json.RawMessage) {
		if count++; count <= maxPageAgents {
			page.agents = append(page.agents, a)
			page.rows.Add(text)
		}
	})
	if err := command.UntilEnd(ctx, answer.Decode(&body, "agents", "pagination")); err != nil {
		return agentPage{}, err
	}
	if count > maxPageAgents {
		return agentPage{}, fault.New(http.StatusBadGateway, "Unexpected answer of the API: a page of %d agents, where %d were asked for.", count, agentPageSize)
	}
	if n == 1 {
		l.first = answer.Body
	}
	if body.Pagination.Total != nil {
		l.counted, l.total = true, int(*body.Pagination.Total)
	}
	return page, nil
}

// pageFrom is the call for the page that begins at an offset.
func pageFrom(offset int, call connection.Call) connection.Call {
	query := maps.Clone(call.Query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", strconv.Itoa(agentPageSize))
	query.Set("offset", strconv.Itoa(offset))
	query.Set("sort", "name:asc")
	call.Query = query
	return call
}

// add counts the agents of a page, and keeps their bytes.
func (l *agentList) add(page agentPage) {
	if len(page.agents) == 0 {
		return
	}
	if l.count > 0 && l.first != nil {
		l.head, l.tail, _ = command.Around(l.first, "agents")
		l.first = nil
	}
	l.count += len(page.agents)
	l.pages++
	l.agents = append(l.agents, page.rows.Blocks()...)
}

// raw is the one answer as it came, or all pages in the form of the first.
func (l *agentList) raw() result.Raw {
	if l.first != nil {
		return result.RawOf(l.first)
	}
	return l.joined(l.head, l.tail)
}

// joined is all pages in one JSON array between head and tail.
func (l *agentList) joined(head, tail string) result.Raw {
	return result.Array(head, l.agents, tail)
}
