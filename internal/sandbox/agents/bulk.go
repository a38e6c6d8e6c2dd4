package agents

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"tenableio/internal/sandbox/web"
)

// The statuses of bulk tasks that the sandbox knows.
const (
	taskNew       = "NEW"
	taskRunning   = "RUNNING"
	taskCompleted = "COMPLETED"
)

// bulkTask adds agents to a group or removes them from it.
type bulkTask struct {
	id      string
	group   *agentGroup
	remove  bool
	agents  []int // by index; -1 for what is no agent
	created time.Time
	took    time.Duration
	settled bool
}

// statusAt is NEW for the first third of the time that the task takes.
func (t *bulkTask) statusAt(now time.Time) string {
	switch spent := now.Sub(t.created); {
	case spent >= t.took:
		return taskCompleted
	case spent < t.took/3:
		return taskNew
	}
	return taskRunning
}

// settle changes the group. Adding a member twice, or removing an agent that is no
// member, is no failure.
func (t *bulkTask) settle() {
	for _, index := range t.agents {
		if index >= 0 {
			t.group.members[index] = !t.remove
		}
	}
	t.group.modified = t.created.Add(t.took)
	t.settled = true
}

// taskRecord is a task as the API shows it. Times are Unix milliseconds; the agents are not
// counted before it runs.
func (a *API) taskRecord(t *bulkTask, status string) web.Members {
	started := t.created.UnixMilli()
	begun := t.created.Add(t.took / 3).UnixMilli()
	ended := t.created.Add(t.took).UnixMilli()
	record := web.Members{
		{"task_id", t.id},
		{"container_uuid", a.fleet.tenant.ContainerUUID},
		{"status", status},
	}
	switch status {
	case taskNew:
		return append(record, web.Members{
			{"start_time", started},
			{"last_update_time", started},
		}...)
	case taskRunning:
		return append(record, web.Members{
			{"message", "Starting..."},
			{"start_time", started},
			{"last_update_time", begun},
			{"total_work_units", len(t.agents)},
			{"total_work_units_completed", 0},
			{"completion_percentage", web.Score(0)},
		}...)
	}
	failed := 0
	for _, index := range t.agents {
		if index < 0 {
			failed++
		}
	}
	return append(record, web.Members{
		{"message", fmt.Sprintf("%d items completed, %d failed.", len(t.agents)-failed, failed)},
		{"start_time", started},
		{"last_update_time", ended},
		{"end_time", ended},
		{"total_work_units", len(t.agents)},
		{"total_work_units_completed", len(t.agents)},
		{"completion_percentage", web.Score(100)},
	}...)
}

// BulkAdd answers POST /scanners/{scanner}/agent-groups/{group}/agents/_bulk/add.
//
// https://developer.tenable.com/reference/bulk-add-agents
func (a *API) BulkAdd(w http.ResponseWriter, r *http.Request) { a.startTask(w, r, false) }

// BulkRemove answers POST /scanners/{scanner}/agent-groups/{group}/agents/_bulk/remove.
//
// https://developer.tenable.com/reference/bulk-remove-agents
func (a *API) BulkRemove(w http.ResponseWriter, r *http.Request) { a.startTask(w, r, true) }

func (a *API) startTask(w http.ResponseWriter, r *http.Request, remove bool) {
	defer a.lock().Unlock()
	g := a.groupOfMembers(w, r)
	if g == nil {
		return
	}
	var asked bulkRequest
	if !web.ReadBody(w, r, &asked) {
		return
	}
	agents, why := a.chosen(asked)
	if why != "" {
		web.RefuseParameter(w, "payload", "items", why)
		return
	}
	now := a.config.Now()
	task := &bulkTask{
		id: web.UUIDOf(a.fleet.seed, "task", len(a.tasks)), group: g, remove: remove, agents: agents,
		created: now, took: a.config.ExportDelay,
	}
	a.tasks = append(a.tasks, task)
	answer := a.taskRecord(task, taskNew) // even if the task takes no time
	if !remove {
		answer = answer.Without("start_time", "last_update_time") // it was recorded so
	}
	web.WriteJSON(w, http.StatusOK, answer)
}

