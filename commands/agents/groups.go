package agents

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
)

// agentGroup is one agent group. It has the fields of groupRecord.
type agentGroup struct {
	ID                   wire.NumericID `json:"id"`
	UUID                 wire.Text      `json:"uuid"`
	Name                 wire.Text      `json:"name"`
	AgentsCount          wire.Int       `json:"agents_count"`
	Owner                wire.Text      `json:"owner_name"`
	CreationDate         wire.Time      `json:"creation_date"`
	LastModificationDate wire.Time      `json:"last_modification_date"`
}

// eachGroup calls take with each agent group and its own bytes, and other with what is no
// group. Tenable gives all groups in one answer and has no filter.
//
// GET /scanners/null/agent-groups:
// https://developer.tenable.com/reference/agent-groups-list
func eachGroup(
	ctx context.Context, env command.Env,
	take func(group agentGroup, text json.RawMessage), other func(text json.RawMessage),
) error {
	body := struct {
		Groups wire.Each[agentGroup] `json:"groups"`
	}{command.EachWithOthers(ctx, take, other)}
	_, err := env.Read(ctx, connection.Call{Path: "/scanners/null/agent-groups"}, &body, "groups")
	return err
}

// readGroups returns all agent groups.
func readGroups(ctx context.Context, env command.Env) ([]agentGroup, error) {
	var groups []agentGroup
	take := func(group agentGroup, _ json.RawMessage) { groups = append(groups, group) }
	err := eachGroup(ctx, env, take, func(json.RawMessage) {})
	return groups, err
}

// findGroup returns the group with the given id or UUID. Tenable words an unknown group
// in two ways; the plugin uses those of the documentation.
func findGroup(groups []agentGroup, id wire.ID) (agentGroup, error) {
	for _, group := range groups {
		switch {
		case wire.ID(group.ID) == id:
			return group, nil
		case !strings.EqualFold(string(group.UUID), string(id)):
		case group.ID == "":
			return group, fault.New(http.StatusBadGateway, "Unexpected answer of the API: the group %s has no id.", id)
		default:
			return group, nil
		}
	}
	return agentGroup{}, unknownGroup(id)
}

func unknownGroup(id wire.ID) *fault.Error {
	return fault.New(http.StatusNotFound, "AgentGroup with id %s not found.", id)
}

// groupGone words the failure for a group that was deleted after it was looked up.
func groupGone(id wire.ID, failure *fault.Error) *fault.Error {
	f := unknownGroup(id)
	f.Body = failure.Body
	f.RequestID = failure.RequestID
	return f
}

// membersOf returns the call that lists the agents of a group; query may be nil.
func membersOf(group agentGroup, query url.Values) connection.Call {
	return connection.Call{
		Path:   "/scanners/null/agent-groups/{group_id}/agents",
		Params: map[string]string{"group_id": string(group.ID)},
		Query:  query,
	}
}
