package agents_test

import (
	"encoding/json"
	"fmt"
	"net/url"
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

// world is a sandbox with what these tests ask of it.
type world struct{ *sandboxtest.World }

func newWorld(t *testing.T, change func(*sandbox.Config)) *world {
	t.Helper()
	return &world{sandboxtest.New(t, change)}
}

// groupRecord and taskRecord are what the tests of this room look at in answers.
type groupRecord struct {
	ID                   int
	UUID, Name           string
	CreationDate         int64 `json:"creation_date"`
	LastModificationDate int64 `json:"last_modification_date"`
	AgentsCount          int   `json:"agents_count"`
}

type taskRecord struct {
	TaskID         string `json:"task_id"`
	Status         string
	StartTime      int64 `json:"start_time"`
	LastUpdateTime int64 `json:"last_update_time"`
}

func (w *world) agents(query string) agents.AgentPage {
	w.T.Helper()
	var got agents.AgentPage
	w.Get("/scanners/null/agents?limit=5000"+query, &got)
	return got
}

func agentIDs(page agents.AgentPage) []int {
	ids := []int{}
	for _, a := range page.Agents {
		ids = append(ids, a.ID)
	}
	return ids
}

func TestAgentPages(t *testing.T) {
	w := newWorld(t, nil)
	all := w.agents("")
	if len(all.Agents) != 60 || all.Pagination.Total != 60 || all.Pagination.Limit != 5000 ||
		!cmp.Equal(all.Pagination.Sort, []web.SortOrder{{Name: "name", Order: "asc"}}) {
		t.Fatalf("%d agents, %+v", len(all.Agents), all.Pagination)
	}
	if !slices.IsSortedFunc(all.Agents, func(x, y *agents.Agent) int { return strings.Compare(x.Name, y.Name) }) {
		t.Error("the agents are not sorted by name")
	}
	var first, last agents.AgentPage
	w.Get("/scanners/1/agents", &first)
	w.Get("/scanners/17/agents?offset=50&limit=50", &last)
	if got := append(agentIDs(first), agentIDs(last)...); !cmp.Equal(got, agentIDs(all)) || len(last.Agents) != 10 {
		t.Errorf("two pages of 50 give %v", got)
	}
	names, statuses := map[string]int{}, map[string]int{}
	for _, a := range all.Agents {
		names[a.Name]++
		statuses[a.Status]++
	}
	if len(names) == len(all.Agents) || len(statuses) != 3 {
		t.Errorf("%d names of %d agents, statuses %v: want shared names and three statuses", len(names), len(all.Agents),
			statuses)
	}
	var one agents.Agent
	w.Get(fmt.Sprintf("/scanners/null/agents/%d", all.Agents[7].ID), &one)
	if diff := cmp.Diff(*all.Agents[7], one, cmp.AllowUnexported(agents.Agent{})); diff != "" {
		t.Errorf("by its id (-want +got):\n%s", diff)
	}
}

func TestAgentsAreOnTheTenantsAssets(t *testing.T) {
	w := newWorld(t, nil)
	onAssets := 0
	for _, a := range w.agents("").Agents {
		if a.Report == nil || a.AssetUUID == "" {
			continue
		}
		asset := w.AssetByUUID(a.AssetUUID)
		if asset == nil || strings.ReplaceAll(a.UUID, "-", "") != asset.AgentUUID || asset.IPv4[0].String() != a.IP {
			t.Errorf("agent %+v is on asset %+v", a, asset)
		}
		onAssets++
	}
	if onAssets < 10 || onAssets > 55 {
		t.Errorf("%d agents on assets, want some and not all", onAssets)
	}
}

// TestAgentFilters compares each operator with a reading of the whole list.
func TestAgentFilters(t *testing.T) {
	w := newWorld(t, nil)
	all := w.agents("").Agents
	sample := all[slices.IndexFunc(all, func(a *agents.Agent) bool { return a.Status == "on" && a.LastScanned > 0 && len(a.Groups) > 0 })]
	day := func(seconds int64) string { return time.Unix(seconds, 0).UTC().Format("2006/01/02") }
	feed := func(a *agents.Agent) string { return day(agents.FeedTime(a).Unix()) }
	connected := fmt.Sprint(sample.LastConnect)
	for f, holds := range map[string]func(*agents.Agent) bool{
		"name:eq:" + sample.Name:                          func(a *agents.Agent) bool { return a.Name == sample.Name },
		"name:neq:" + sample.Name:                         func(a *agents.Agent) bool { return a.Name != sample.Name },
		"name:match:-000":                                 func(a *agents.Agent) bool { return strings.Contains(a.Name, "-000") },
		"name:nmatch:-000":                                func(a *agents.Agent) bool { return !strings.Contains(a.Name, "-000") },
		"ip:eq:" + sample.IP:                              func(a *agents.Agent) bool { return a.IP == sample.IP },
		"ip:match:192.0.2.":                               func(a *agents.Agent) bool { return strings.HasPrefix(a.IP, "192.0.2.") },
		"platform:eq:WINDOWS":                             func(a *agents.Agent) bool { return a.Platform == "WINDOWS" },
		"platform:neq:WINDOWS":                            func(a *agents.Agent) bool { return a.Platform != "WINDOWS" },
		"distro:match:win":                                func(a *agents.Agent) bool { return strings.Contains(a.Distro, "win") },
		"distro:nmatch:win":                               func(a *agents.Agent) bool { return !strings.Contains(a.Distro, "win") },
		"status:eq:Offline":                               func(a *agents.Agent) bool { return a.Status == "off" },
		"status:neq:Initializing":                         func(a *agents.Agent) bool { return a.Status != "init" },
		fmt.Sprintf("groups:eq:%d", sample.Groups[0].ID):  func(a *agents.Agent) bool { return slices.Contains(a.Groups, sample.Groups[0]) },
		fmt.Sprintf("groups:neq:%d", sample.Groups[0].ID): func(a *agents.Agent) bool { return !slices.Contains(a.Groups, sample.Groups[0]) },
		"core_version:eq:" + sample.CoreVersion:           func(a *agents.Agent) bool { return a.Told().CoreVersion == sample.CoreVersion },
		"core_version:match:10.":                          func(a *agents.Agent) bool { return strings.Contains(a.Told().CoreVersion, "10.") },
		"core_version:lt:8.4":                             func(a *agents.Agent) bool { return a.Report != nil && a.CoreVersion[0] != '1' },
		"core_version:gt:8.4":                             func(a *agents.Agent) bool { return a.Report != nil && a.CoreVersion[0] == '1' },
		"last_connect:date-eq:" + connected:               func(a *agents.Agent) bool { return day(a.Told().LastConnect) == day(sample.LastConnect) },
		"last_connect:date-neq:" + connected:              func(a *agents.Agent) bool { return day(a.Told().LastConnect) != day(sample.LastConnect) },
		"last_connect:date-lt:" + day(sample.LastConnect): func(a *agents.Agent) bool {
			return a.Report != nil && day(a.LastConnect) < day(sample.LastConnect)
		},
		"last_connect:date-lt:" + connected:                    func(a *agents.Agent) bool { return a.Report != nil && a.LastConnect < sample.LastConnect },
		"last_connect:date-gt:" + connected:                    func(a *agents.Agent) bool { return a.Told().LastConnect > sample.LastConnect },
		"last_scanned:date-gt:" + fmt.Sprint(w.Now.Unix()-1):   func(*agents.Agent) bool { return false },
		"last_scanned:date-lt:" + fmt.Sprint(w.Now.Unix()+1e5): func(a *agents.Agent) bool { return a.Told().LastScanned != 0 },
		"plugin_feed_id:date-eq:" + feed(sample):               func(a *agents.Agent) bool { return a.Report != nil && feed(a) == feed(sample) },
		"plugin_feed_id:date-gt:" + feed(sample):               func(a *agents.Agent) bool { return a.Report != nil && feed(a) > feed(sample) },
	} {
		var want []int
		for _, a := range all {
			if holds(a) {
				want = append(want, a.ID)
			}
		}
		if got := w.agents("&f=" + url.QueryEscape(f)); !cmp.Equal(agentIDs(got), append([]int{}, want...)) ||
			got.Pagination.Total != len(want) {
			t.Errorf("%s gives %v, want %v", f, agentIDs(got), want)
		}
	}
}

func TestAgentFiltersCombine(t *testing.T) {
	w := newWorld(t, nil)
	count := func(query string) int { return w.agents(query).Pagination.Total }
	windows, off := count("&f=platform:eq:WINDOWS"), count("&f=status:eq:Offline")
	both, either := count("&f=platform:eq:WINDOWS&f=status:eq:Offline"), count("&f=platform:eq:WINDOWS&f=status:eq:Offline&ft=or")
	if windows == 0 || off == 0 || both == 0 || windows+off != both+either || both >= windows {
		t.Errorf("%d are on Windows, %d are off, %d are both, %d either", windows, off, both, either)
	}
	if all, named := count("&w=WINDOWS"), count("&w=WINDOWS&wf=name,ip"); all != windows || named != 0 {
		t.Errorf("w=WINDOWS gives %d, in names and addresses %d, want %d and 0", all, named, windows)
	}
	if got := count("&w=WINDOWS&f=platform:eq:LINUX&f=status:eq:Offline&ft=or"); got != both {
		t.Errorf("w and either filter: %d, want %d", got, both)
	}
	if got := count("&w=Servers&wf=groups"); got != count(fmt.Sprintf("&f=groups:eq:%d", agents.FirstGroupID)) {
		t.Errorf("w in the names of groups: %d", got)
	}
}

func TestAgentsSort(t *testing.T) {
	w := newWorld(t, nil)
	for field, compare := range agents.AgentSorting {
		up, down := w.agents("&sort="+field+":asc"), w.agents("&sort="+field+":desc")
		if !slices.IsSortedFunc(up.Agents, compare) || !cmp.Equal(up.Pagination.Sort, []web.SortOrder{{Name: field, Order: "asc"}}) {
			t.Errorf("%s:asc is not sorted: %+v", field, up.Pagination)
		}
		slices.Reverse(down.Agents)
		if !slices.IsSortedFunc(down.Agents, compare) {
			t.Errorf("%s:desc is not sorted", field)
		}
	}
	two := w.agents("&sort=platform:desc,name:desc")
	if !slices.IsSortedFunc(two.Agents, func(x, y *agents.Agent) int {
		return -strings.Compare(x.Platform+"/"+x.Name, y.Platform+"/"+y.Name)
	}) {
		t.Error("by platform and name: not sorted")
	}
}

func TestBadAgentQueriesAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	w.Expect(w.Call(web.Administrator, "GET", "/scanners/1/agents?f=last_connect:date-gt:yesterday", ""), 400,
		`{"error":"Bad value for date filter"}`)
	for _, query := range []string{
		"limit=0", "limit=5001", "limit=ten", "offset=-1", "sort=groups:asc", "sort=name", "sort=name:up", "ft=xor", "w=x&wf=uuid",
		"f=name", "f=name:eq", "f=colour:eq:blue", "f=distro:eq:win", "f=name:gt:a", "f=status:eq:on", "f=groups:eq:9", "f=plugin_feed_id:date-eq:x", "f=plugin_feed_id:date-eq:1772444190",
	} {
		for _, path := range []string{"/scanners/null/agents?", fmt.Sprintf("/scanners/null/agent-groups/%d?", agents.FirstGroupID), fmt.Sprintf("/scanners/null/agent-groups/%d/agents?", agents.FirstGroupID)} {
			if got := w.Call(web.ScanManager, "GET", path+query, "").StatusCode; got != 400 {
				t.Errorf("%s%s: status %d, want 400", path, query, got)
			}
		}
	}
}