// TaskStatus answers GET /scanners/{scanner}/agent-groups/{group}/agents/_bulk/{task}.
//
// https://developer.tenable.com/reference/bulk-task-agent-group-status
func (a *API) TaskStatus(w http.ResponseWriter, r *http.Request) {
	defer a.lock().Unlock()
	g := a.groupOfMembers(w, r)
	if g == nil {
		return
	}
	for _, task := range a.tasks {
		if task.id == r.PathValue("task") && task.group == g {
			web.WriteJSON(w, http.StatusOK, a.taskRecord(task, task.statusAt(a.config.Now())))
			return
		}
	}
	web.RefuseStatus(w, http.StatusNotFound)
}

// bulkRequest says which agents a task is for: the items, and what the criteria
// select but not_items.
type bulkRequest struct {
	Items    []json.RawMessage `json:"items"`
	NotItems []json.RawMessage `json:"not_items"`
	Criteria *struct {
		AllAgents        bool     `json:"all_agents"`
		Wildcard         string   `json:"wildcard"`
		Filters          []string `json:"filters"`
		FilterType       string   `json:"filter_type"`
		HardcodedFilters []string `json:"hardcoded_filters"`
	} `json:"criteria"`
}

// chosen lists the agents of a request, -1 for each item that is no agent. Why
// says what is wrong with the request, if anything is.
func (a *API) chosen(asked bulkRequest) (agents []int, why string) {
	if len(asked.Items) == 0 && asked.Criteria == nil {
		return nil, "must contain at least 1 items"
	}
	agents, why = a.readItems(asked.Items)
	if why != "" || asked.Criteria == nil {
		return agents, why
	}
	excluded, why := a.readItems(asked.NotItems)
	if why != "" {
		return nil, why
	}
	skip := map[int]bool{}
	for _, index := range append(excluded, agents...) {
		skip[index] = true
	}
	c := asked.Criteria
	selected, why := a.readAgentQuery(url.Values{"f": c.Filters, "ft": {c.FilterType}, "w": {c.Wildcard}})
	if why != "" {
		return nil, why
	}
	always, why := a.readAgentQuery(url.Values{"f": c.HardcodedFilters})
	if why != "" {
		return nil, why
	}
	if selected == nil && always == nil && !c.AllAgents {
		return agents, "" // criteria that select nothing
	}
	for index := range a.fleet.size {
		one := a.agent(index)
		if !skip[index] && (selected == nil || selected(one)) && (always == nil || always(one)) {
			agents = append(agents, index)
		}
	}
	return agents, ""
}

// readItems finds the agents by their ids or their UUIDs: one list never has both.
func (a *API) readItems(items []json.RawMessage) (indexes []int, why string) {
	byUUID := map[string]int{} // wanted UUID -> place in indexes
	for _, item := range items {
		var id int
		var uuid string
		if json.Unmarshal(item, &id) == nil {
			indexes = append(indexes, a.fleet.index(id))
			continue
		}
		if json.Unmarshal(item, &uuid) != nil {
			return nil, "must be agent ids or agent UUIDs"
		}
		if _, twice := byUUID[uuid]; !twice {
			byUUID[uuid] = len(indexes)
			indexes = append(indexes, -1)
		}
	}
	if len(byUUID) == 0 {
		return indexes, ""
	}
	if len(byUUID) < len(indexes) {
		return nil, "must not mix agent ids and agent UUIDs"
	}
	for index := range a.fleet.size {
		one, _ := a.fleet.identity(index)
		if place, wanted := byUUID[one.UUID]; wanted {
			indexes[place] = index
		}
	}
	return indexes, ""
}
