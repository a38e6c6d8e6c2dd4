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
	maxAgentPages = 1000   // of a server whose total grows without end
	maxPageAgents = 50_000 // of a server that ignores the limit; more would not fit in 128 MiB
)

// allAgents returns the call that lists the agents of all groups and of none.
func allAgents() connection.Call { return connection.Call{Path: "/scanners/null/agents"} }

// agentList is a list of agents that is read page by page. It keeps the agents' own
// bytes in a spill buffer and never joins them in memory: 200,000 agents are some 150 MB.
type agentList struct {
	count      int             // what the pages list
	others     int             // of them are no agents
	repeated   int             // of them were on the page before too: the list moved on while it was read
	first      json.RawMessage // the only answer, whole; nil once there is another
	head, tail string          // what stood around the agents in the first answer, once there is another
	buffer     spill.Buffer
	agents     []spill.Block // of all pages, several in each block
	pages      int
	counted    bool // the API said how many agents there are
	total      int
	failedPage *fault.Item // the page that could not be read, after others were
}

// agentPage is one page: its agents, and the bytes of all that it lists, also of what is
// no agent.
type agentPage struct {
	agents []agent
	rows   result.List
}

// listPages reads all pages of a list of agents, sorted by name, and calls take with
// each. A page that fails after others were read ends the list and becomes its
// failedPage. A failure of the first page, a signal and the time limit are errors.
//
// https://developer.tenable.com/reference/agents-list
func listPages(ctx context.Context, env command.Env, call connection.Call, take func(page []agent)) (agentList, error) {
	var list agentList
	first := map[wire.NumericID]bool{} // the agents that pages began with
	var before map[wire.NumericID]bool // the agents of the page before
	for n := 1; ; n++ {
		page, err := list.readPage(ctx, env, call, n)
		if err == nil && len(page.agents) > 0 && first[page.agents[0].ID] {
			err = fault.New(http.StatusBadGateway,
				"The API repeats a page: offset %d gave the same agents as an earlier page.", list.count)
		}
		if err == nil && page.rows.Len() == 0 && list.distinct() < list.total {
			err = fault.New(http.StatusBadGateway, "The API counts %d agents and gave %d.", list.total, list.distinct())
		}
		if err != nil {
			if n == 1 || ctx.Err() != nil {
				return list, err
			}
			list.failedPage = &fault.Item{Input: "Page", Value: strconv.Itoa(n), Err: fault.From(err)}
			return list, nil
		}
		list.add(page)
		before = list.countRepeated(page.agents, before)
		take(page.agents)
		env.Progress(int64(list.count), int64(list.total), "agents")
		if list.endsWith(page) {
			return list, nil
		}
		if len(page.agents) > 0 && page.agents[0].ID != "" {
			first[page.agents[0].ID] = true
		}
	}
}

// endsWith reports whether page is the last one. If the API does not count the agents,
// the last page is the first one that is not full.
func (l *agentList) endsWith(page agentPage) bool {
	if !l.counted {
		return page.rows.Len() < agentPageSize
	}
	return page.rows.Len() == 0 || l.distinct() >= l.total
}

// distinct returns how many agents the pages hold, each counted once. An agent on two
// pages in turn has pushed another one out of sight, which count does not show.
func (l *agentList) distinct() int { return l.count - l.repeated }

// agentCount returns how many of them are agents.
func (l *agentList) agentCount() int { return l.distinct() - l.others }

// countRepeated counts the agents of a page that were also on the page before. It
// returns the ids of this page.
func (l *agentList) countRepeated(page []agent, before map[wire.NumericID]bool) map[wire.NumericID]bool {
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
	var body struct {
		Agents     wire.Each[agent] `json:"agents"`
		Pagination struct {
			Total wire.Int `json:"total"`
		} `json:"pagination"`
	}
	count, page := 0, agentPage{rows: result.ListIn(&l.buffer)}
	keep := func(text json.RawMessage) {
		if count++; count <= maxPageAgents {
			page.rows.Add(text)
		}
	}
	body.Agents = command.EachWithOthers(ctx, func(a agent, text json.RawMessage) {
		if keep(text); count <= maxPageAgents {
			page.agents = append(page.agents, a)
		}
	}, keep)
	query := url.Values{}
	maps.Copy(query, call.Query)
	query.Set("limit", strconv.Itoa(agentPageSize))
	query.Set("offset", strconv.Itoa(l.count))
	query.Set("sort", "name:asc")
	call.Query = query
	answer, err := env.Read(ctx, call, &body, "agents", "pagination")
	if err != nil {
		return agentPage{}, err
	}
	if count > maxPageAgents {
		return agentPage{}, fault.New(http.StatusBadGateway,
			"Unexpected answer of the API: a page of %d agents, where %d were asked for.", count, agentPageSize)
	}
	if n == 1 {
		l.first = answer.Body
	}
	if total := body.Pagination.Total; total.Known {
		l.counted, l.total = true, int(total.Value)
	}
	return page, nil
}

// add counts the agents of a page and keeps their bytes.
func (l *agentList) add(page agentPage) {
	if page.rows.Len() == 0 {
		return
	}
	if l.count > 0 && l.first != nil {
		l.head, l.tail, _ = command.Around(l.first, "agents")
		l.first = nil
	}
	l.count += page.rows.Len()
	l.others += page.rows.Len() - len(page.agents)
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
