package agents

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"tenableio/internal/sandbox/web"
)

// namedGroup finds the group in the path. It answers the request itself and returns nil
// where there is none.
func (a *API) namedGroup(w http.ResponseWriter, r *http.Request) *agentGroup {
	g := a.group(r.PathValue("group"))
	if g == nil {
		web.Complain(w, http.StatusNotFound, "AgentGroup not found.")
	}
	return g
}

// groupOfMembers is namedGroup for the calls about members and for the deletion,
// which refuse in other words.
func (a *API) groupOfMembers(w http.ResponseWriter, r *http.Request) *agentGroup {
	g := a.group(r.PathValue("group"))
	if g == nil {
		refuseGroup(w, r)
	}
	return g
}

func refuseGroup(w http.ResponseWriter, r *http.Request) {
	web.Refuse(w, http.StatusNotFound, fmt.Sprintf("AgentGroup with id %s not found.", r.PathValue("group")))
}

// ListGroups answers GET /scanners/{scanner}/agent-groups.
//
// https://developer.tenable.com/reference/agent-groups-list
func (a *API) ListGroups(w http.ResponseWriter, _ *http.Request) {
	defer a.lock().Unlock()
	list := []web.Members{}
	for _, g := range a.groups {
		list = append(list, a.record(g))
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"groups": list})
}

// GroupDetails answers GET /scanners/{scanner}/agent-groups/{group}: the group,
// and a page of its agents.
//
// https://developer.tenable.com/reference/agent-groups-details
func (a *API) GroupDetails(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.namedGroup(w, r)
	if g == nil {
		return
	}
	if members, ok := a.page(w, r, g); ok {
		group := a.record(g).With("agents", members.Agents).With("pagination", members.Pagination)
		web.WriteJSON(w, http.StatusOK, group)
	}
}

// ListMembers answers GET /scanners/{scanner}/agent-groups/{group}/agents. It
// takes the number of a group alone, no UUID.
//
// https://developer.tenable.com/reference/agent-group-list-agents
func (a *API) ListMembers(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.group(r.PathValue("group"))
	if g == nil || strconv.Itoa(g.id) != r.PathValue("group") {
		refuseGroup(w, r)
		return
	}
	if members, ok := a.page(w, r, g); ok {
		web.WriteJSON(w, http.StatusOK, members)
	}
}

// readGroupName reads the body of a call that names a group.
func readGroupName(w http.ResponseWriter, r *http.Request) (string, bool) {
	var asked struct {
		Name string `json:"name"`
	}
	if !web.ReadBody(w, r, &asked) {
		return "", false
	}
	if asked.Name == "" {
		web.RefuseParameter(w, "payload", "name", "is required")
		return "", false
	}
	return asked.Name, true
}

// CreateGroup answers POST /scanners/{scanner}/agent-groups.
//
// https://developer.tenable.com/reference/agent-groups-create
func (a *API) CreateGroup(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	if name, ok := readGroupName(w, r); ok {
		web.WriteJSON(w, http.StatusOK, a.record(a.newGroup(name, a.config.Now())))
	}
}

// RenameGroup answers PUT /scanners/{scanner}/agent-groups/{group}.
//
// https://developer.tenable.com/reference/agent-groups-configure
func (a *API) RenameGroup(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.namedGroup(w, r)
	if g == nil {
		return
	}
	if name, ok := readGroupName(w, r); ok {
		g.name, g.modified = name, a.config.Now()
		web.WriteJSON(w, http.StatusOK, a.record(g))
	}
}

// DeleteGroup answers DELETE /scanners/{scanner}/agent-groups/{group}.
//
// https://developer.tenable.com/reference/agent-groups-delete
func (a *API) DeleteGroup(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.groupOfMembers(w, r)
	if g == nil {
		return
	}
	a.groups = slices.DeleteFunc(a.groups, func(other *agentGroup) bool { return other == g })
	w.WriteHeader(http.StatusOK)
}

// AddMember answers PUT /scanners/{scanner}/agent-groups/{group}/agents/{agent}.
//
// https://developer.tenable.com/reference/agent-groups-add-agent
func (a *API) AddMember(w http.ResponseWriter, r *http.Request) {
	a.changeMember(w, r, true)
}

// RemoveMember answers DELETE /scanners/{scanner}/agent-groups/{group}/agents/{agent}.
//
// https://developer.tenable.com/reference/agent-groups-delete-agent
func (a *API) RemoveMember(w http.ResponseWriter, r *http.Request) {
	a.changeMember(w, r, false)
}

// changeMember answers with an empty body when the agent and the group are there.
func (a *API) changeMember(w http.ResponseWriter, r *http.Request, isMember bool) {
	defer a.lock().Unlock()
	g := a.groupOfMembers(w, r)
	if g == nil {
		return
	}
	index := a.agentInPath(r)
	if index < 0 {
		web.Refuse(w, http.StatusNotFound, fmt.Sprintf("Agent with id %s not found.", r.PathValue("agent")))
		return
	}
	g.members[index] = isMember
	g.modified = a.config.Now()
	w.WriteHeader(http.StatusOK)
}
