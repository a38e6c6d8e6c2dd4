package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"strconv"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

const (
	agentPageSize = 5000 // the most that Tenable gives in one answer
	maxAgentPages = 1000 // a server whose total never ends is left here
)

// agent is one agent of a list. Tenable leaves out what it does not know.
type agent struct {
	ID          wire.Number `json:"id"`
	UUID        wire.Text   `json:"uuid"`
	Name        wire.Text   `json:"name"`
	Platform    wire.Text   `json:"platform"`
	Distro      wire.Text   `json:"distro"`
	IP          wire.Text   `json:"ip"`
	Status      wire.Text   `json:"status"`
	CoreVersion wire.Text   `json:"core_version"`
	Groups      []struct {
		ID   wire.Number `json:"id"`
		Name wire.Text   `json:"name"`
	} `json:"groups"`
	NetworkName wire.Text `json:"network_name"`
	AssetUUID   wire.Text `json:"asset_uuid"`
	Health      wire.Text `json:"health_state_name"`
	LinkedOn    wire.Time `json:"linked_on"`
	LastConnect wire.Time `json:"last_connect"`
	LastScanned wire.Time `json:"last_scanned"`
}

// agentList is a list of agents read page by page. The pages' own bytes are
// kept, without a copy that joins them: 200,000 agents are some 130 MB.
type agentList struct {
	agents     []agent
	first      json.RawMessage   // the first answer, whole
	pages      []json.RawMessage // the elements of each page, without the brackets
	pagination json.RawMessage
	total      int
	broken     *fault.Item // the page that could not be read, after others were
}

// listPages reads all pages of a list of agents, sorted by name. A page that
// fails after others were read ends the list and is kept as broken; the first
// page, a signal and the time limit are errors.
//
// https://developer.tenable.com/reference/agents-list
func listPages(ctx context.Context, env Env, call connection.Call) (agentList, error) {
	var list agentList
	offset, last := 0, wire.Number("")
	for page := 1; ; page++ {
		if page > maxAgentPages {
			list.broken = &fault.Item{Input: "Page", Value: strconv.Itoa(page), Err: fault.New(502, "The API lists more than %d pages of agents.", maxAgentPages)}
			return list, nil
		}
		read, err := list.readPage(ctx, env, call, offset)
		if err == nil && read > 0 && page > 1 && list.agents[offset].ID == last {
			err = fault.New(502, "The API repeats a page: offset %d gave the same agents as the page before.", offset)
			list.drop(read)
		}
		if err == nil && read == 0 && offset < list.total {
			err = fault.New(502, "The API counts %d agents and gave %d.", list.total, offset)
		}
		if err != nil {
			if page == 1 || ctx.Err() != nil {
				return list, err
			}
			list.broken = &fault.Item{Input: "Page", Value: strconv.Itoa(page), Err: fault.From(err)}
			return list, nil
		}
		if read > 0 {
			last = list.agents[offset].ID
		}
		if offset += read; read == 0 || offset >= list.total {
			return list, nil
		}
	}
}

// readPage reads the page at an offset and returns how many agents it holds.
func (l *agentList) readPage(ctx context.Context, env Env, call connection.Call, offset int) (int, error) {
	query := maps.Clone(call.Query)
	if query == nil {
		query = url.Values{}
	}
	query.Set("limit", strconv.Itoa(agentPageSize))
	query.Set("offset", strconv.Itoa(offset))
	query.Set("sort", "name:asc")
	call.Query = query
	answer, err := env.Tenable.Get(ctx, call)
	if err != nil {
		return 0, err
	}
	var body struct {
		Agents     json.RawMessage `json:"agents"`
		Pagination json.RawMessage `json:"pagination"`
	}
	if err := answer.Decode(&body, "agents", "pagination"); err != nil {
		return 0, err
	}
	var page []agent
	var pagination struct {
		Total wire.Int `json:"total"`
	}
	if err := connection.Decode(body.Agents, &page); err != nil {
		return 0, err
	}
	if err := connection.Decode(body.Pagination, &pagination); err != nil {
		return 0, err
	}
	if offset == 0 {
		l.first, l.pagination = answer.Body, body.Pagination
	}
	l.total = int(pagination.Total)
	l.agents = append(l.agents, page...)
	if len(page) > 0 {
		l.pages = append(l.pages, elements(body.Agents))
	}
	return len(page), nil
}