func TestAgentCallsNeedScanManager(t *testing.T) {
	w := newWorld(t, nil)
	group := fmt.Sprintf("/scanners/1/agent-groups/%d", agents.FirstGroupID)
	for _, c := range [][2]string{
		{"GET", "/scanners/1/agents"},
		{"GET", "/scanners/1/agents/1"},
		{"GET", "/scanners/1/agent-groups"},
		{"POST", "/scanners/1/agent-groups"},
		{"GET", group},
		{"PUT", group},
		{"DELETE", group},
		{"GET", group + "/agents"},
		{"PUT", group + "/agents/1"},
		{"DELETE", group + "/agents/1"},
		{"POST", group + "/agents/_bulk/add"},
		{"POST", group + "/agents/_bulk/remove"},
		{"GET", group + "/agents/_bulk/x"},
	} {
		w.Expect(w.Call(web.Standard, c[0], c[1], ""), 403, `{"statusCode":403,"error":"Forbidden","message":"Insufficient scope"}`)
	}
	if got := w.Call(web.Basic, "GET", "/filters/scans/agents", "").StatusCode; got != 200 {
		t.Errorf("the filters as basic: status %d", got)
	}
}

func TestManyAgents(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Agents = 20_000 })
	var last agents.AgentPage
	w.Get("/scanners/null/agents?limit=5000&offset=15000", &last)
	if len(last.Agents) != 5000 || last.Pagination.Total != 20_000 {
		t.Errorf("%d agents of %d", len(last.Agents), last.Pagination.Total)
	}
	uuids := map[string]bool{}
	for _, a := range last.Agents {
		uuids[a.UUID] = true
	}
	if len(uuids) != 5000 {
		t.Errorf("%d UUIDs of 5000 agents", len(uuids))
	}
}

