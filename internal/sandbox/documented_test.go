package sandbox_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/sandboxtest"
	"tenableio/internal/sandbox/web"
)

// TestEveryEndpointAnswersAsDocumented calls each endpoint of the table. The world
// holds the answers to Tenable's specification and to the list of what that leaves
// out: an answer that no document describes fails here.
func TestEveryEndpointAnswersAsDocumented(t *testing.T) {
	for _, endpoint := range sandbox.Endpoints() {
		call := endpoint.Method + " " + endpoint.Path
		t.Run(call, func(t *testing.T) {
			w := sandboxtest.New(t, func(c *sandbox.Config) { c.Agents, c.Assets = 10, 8 })
			parameters := makeThings(w)
			if prepare := before[call]; prepare != nil {
				prepare(w, parameters)
			}
			path := endpoint.Path
			for name, value := range parameters {
				path = strings.ReplaceAll(path, "{"+name+"}", value)
			}
			if answer := w.Call(web.Administrator, endpoint.Method, path, bodies[call]); answer.StatusCode != 200 {
				t.Errorf("%s: %s %s", path, answer.Status, sandboxtest.Text(t, answer))
			}
		})
	}
}

// makeThings gives a value to each parameter of the paths: it starts an export of
// vulnerabilities, one of a scan and a bulk task, and waits for them.
func makeThings(w *sandboxtest.World) map[string]string {
	asset := w.Asset(0)
	parameters := map[string]string{
		"scanner": "null", "agent": "2000001", "group": "101", "scan": "21", "asset_id": asset.UUID, "chunk_id": "1",
		"export_uuid": w.StartExport(`{"filters":{"since":0},"include_unlicensed":true}`),
	}
	for f := range w.Findings(asset) {
		parameters["plugin_id"] = strconv.Itoa(f.Plugin.ID)
		break
	}
	var details struct{ History []struct{ UUID string } }
	w.Get("/scans/21", &details)
	parameters["history"] = details.History[0].UUID
	var report struct{ File string }
	w.Post("/scans/21/export", `{"format":"csv"}`, &report)
	var task struct {
		ID string `json:"task_id"`
	}
	w.Post("/scanners/null/agent-groups/101/agents/_bulk/add", `{"items":[2000001]}`, &task)
	parameters["file"], parameters["task"] = report.File, task.ID
	w.Wait(time.Minute)
	return parameters
}

// before is what some calls need to be there.
var before = map[string]func(w *sandboxtest.World, parameters map[string]string){
	"POST /scans/{scan}/pause": launch,
	"POST /scans/{scan}/stop":  launch,
	"POST /scans/{scan}/resume": func(w *sandboxtest.World, of map[string]string) {
		launch(w, of)
		w.Call(web.Administrator, "POST", "/scans/21/pause", "")
	},
	"POST /vulns/export/{export_uuid}/cancel": func(w *sandboxtest.World, parameters map[string]string) {
		parameters["export_uuid"] = w.StartExport(`{"num_assets":51}`)
	},
}

func launch(w *sandboxtest.World, _ map[string]string) {
	w.Post("/scans/21/launch", "{}", &struct{}{})
	w.Wait(time.Second)
}

// bodies are those of the calls that want one.
var bodies = map[string]string{
	"POST /scanners/{scanner}/agent-groups":                             `{"name":"Kiosks"}`,
	"PUT /scanners/{scanner}/agent-groups/{group}":                      `{"name":"Kiosks"}`,
	"POST /scanners/{scanner}/agent-groups/{group}/agents/_bulk/add":    `{"items":[2000001]}`,
	"POST /scanners/{scanner}/agent-groups/{group}/agents/_bulk/remove": `{"items":[2000001]}`,
	"POST /scans/{scan}/export":                                         `{"format":"nessus"}`,
	"POST /vulns/export":                                                `{}`,
}