// drop forgets the last page, which held read agents.
func (l *agentList) drop(read int) {
	l.agents, l.pages = l.agents[:len(l.agents)-read], l.pages[:len(l.pages)-1]
}

// elements is the inside of a JSON array.
func elements(array json.RawMessage) json.RawMessage {
	array = bytes.TrimSpace(array)
	return array[1 : len(array)-1]
}

// joined is all pages in one JSON array between head and tail.
func (l *agentList) joined(head, tail string) result.Raw {
	return rawList(head, l.pages, tail)
}

// describe adds the agents to out, and the page that is missing.
func (l *agentList) describe(out *result.Output, caption string) {
	type record struct {
		AgentID     wire.Number   `json:"agent_id"`
		AgentUUID   wire.Text     `json:"agent_uuid"`
		Name        wire.Text     `json:"name"`
		Platform    wire.Text     `json:"platform"`
		Distro      wire.Text     `json:"distro"`
		IP          wire.Text     `json:"ip"`
		Status      wire.Text     `json:"status"`
		CoreVersion wire.Text     `json:"core_version"`
		GroupIDs    []wire.Number `json:"group_ids"`
		GroupNames  []string      `json:"group_names"`
		NetworkName wire.Text     `json:"network_name"`
		AssetUUID   wire.Text     `json:"asset_uuid"`
		Health      wire.Text     `json:"health"`
		LinkedOn    wire.Time     `json:"linked_on"`
		LastConnect wire.Time     `json:"last_connect"`
		LastScanned wire.Time     `json:"last_scanned"`
	}
	out.Table = result.Table{Caption: caption, Columns: []string{"Agent ID", "Name", "IP", "Platform", "Status", "Last Connect"}}
	for _, a := range l.agents {
		r := record{
			AgentID: a.ID, AgentUUID: a.UUID, Name: a.Name, Platform: a.Platform, Distro: a.Distro, IP: a.IP,
			Status: a.Status, CoreVersion: a.CoreVersion, GroupIDs: []wire.Number{}, GroupNames: []string{},
			NetworkName: a.NetworkName, AssetUUID: a.AssetUUID, Health: a.Health,
			LinkedOn: a.LinkedOn, LastConnect: a.LastConnect, LastScanned: a.LastScanned,
		}
		for _, group := range a.Groups {
			r.GroupIDs, r.GroupNames = append(r.GroupIDs, group.ID), append(r.GroupNames, string(group.Name))
		}
		out.ContextData = append(out.ContextData, r)
		out.KeyFields.Add("agent_ids", a.ID)
		out.KeyFields.Add("agent_names", string(a.Name))
		out.KeyFields.Add("ip_addresses", string(a.IP))
		out.Table.Rows = append(out.Table.Rows, []string{
			string(a.ID), string(a.Name), string(a.IP), string(a.Platform), string(a.Status), a.LastConnect.String(),
		})
	}
	out.Done = len(l.pages)
	if l.broken != nil {
		out.Failed = append(out.Failed, *l.broken)
		out.Warn("incomplete", fmt.Sprintf("Page %s and those after it could not be read: %d of %d agents are here.", l.broken.Value, len(l.agents), l.total))
	}
}

// agentFilters are the filters of a list of agents, in Tenable's form
// field:operator:value, all of which must hold.
//
// https://developer.tenable.com/docs/filter-agents
func agentFilters(hostName *string, ip *netip.Addr, platform *string) url.Values {
	query := url.Values{}
	if hostName != nil {
		query.Add("f", "name:match:"+*hostName)
	}
	if ip != nil {
		query.Add("f", "ip:eq:"+ip.String())
	}
	if platform != nil {
		query.Add("f", "platform:eq:"+*platform)
	}
	return query
}