func TestAgentAnswersFollowTheSpecification(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.ExportDelay = 3 * time.Second })
	group := fmt.Sprintf("/scanners/null/agent-groups/%d", agents.FirstGroupID)
	for _, target := range []string{"/filters/scans/agents", "/scanners/null/agents?limit=5000", "/scanners/null/agent-groups", group, group + "/agents"} {
		w.AnswerTo(web.Administrator, "GET", target, "", 200)
	}
	w.AnswerTo(web.Administrator, "GET", "/scanners/null/agents?f=last_connect:date-eq:x", "", 400)
	w.AnswerTo(web.Administrator, "GET", "/scanners/null/agent-groups/7", "", 404)
	w.AnswerTo(web.Standard, "GET", group, "", 403)
	var task taskRecord
	for _, change := range []string{"add", "remove"} {
		body := w.AnswerTo(web.Administrator, "POST", group+"/agents/_bulk/"+change,
			fmt.Sprintf(`{"items":[%d]}`, agents.FirstAgentID), 200)
		if err := json.Unmarshal(body, &task); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			w.AnswerTo(web.Administrator, "GET", group+"/agents/_bulk/"+task.TaskID, "", 200)
			w.Wait(time.Second)
		}
		w.AnswerTo(web.Administrator, "POST", group+"/agents/_bulk/"+change, `{"items":[]}`, 400)
	}
}

