package agents

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tenableio/internal/sandbox/web"
)

// mostAgents is the largest page of agents.
const mostAgents = 5000

type agentPage struct {
	Agents     []*agent       `json:"agents"`
	Pagination web.Pagination `json:"pagination"`
}

// List answers GET /scanners/{scanner}/agents.
//
// https://developer.tenable.com/reference/agents-list
func (a *API) List(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	if found, ok := a.page(w, r, nil); ok {
		web.WriteJSON(w, http.StatusOK, found)
	}
}

// Details answers GET /scanners/{scanner}/agents/{agent}.
//
// https://developer.tenable.com/reference/agents-agent-info
func (a *API) Details(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	index := a.agentInPath(r)
	if index < 0 {
		web.Complain(w, http.StatusNotFound, "Agent not found.")
		return
	}
	web.WriteJSON(w, http.StatusOK, a.agent(index))
}

// agentInPath is the index of the agent whose id is in the path, else -1.
func (a *API) agentInPath(r *http.Request) int {
	id, _ := strconv.Atoi(r.PathValue("agent")) // 0, which is no agent's, for what is no number
	return a.fleet.index(id)
}

// agent makes an agent with its groups.
func (a *API) agent(index int) *agent {
	one := a.fleet.agent(index)
	one.Groups = a.groupsOf(index)
	return one
}

// page finds the agents that the query asks for, of a group or of all. It answers the
// request itself and returns false where the API refuses the query.
func (a *API) page(w http.ResponseWriter, r *http.Request, of *agentGroup) (agentPage, bool) {
	limit, offset, ok := web.ReadPage(w, r, web.DefaultPage, mostAgents)
	if !ok {
		return agentPage{}, false
	}
	holds, why := a.readAgentQuery(r.URL.Query())
	if why != "" {
		web.Complain(w, http.StatusBadRequest, why)
		return agentPage{}, false
	}
	orders, ok := agentSorting.Read(r, byName)
	if !ok {
		web.Complain(w, http.StatusBadRequest, "Bad value for sort")
		return agentPage{}, false
	}
	found := a.search(holds, of)
	a.sort(found, orders)
	answer := agentPage{
		Agents: []*agent{},
		Pagination: web.Pagination{
			Total:  len(found),
			Limit:  limit,
			Offset: offset,
			Sort:   orders,
		},
	}
	for _, index := range web.Page(found, limit, offset) {
		answer.Agents = append(answer.Agents, a.agent(index))
	}
	return answer, true
}

// search lists the agents by name; holds may be nil.
func (a *API) search(holds func(*agent) bool, of *agentGroup) []int {
	if holds == nil && of == nil {
		return slices.Clone(a.fleet.byName)
	}
	var found []int
	for _, index := range a.fleet.byName {
		if of != nil && !of.members[index] {
			continue
		}
		if holds == nil || holds(a.agent(index)) {
			found = append(found, index)
		}
	}
	return found
}

// byName is how agents are sorted when nothing else is asked.
var byName = web.SortOrder{Name: "name", Order: "asc"}

var agentSorting = web.Sorting[*agent]{
	"core_version":   func(x, y *agent) int { return compareVersions(x.reported().CoreVersion, y.reported().CoreVersion) },
	"distro":         func(x, y *agent) int { return strings.Compare(x.Distro, y.Distro) },
	"health":         func(x, y *agent) int { return cmp.Compare(x.reported().Health, y.reported().Health) },
	"ip":             func(x, y *agent) int { return compareVersions(x.IP, y.IP) },
	"last_connect":   func(x, y *agent) int { return cmp.Compare(x.reported().LastConnect, y.reported().LastConnect) },
	"last_scanned":   func(x, y *agent) int { return cmp.Compare(x.reported().LastScanned, y.reported().LastScanned) },
	"linked_on":      func(x, y *agent) int { return cmp.Compare(x.LinkedOn, y.LinkedOn) },
	"name":           func(x, y *agent) int { return strings.Compare(x.Name, y.Name) },
	"platform":       func(x, y *agent) int { return strings.Compare(x.Platform, y.Platform) },
	"plugin_feed_id": func(x, y *agent) int { return cmp.Compare(x.reported().PluginFeedID, y.reported().PluginFeedID) },
	"safe_mode":      func(x, y *agent) int { return cmp.Compare(x.reported().SafeMode, y.reported().SafeMode) },
}

// compareVersions compares numbers with dots between them.
func compareVersions(x, y string) int {
	return slices.CompareFunc(strings.Split(x, "."), strings.Split(y, "."), func(p, q string) int {
		m, _ := strconv.Atoi(p) // what is no number counts as 0
		n, _ := strconv.Atoi(q)
		return cmp.Compare(m, n)
	})
}

// sort sorts agents that are in the order of their names.
func (a *API) sort(found []int, orders []web.SortOrder) {
	if slices.Equal(orders, []web.SortOrder{byName}) {
		return
	}
	agents := make([]*agent, len(found))
	for i, index := range found {
		agents[i] = a.fleet.agent(index)
	}
	agentSorting.Sort(agents, orders)
	for i, one := range agents {
		found[i] = one.index
	}
}
