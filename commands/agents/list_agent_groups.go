package agents

import (
	"context"
	"encoding/json"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/wire"
	"tenableio/result"
)

type listAgentGroupsInput struct {
	GroupName *string `json:"group_name"`
}

// ListGroups returns the agent groups whose name contains Group Name, upper
// and lower case alike. The filter is the plugin's: the API has none.
//
// GET /scanners/null/agent-groups:
// https://developer.tenable.com/reference/agent-groups-list
func ListGroups(ctx context.Context, env command.Env, in listAgentGroupsInput, out *result.Output) error {
	var kept result.List
	out.Table.Columns = []string{"Group ID", "Name", "Agents", "Owner"}
	err := eachGroup(ctx, env, func(group agentGroup, text json.RawMessage) {
		if in.GroupName == nil || strings.Contains(strings.ToLower(string(group.Name)), strings.ToLower(*in.GroupName)) {
			kept.Add(text)
			out.ContextData.Add(groupRecord(group))
			out.KeyFields.Add("group_ids", group.ID)
			out.KeyFields.Add("group_uuids", string(group.UUID))
			out.KeyFields.Add("group_names", string(group.Name))
			out.Table.Add(string(group.ID), string(group.Name), group.AgentsCount.String(), string(group.Owner))
		}
	}, func(text json.RawMessage) { kept.Add(text) })
	if err != nil {
		return err
	}
	out.Table.Caption = result.Counted(out.ContextData.Len(), "agent group")
	out.RawData = result.Array(`{"Results":`, kept.Blocks(), `}`)
	command.TellNothing(out,
		command.Cause{Fits: in.GroupName != nil, Why: "no group has Group Name in its name"},
		command.Always("there are no agent groups"))
	return nil
}

// groupRecord is an agent group for a playbook.
type groupRecord struct {
	ID                   wire.NumericID `json:"group_id"`
	UUID                 wire.Text      `json:"group_uuid"`
	Name                 wire.Text      `json:"name"`
	AgentsCount          wire.Int       `json:"agents_count"`
	Owner                wire.Text      `json:"owner"`
	CreationDate         wire.Time      `json:"creation_date"`
	LastModificationDate wire.Time      `json:"last_modification_date"`
}
