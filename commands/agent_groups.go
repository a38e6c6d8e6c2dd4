package commands

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// agentGroup is one agent group.
type agentGroup struct {
	ID                   wire.NumericID `json:"id"`
	UUID                 wire.Text      `json:"uuid"`
	Name                 wire.Text      `json:"name"`
	AgentsCount          wire.Int       `json:"agents_count"`
	OwnerName            wire.Text      `json:"owner_name"`
	CreationDate         wire.Time      `json:"creation_date"`
	LastModificationDate wire.Time      `json:"last_modification_date"`

	raw json.RawMessage // the API's own bytes
}

// listGroups returns all agent groups; Tenable gives them in one answer, without
// filters.
//
// GET /scanners/null/agent-groups:
// https://developer.tenable.com/reference/agent-groups-list
func listGroups(ctx context.Context, env Env) ([]agentGroup, error) {
	answer, err := env.Tenable.Get(ctx, connection.Call{Path: "/scanners/null/agent-groups"})
	if err != nil {
		return nil, err
	}
	var body struct {
		Groups []json.RawMessage `json:"groups"`
	}
	if err := answer.Decode(&body, "groups"); err != nil {
		return nil, err
	}
	groups := make([]agentGroup, len(body.Groups))
	for i, raw := range body.Groups {
		if err := connection.DecodeObject(raw, &groups[i]); err != nil {
			return nil, err
		}
		if groups[i].ID == "" {
			return nil, answer.Lacks("id for a group")
		}
		groups[i].raw = raw
	}
	return groups, nil
}

// findGroup is the group with the given id or UUID. Tenable words an unknown
// group in two ways; the plugin says it in the documentation's.
func findGroup(groups []agentGroup, id wire.ID) (agentGroup, error) {
	for _, group := range groups {
		if wire.ID(group.ID) == id || strings.EqualFold(string(group.UUID), string(id)) {
			return group, nil
		}
	}
	return agentGroup{}, unknownGroup(id)
}

func unknownGroup(id wire.ID) *fault.Error {
	return fault.New(http.StatusNotFound, "AgentGroup with id %s not found.", id)
}

// gone says that a group is unknown in the place of said, the API's own words for
// one that was deleted since it was looked up.
func gone(id wire.ID, said *fault.Error) *fault.Error {
	f := unknownGroup(id)
	f.Body, f.RequestID = said.Body, said.RequestID
	return f
}

// membersOf is the call that lists the agents of a group; query may be nil.
func membersOf(group agentGroup, query url.Values) connection.Call {
	return connection.Call{
		Path:   "/scanners/null/agent-groups/{group_id}/agents",
		Params: map[string]string{"group_id": string(group.ID)},
		Query:  query,
	}
}
