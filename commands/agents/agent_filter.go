package agents

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/wire"
)

// agentFilter are the inputs that a list of agents is asked for by; nil ones ask for nothing. An agent must meet all of
// them.
type agentFilter struct {
	HostName *string     `json:"host_name"` // a part of the name
	IP       *netip.Addr `json:"ip"`
	Platform *string     `json:"platform"`
}

// query returns the filters in Tenable's form field:operator:value.
//
// https://developer.tenable.com/docs/filter-agents
func (f agentFilter) query() url.Values {
	query := url.Values{}
	if f.HostName != nil {
		query.Add("f", "name:match:"+*f.HostName)
	}
	if f.IP != nil {
		query.Add("f", "ip:eq:"+f.IP.Unmap().String())
	}
	if f.Platform != nil {
		query.Add("f", "platform:eq:"+*f.Platform)
	}
	return query
}

// mayTake reports whether nothing that is known of an agent is against the filter.
func (f agentFilter) mayTake(a agent) bool {
	named := func(name wire.Text) bool {
		return strings.Contains(strings.ToLower(string(name)), strings.ToLower(*f.HostName))
	}
	reports := func(ip wire.Address) bool { return ip.Is(f.IP.Unmap()) }
	switch {
	case f.HostName != nil && len(a.Name) > 0 && !slices.ContainsFunc(a.Name, named):
		return false
	case f.IP != nil && len(a.IP) > 0 && !slices.ContainsFunc(a.IP, reports):
		return false
	}
	return f.Platform == nil || a.Platform == "" || strings.EqualFold(string(a.Platform), *f.Platform)
}

// cause is why a list that was asked for by the filter may be empty.
func (f agentFilter) cause() command.Cause {
	return command.Cause{
		Fits: f.HostName != nil || f.IP != nil || f.Platform != nil,
		Why:  "no agent meets Host Name, IP and Platform together; an agent reports one IP address",
	}
}
