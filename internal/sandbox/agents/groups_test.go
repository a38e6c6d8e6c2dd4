package agents_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/agents"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/web"
)

const emptyGroup = agents.FirstGroupID + 3

func (w *world) memberIDs(group int) []int {
	w.T.Helper()
	var got agents.AgentPage
	w.Get(fmt.Sprintf("/scanners/1/agent-groups/%d/agents?limit=5000", group), &got)
	return agentIDs(got)
}

func TestAgentGroups(t *testing.T) {
	w := newWorld(t, nil)
	var list struct{ Groups []groupRecord }
	w.Get("/scanners/null/agent-groups", &list)
	if len(list.Groups) != 4 {
		t.Fatalf("groups %+v", list.Groups)
	}
	for _, g := range list.Groups {
		for _, id := range []string{fmt.Sprint(g.ID), g.UUID} {
			var details struct {
				groupRecord
				agents.AgentPage
			}
			w.Get("/scanners/null/agent-groups/"+id+"?limit=5000", &details)
			if details.groupRecord != g || len(details.Agents) != g.AgentsCount || details.Pagination.Total != g.AgentsCount {
				t.Errorf("group %s: %+v with %d agents, want %+v", id, details.groupRecord, len(details.Agents), g)
			}
			for _, a := range details.Agents {
				if !slices.Contains(a.Groups, agents.GroupBrief{g.Name, g.ID}) {
					t.Errorf("agent %d of group %d says %v", a.ID, g.ID, a.Groups)
				}
			}
		}
		if got := w.memberIDs(g.ID); len(got) != g.AgentsCount {
			t.Errorf("group %d has %d members, want %d", g.ID, len(got), g.AgentsCount)
		}
	}
	ungrouped := w.agents("&f=groups:eq:-1").Agents
	if len(ungrouped) == 0 || slices.ContainsFunc(ungrouped, func(a *agents.Agent) bool { return len(a.Groups) > 0 }) {
		t.Errorf("in no group: %v", ungrouped)
	}
	details, members := `{"error":"AgentGroup not found."}`, `{"statusCode":404,"error":"Not Found","message":"AgentGroup with id 7 not found."}`
	w.Expect(w.Call(web.ScanManager, "GET", "/scanners/1/agent-groups/7", ""), 404, details)
	w.Expect(w.Call(web.ScanManager, "GET", "/scanners/1/agent-groups/7/agents", ""), 404, members)
	w.Expect(w.Call(web.ScanManager, "POST", "/scanners/1/agent-groups/7/agents/_bulk/add", `{"items":[1]}`), 404, members)
	w.Expect(w.Call(web.ScanManager, "POST", "/scanners/1/agent-groups/7/agents/_bulk/remove", `{"items":[1]}`), 404,
		members)
	w.Expect(w.Call(web.ScanManager, "GET", "/scanners/1/agent-groups/7/agents/_bulk/"+list.Groups[0].UUID, ""), 404,
		members)
	w.Expect(w.Call(web.ScanManager, "PUT", "/scanners/1/agent-groups/7/agents/1", ""), 404, members)
	if got := w.Call(web.ScanManager, "GET", "/scanners/1/agent-groups/"+list.Groups[0].UUID+"/agents", "").StatusCode; got != 404 {
		t.Errorf("members by UUID: status %d, the API takes numbers alone", got)
	}
}

