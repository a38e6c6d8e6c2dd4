package workbench_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenableio/internal/sandbox"
	"tenableio/internal/sandbox/workbench"
)

// TestVulnInfo adds a plugin's findings up.
func TestVulnInfo(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.FindingsPerAsset = 16 })
	for id, found := range w.byPlugin() {
		p := found[0].Plugin
		path := "/workbenches/vulnerabilities/" + strconv.Itoa(id) + "/info"
		if id%5 != 0 {
			continue // a fifth of them tell
		}
		var got struct{ Info map[string]any }
		w.Get(path, &got)
		first, last := found[0].FirstFound, found[0].LastFound
		for _, f := range found {
			if f.FirstFound.Before(first) {
				first = f.FirstFound
			}
			if f.LastFound.After(last) {
				last = f.LastFound
			}
		}
		want := map[string]any{"seen_first": first.Format("2006-01-02T15:04:05.000Z"), "seen_last": last.Format("2006-01-02T15:04:05.000Z")}
		if diff := cmp.Diff(want, got.Info["discovery"]); diff != "" || got.Info["count"] != float64(len(found)) {
			t.Errorf("plugin %d: count %v, want %d; discovery (-want +got):\n%s", p.ID, got.Info["count"], len(found), diff)
		}
		if got.Info["description"] != p.Text || got.Info["synopsis"] != p.Synopsis || got.Info["solution"] != p.Solution {
			t.Errorf("plugin %d: texts of another", p.ID)
		}
	}
}

// TestPluginsWithoutFindings: the details are 200 and nothing at all, the
// outputs an empty list.
func TestPluginsWithoutFindings(t *testing.T) {
	w := newWorld(t, func(c *sandbox.Config) { c.Assets = 1 })
	var without string
	for _, p := range w.Plugins() {
		if len(w.All(func(f finding) bool { return f.Plugin.ID == p.ID })) == 0 {
			without = strconv.Itoa(p.ID)
		}
	}
	for _, id := range []string{without, "1", "9999999"} {
		if status, _, body := w.Ask("GET", "/workbenches/vulnerabilities/"+id+"/info", ""); status != 200 || len(body) != 0 {
			t.Errorf("info of %s: %d %s", id, status, body)
		}
		if status, _, body := w.Ask("GET", "/workbenches/vulnerabilities/"+id+"/outputs", ""); status != 200 ||
			string(body) != `{"outputs":[]}` {
			t.Errorf("outputs of %s: %d %s", id, status, body)
		}
	}
}

// TestVulnOutputs holds the tree of texts, states and places to the findings.
func TestVulnOutputs(t *testing.T) {
	w := newWorld(t, nil)
	type leaf struct {
		text, state, transport, asset string
		port, severity                int
	}
	shared, by := 0, w.byPlugin()
	for _, p := range w.Plugins()[:60] {
		want := map[leaf]int{}
		for _, f := range by[p.ID] {
			want[leaf{f.Output(), f.StateAt(w.Now), strings.ToLower(f.Protocol), f.Asset.UUID, f.Port, f.Severity}]++
		}
		var answer struct{ Outputs []workbench.PluginOutput }
		w.Get("/workbenches/vulnerabilities/"+strconv.Itoa(p.ID)+"/outputs", &answer)
		got := map[leaf]int{}
		for _, o := range answer.Outputs {
			for _, s := range o.States {
				for _, r := range s.Results {
					for _, a := range r.Assets {
						got[leaf{o.Text, s.Name, r.Transport, a.UUID, r.Port, r.Severity}]++
						if (r.Application == nil) != (r.Port == 0) && r.Port < 1024 {
							t.Errorf("plugin %d: port %d with service %v", p.ID, r.Port, r.Application)
						}
					}
					if len(r.Assets) > 1 {
						shared++
					}
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("plugin %d (-want +got):\n%s", p.ID, diff)
		}
	}
	if shared == 0 {
		t.Error("no text is of several assets")
	}
}

// TestOutputsKeepMarkup: texts come as the plugin wrote them.
func TestOutputsKeepMarkup(t *testing.T) {
	w := newWorld(t, nil)
	f := w.All(func(f finding) bool { return w.Current(f) && strings.Contains(f.Output(), "<b>") })[0]
	_, _, body := w.Ask("GET", "/workbenches/vulnerabilities/"+strconv.Itoa(f.Plugin.ID)+"/outputs", "")
	if !strings.Contains(string(body), "<b>") || !strings.Contains(string(body), `\n`) || !json.Valid(body) {
		t.Errorf("outputs are %.300s", body)
	}
}
