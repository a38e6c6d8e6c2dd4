package agents

import (
	"slices"
	"strconv"
	"time"

	"tenableio/internal/sandbox/web"
)

type agentGroup struct {
	id       int
	uuid     string
	name     string
	created  time.Time
	modified time.Time
	members  []bool // by the index of the agent
}

// firstGroupID is the id of the first group; the others follow.
const firstGroupID = 101

// firstGroups makes the groups that are there at the start. The fleet must be
// loaded.
func (a *API) firstGroups() {
	kinds := []struct {
		name    string
		belongs func(*agent) bool
	}{
		{"Servers", func(a *agent) bool { return a.Platform == "LINUX" }},
		{"Laptops", func(a *agent) bool { return a.Platform != "LINUX" }},
		{"CIS Test", func(a *agent) bool { return a.index%4 == 1 }},
		{"Quarantine", func(*agent) bool { return false }},
	}
	for i, kind := range kinds {
		a.newGroup(kind.name, a.fleet.tenant.Now.AddDate(0, -6, i))
	}
	for index := range a.fleet.size {
		if index%9 == 4 {
			continue // nobody has put it into a group yet
		}
		one, _ := a.fleet.identity(index)
		for i, kind := range kinds {
			a.groups[i].members[index] = kind.belongs(one)
		}
	}
}

// newGroup adds a group without members.
func (a *API) newGroup(name string, now time.Time) *agentGroup {
	a.lastGroup++
	g := &agentGroup{
		id: a.lastGroup, uuid: web.UUIDOf(a.fleet.seed, "agent group", a.lastGroup), name: name,
		created: now, modified: now, members: make([]bool, a.fleet.size),
	}
	a.groups = append(a.groups, g)
	return g
}

// group finds a group by its id or UUID; nil when there is none.
func (a *API) group(wanted string) *agentGroup {
	i := slices.IndexFunc(a.groups, func(g *agentGroup) bool { return strconv.Itoa(g.id) == wanted || g.uuid == wanted })
	if i < 0 {
		return nil
	}
	return a.groups[i]
}

// record is a group as the API shows it. Times are Unix seconds.
//
// https://developer.tenable.com/reference/agent-groups-list
func (a *API) record(g *agentGroup) web.Members {
	count := 0
	for _, is := range g.members {
		if is {
			count++
		}
	}
	return web.Members{
		{"id", g.id},
		{"uuid", g.uuid},
		{"name", g.name},
		{"creation_date", g.created.Unix()},
		{"last_modification_date", g.modified.Unix()},
		{"timestamp", g.modified.Unix()},
		{"shared", 1},
		{"owner", "system"},
		{"owner_id", 1},
		{"owner_name", "system"},
		{"owner_uuid", web.UUIDOf(a.fleet.seed, "user", "system")},
		{"user_permissions", web.Owner},
		{"agents_count", count},
	}
}

// groupsOf names the groups of an agent.
func (a *API) groupsOf(index int) []groupBrief {
	var list []groupBrief
	for _, g := range a.groups {
		if g.members[index] {
			list = append(list, groupBrief{g.name, g.id})
		}
	}
	return list
}
