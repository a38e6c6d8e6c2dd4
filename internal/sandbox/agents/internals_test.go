package agents

import "encoding/json"

// What the tests of this room look at, and nobody else.
type (
	Agent      = agent
	AgentPage  = agentPage
	GroupBrief = groupBrief
)

const (
	FirstAgentID = firstAgentID
	FirstGroupID = firstGroupID
)

var (
	AgentSorting = agentSorting
	FeedTime     = feedTime
)

// Told is what the agent reported, empty when it never did.
func (a *agent) Told() Report { return a.reported() }

// UnmarshalJSON reads what the API shows; only tests do.
func (a *agent) UnmarshalJSON(text []byte) error {
	type plain agent
	read := plain{Report: &Report{}}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	if *read.Report == (Report{}) {
		read.Report = nil
	}
	read.index = read.ID - firstAgentID
	*a = agent(read)
	return nil
}
