package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

// namedGroup finds the group in the path. It has answered, and gives nil, where
// there is none.
func (a *agentAPI) namedGroup(w http.ResponseWriter, r *http.Request) *agentGroup {
	g := a.group(r.PathValue("group"))
	if g == nil {
		complain(w, http.StatusNotFound, "AgentGroup not found.")
	}
	return g
}

// groupOfMembers is namedGroup for the calls about members, which refuse in other
// words.
func (a *agentAPI) groupOfMembers(w http.ResponseWriter, r *http.Request) *agentGroup {
	g := a.group(r.PathValue("group"))
	if g == nil {
		refuseGroup(w, r)
	}
	return g
}

func refuseGroup(w http.ResponseWriter, r *http.Request) {
	refuse(w, http.StatusNotFound, fmt.Sprintf("AgentGroup with id %s not found.", r.PathValue("group")))
}

// listGroups answers GET /scanners/{scanner}/agent-groups.
//
// https://developer.tenable.com/reference/agent-groups-list
func (a *agentAPI) listGroups(w http.ResponseWriter, _ *http.Request) {
	defer a.lock().Unlock()
	list := []groupRecord{}
	for _, g := range a.groups {
		list = append(list, a.record(g))
	}
	writeJSON(w, http.StatusOK, struct {
		Groups []groupRecord `json:"groups"`
	}{list})
}

// groupDetails answers GET /scanners/{scanner}/agent-groups/{group}: the group,
// and a page of its agents.
//
// https://developer.tenable.com/reference/agent-groups-details
func (a *agentAPI) groupDetails(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.namedGroup(w, r)
	if g == nil {
		return
	}
	if members, ok := a.page(w, r, g); ok {
		writeJSON(w, http.StatusOK, struct {
			groupRecord
			agentPage
		}{a.record(g), members})
	}
}

// listMembers answers GET /scanners/{scanner}/agent-groups/{group}/agents. It
// takes the number of a group alone, no UUID.
//
// https://developer.tenable.com/reference/agent-group-list-agents
func (a *agentAPI) listMembers(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.group(r.PathValue("group"))
	if g == nil || strconv.Itoa(g.id) != r.PathValue("group") {
		refuseGroup(w, r)
		return
	}
	if members, ok := a.page(w, r, g); ok {
		writeJSON(w, http.StatusOK, members)
	}
}

// readGroupName reads the body of a call that names a group.
func readGroupName(w http.ResponseWriter, r *http.Request) (string, bool) {
	var asked struct {
		Name string `json:"name"`
	}
	if !readBody(w, r, &asked) {
		return "", false
	}
	if asked.Name == "" {
		refuseParameter(w, "payload", "name", "is required")
		return "", false
	}
	return asked.Name, true
}

// createGroup answers POST /scanners/{scanner}/agent-groups.
//
// https://developer.tenable.com/reference/agent-groups-create
func (a *agentAPI) createGroup(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	if name, ok := readGroupName(w, r); ok {
		writeJSON(w, http.StatusOK, a.record(a.newGroup(name, a.config.Now())))
	}
}

// renameGroup answers PUT /scanners/{scanner}/agent-groups/{group}.
//
// https://developer.tenable.com/reference/agent-groups-configure
func (a *agentAPI) renameGroup(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.namedGroup(w, r)
	if g == nil {
		return
	}
	if name, ok := readGroupName(w, r); ok {
		g.name, g.modified = name, a.config.Now()
		writeJSON(w, http.StatusOK, a.record(g))
	}
}

// deleteGroup answers DELETE /scanners/{scanner}/agent-groups/{group}.
//
// https://developer.tenable.com/reference/agent-groups-delete
func (a *agentAPI) deleteGroup(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.namedGroup(w, r)
	if g == nil {
		return
	}
	a.groups = slices.DeleteFunc(a.groups, func(other *agentGroup) bool { return other == g })
	w.WriteHeader(http.StatusOK)
}

// addMember answers PUT /scanners/{scanner}/agent-groups/{group}/agents/{agent}.
//
// https://developer.tenable.com/reference/agent-groups-add-agent
func (a *agentAPI) addMember(w http.ResponseWriter, r *http.Request) {
	a.changeMember(w, r, members.add)
}

// removeMember answers DELETE /scanners/{scanner}/agent-groups/{group}/agents/{agent}.
//
// https://developer.tenable.com/reference/agent-groups-delete-agent
func (a *agentAPI) removeMember(w http.ResponseWriter, r *http.Request) {
	a.changeMember(w, r, members.remove)
}

// changeMember answers with an empty body when the agent and the group are there.
func (a *agentAPI) changeMember(w http.ResponseWriter, r *http.Request, change func(members, int)) {
	defer a.lock().Unlock()
	g := a.groupOfMembers(w, r)
	if g == nil {
		return
	}
	index := a.agentInPath(r)
	if index < 0 {
		refuse(w, http.StatusNotFound, fmt.Sprintf("Agent with id %s not found.", r.PathValue("agent")))
		return
	}
	change(g.members, index)
	g.modified = a.config.Now()
	w.WriteHeader(http.StatusOK)
}