func TestGroupsAreMadeRenamedAndDeleted(t *testing.T) {
	w := newWorld(t, nil)
	var made groupRecord
	w.Post("/scanners/1/agent-groups", `{"name":"Kiosks"}`, &made)
	w.Wait(time.Minute)
	var renamed groupRecord
	path := fmt.Sprintf("/scanners/1/agent-groups/%d", made.ID)
	w.Read(w.Call(web.Administrator, "PUT", path, `{"name":"Tills"}`), path, &renamed)
	if made.Name != "Kiosks" || renamed.Name != "Tills" || renamed.ID != made.ID ||
		renamed.LastModificationDate != made.CreationDate+60 {
		t.Errorf("made %+v, renamed %+v", made, renamed)
	}
	w.Expect(w.Call(web.Administrator, "DELETE", path, ""), 200, "")
	w.Expect(w.Call(web.Administrator, "GET", path, ""), 404, `{"error":"AgentGroup not found."}`)
	w.Expect(w.Call(web.Administrator, "DELETE", path, ""), 404, `{"statusCode":404,"error":"Not Found","message":"AgentGroup with id 105 not found."}`)
	for _, body := range []string{`{}`, `{"name":3}`, `{`} {
		if got := w.Call(web.Administrator, "POST", "/scanners/1/agent-groups", body).StatusCode; got != 400 {
			t.Errorf("a group of %s: status %d", body, got)
		}
	}
}

func TestOneMemberAtATime(t *testing.T) {
	w := newWorld(t, nil)
	path := fmt.Sprintf("/scanners/1/agent-groups/%d/agents/%d", emptyGroup, agents.FirstAgentID+3)
	for range 2 {
		w.Expect(w.Call(web.ScanManager, "PUT", path, ""), 200, "")
		if got := w.memberIDs(emptyGroup); !cmp.Equal(got, []int{agents.FirstAgentID + 3}) {
			t.Errorf("after PUT: %v", got)
		}
	}
	for range 2 {
		w.Expect(w.Call(web.ScanManager, "DELETE", path, ""), 200, "")
		if got := w.memberIDs(emptyGroup); len(got) != 0 {
			t.Errorf("after DELETE: %v", got)
		}
	}
	for _, id := range []string{"1", "999999"} {
		unknown := w.Call(web.ScanManager, "PUT", fmt.Sprintf("/scanners/1/agent-groups/%d/agents/%s", emptyGroup, id), "")
		w.Expect(unknown, 404, `{"statusCode":404,"error":"Not Found","message":"Agent with id `+id+` not found."}`)
	}
}

func TestBulkTasks(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.ExportDelay = 3 * time.Second })
	path := fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk", emptyGroup)
	var started taskRecord
	answer := w.Call(web.ScanManager, "POST", path+"/add", fmt.Sprintf(`{"items":[%d,%d,99]}`, agents.FirstAgentID+1, agents.FirstAgentID+5))
	body := sandboxtest.Text(t, answer)
	if err := json.Unmarshal([]byte(body), &started); err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s: %s", answer.Status, body)
	}
	if want := fmt.Sprintf(`{"task_id":%q,"container_uuid":%q,"status":"NEW"}`, started.TaskID, w.ContainerUUID); body != want {
		t.Errorf("started: %s, want %s", body, want)
	}
	task := path + "/" + started.TaskID
	created := w.Now.UnixMilli()
	w.Expect(w.Call(web.ScanManager, "GET", task, ""), 200, strings.TrimSuffix(body, "}")+
		fmt.Sprintf(`,"start_time":%d,"last_update_time":%d}`, created, created))
	w.Wait(time.Second)
	w.Expect(w.Call(web.ScanManager, "GET", task, ""), 200, strings.TrimSuffix(strings.Replace(body, "NEW", "RUNNING", 1), "}")+
		fmt.Sprintf(`,"message":"Starting...","start_time":%d,"last_update_time":%d,"total_work_units":3,"total_work_units_completed":0,"completion_percentage":0.0}`, created, w.Now.UnixMilli()))
	if got := w.memberIDs(emptyGroup); len(got) != 0 {
		t.Errorf("members before the end: %v", got)
	}
	w.Wait(2 * time.Second)
	w.Expect(w.Call(web.ScanManager, "GET", task, ""), 200, strings.TrimSuffix(strings.Replace(body, "NEW", "COMPLETED", 1), "}")+
		fmt.Sprintf(`,"message":"2 items completed, 1 failed.","start_time":%d,"last_update_time":%d,"end_time":%d,"total_work_units":3,"total_work_units_completed":3,"completion_percentage":100.0}`, created, w.Now.UnixMilli(), w.Now.UnixMilli()))
	if got := w.memberIDs(emptyGroup); len(got) != 2 {
		t.Errorf("members at the end: %v", got)
	}
	w.Expect(w.Call(web.ScanManager, "GET", path+"/00000000-0000-4000-8000-000000000000", ""), 404,
		`{"statusCode":404,"error":"Not Found","message":"Not Found"}`)
	elsewhere := strings.Replace(task, fmt.Sprint(emptyGroup), fmt.Sprint(agents.FirstGroupID), 1)
	if got := w.Call(web.ScanManager, "GET", elsewhere, "").StatusCode; got != 404 {
		t.Errorf("the task of another group: status %d", got)
	}
}

