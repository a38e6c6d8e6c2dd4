package agents

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"tenableio/commands/command"
	"tenableio/internal/wire"
)

// agentFilter is what a list of agents is asked for by; nil members ask for nothing. An agent must meet all of them.
type agentFilter struct {
	hostName *string // a part of the name
	ip       *netip.Addr
	platform *string

	others int // how many agents were listed that do not meet it
}

// query returns the filters in Tenable's form field:operator:value.
//
// https://developer.tenable.com/docs/filter-agents
func (f *agentFilter) query() url.Values {
	query := url.Values{}
	if f.hostName != nil {
		query.Add("f", "name:match:"+*f.hostName)
	}
	if f.ip != nil {
		query.Add("f", "ip:eq:"+f.ip.Unmap().String())
	}
	if f.platform != nil {
		query.Add("f", "platform:eq:"+*f.platform)
	}
	return query
}

// mayTake reports whether nothing that is known of an agent is against the filter.
func (f *agentFilter) mayTake(a agent) bool {
	named := func(name wire.Text) bool {
		return strings.Contains(strings.ToLower(string(name)), strings.ToLower(*f.hostName))
	}
	reports := func(ip wire.Address) bool { return ip.Is(f.ip.Unmap()) }
	switch {
	case f.hostName != nil && len(a.Name) > 0 && !slices.ContainsFunc(a.Name, named):
		return false
	case f.ip != nil && len(a.IP) > 0 && !slices.ContainsFunc(a.IP, reports):
		return false
	}
	return f.platform == nil || a.Platform == "" || strings.EqualFold(string(a.Platform), *f.platform)
}

// cause is why a list that was asked for by the filter may be empty.
func (f *agentFilter) cause() command.Cause {
	return command.Cause{
		Fits: f.hostName != nil || f.ip != nil || f.platform != nil,
		Why:  "no agent meets Host Name, IP and Platform together; an agent reports one IP address",
	}
}