func TestAgentAnswersAreAsRecorded(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.ExportDelay = time.Second })
	recorded := sandboxtest.ReadRecordings(t)
	var task taskRecord
	w.Post(fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk/add", emptyGroup),
		fmt.Sprintf(`{"items":[%d,%d]}`, agents.FirstAgentID, agents.FirstAgentID+1), &task)
	w.Wait(time.Second)
	// The recorded agents never reported; the specification names what others do.
	report, err := json.Marshal(agents.Report{LastScanned: 1, AssetUUID: "x"})
	if err != nil {
		t.Fatal(err)
	}
	newer := []string{".agents[].groups"}
	for member := range sandboxtest.Shape(t, report) {
		newer = append(newer, ".agents[]"+member)
	}
	for name, tt := range map[string]struct {
		permissions          int
		method, target, body string
		newer                []string
	}{
		"agents-page":          {web.Administrator, "GET", "/scanners/1/agents?limit=50&offset=0", "", newer},
		"agents-last-page":     {web.Administrator, "GET", "/scanners/1/agents?ft=or&w=match&wf=name&limit=45&offset=5", "", nil},
		"agent-groups-list":    {web.Administrator, "GET", "/scanners/1/agent-groups", "", nil},
		"agent-group-filtered": {web.Administrator, "GET", fmt.Sprintf("/scanners/1/agent-groups/%d?ft=or&w=match&wf=name&offset=5&limit=45", agents.FirstGroupID), "", nil},
		"agent-group-403":      {web.Standard, "GET", "/scanners/1/agent-groups/106529", "", nil},
		"agent-group-404":      {web.Administrator, "GET", "/scanners/1/agent-groups/106526", "", nil},
		"bulk-add":             {web.Administrator, "POST", fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk/add", agents.FirstGroupID), fmt.Sprintf(`{"items": [%d]}`, agents.FirstAgentID), nil},
		"bulk-task-status":     {web.Administrator, "GET", fmt.Sprintf("/scanners/1/agent-groups/%d/agents/_bulk/%s", emptyGroup, task.TaskID), "", nil},
		"filters-agents":       {web.Administrator, "GET", "/filters/scans/agents", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			answer := w.Call(tt.permissions, tt.method, tt.target, tt.body)
			if want := recorded[name].Response.Status; answer.StatusCode != want {
				t.Errorf("status %d, want %d", answer.StatusCode, want)
			}
			if got, want := answer.Header.Get("Content-Type"), recorded[name].Header().Get("Content-Type"); got != want {
				t.Errorf("Content-Type %q, want %q", got, want)
			}
			sandboxtest.CompareShapes(t, recorded[name].Response.Body, []byte(sandboxtest.Text(t, answer)), tt.newer...)
		})
	}
}