// TestRemovalsBeginWithTimes: it was recorded so, and without them of additions.
func TestRemovalsBeginWithTimes(t *testing.T) {
	w := newWorld(t, nil)
	var started taskRecord
	w.Post(fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk/remove", emptyGroup), fmt.Sprintf(`{"items":[%d]}`, agents.FirstAgentID), &started)
	if now := w.Now.UnixMilli(); started.Status != "NEW" || started.StartTime != now || started.LastUpdateTime != now {
		t.Errorf("%+v", started)
	}
}

// TestBulkChoice covers the ways to say which agents a task is for.
func TestBulkChoice(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.ExportDelay = 0 })
	all := w.agents("")
	ids := agentIDs(all)
	windows := agentIDs(w.agents("&f=platform:eq:WINDOWS"))
	off := agentIDs(w.agents("&f=status:eq:Offline&f=platform:eq:WINDOWS"))
	for body, want := range map[string][]int{
		fmt.Sprintf(`{"items":[%d]}`, ids[4]):                                                                           {ids[4]},
		fmt.Sprintf(`{"items":[%q,%q]}`, all.Agents[2].UUID, all.Agents[9].UUID):                                        {ids[2], ids[9]},
		`{"items":["00000000-0000-4000-8000-000000000000"]}`:                                                            {},
		`{"criteria":{"all_agents":true}}`:                                                                              ids,
		`{"criteria":{"filters":["platform:eq:WINDOWS"]}}`:                                                              windows,
		`{"criteria":{"wildcard":"WINDOWS"}}`:                                                                           windows,
		`{"criteria":{"filters":["platform:eq:WINDOWS"],"hardcoded_filters":["status:eq:Offline"],"filter_type":"or"}}`: off,
		fmt.Sprintf(`{"criteria":{"all_agents":true},"not_items":[%d]}`, ids[0]):                                        ids[1:],
		fmt.Sprintf(`{"items":[%d],"criteria":{"filter_type":"and"}}`, ids[4]):                                          {ids[4]},
	} {
		path := fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk/", emptyGroup)
		var task taskRecord
		w.Post(path+"add", body, &task)
		if got := w.memberIDs(emptyGroup); !cmp.Equal(got, want) {
			t.Errorf("%s adds %v, want %v", body, got, want)
		}
		w.Post(path+"remove", body, &task)
		if got := w.memberIDs(emptyGroup); len(got) != 0 {
			t.Errorf("%s leaves %v", body, got)
		}
	}
	for _, body := range []string{
		`{}`, `{"items":[]}`, `{"items":[true]}`, `{"items":{}}`, `{"items":[1.5]}`, `{"items":[2000001,"x"]}`,
		`{"criteria":{"filters":["colour:eq:red"]}}`, `{"criteria":{"hardcoded_filters":["x"]}}`, `{"criteria":{"all_agents":true},"not_items":[{}]}`,
	} {
		if got := w.Call(web.ScanManager, "POST", fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk/add", emptyGroup), body).StatusCode; got != 400 {
			t.Errorf("%s: status %d, want 400", body, got)
		}
	}
}
