package commands

import (
	"context"
	"fmt"
	"net/netip"

	"tenableio/connection"
	"tenableio/result"
)

type listAgentsInput struct {
	HostName *string     `json:"host_name"`
	IP       *netip.Addr `json:"ip"`
	Platform *string     `json:"platform"`
}

// listAgents returns all agents that match, sorted by name.
//
// GET /scanners/null/agents: https://developer.tenable.com/reference/agents-list
func listAgents(ctx context.Context, env Env, in listAgentsInput) (result.Output, error) {
	list, err := listPages(ctx, env, connection.Call{
		Path:  "/scanners/null/agents",
		Query: agentFilters(in.HostName, in.IP, in.Platform),
	})
	if err != nil {
		return result.Output{}, err
	}
	out := result.Output{RawData: result.Raw{list.first}}
	if len(list.pages) > 1 || list.broken != nil {
		out.RawData = list.joined(`{"agents":`, `,"pagination":`+string(list.pagination)+`}`)
	}
	list.describe(&out, fmt.Sprintf("%d agents", len(list.agents)))
	return out, nil
}
