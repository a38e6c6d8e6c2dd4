package workbench

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"tenableio/internal/sandbox/web"
)

// pluginOutput is one text that a plugin wrote, and where.
type pluginOutput struct {
	Text   string         `json:"plugin_output"`
	States []*outputState `json:"states"`
}

type outputState struct {
	Name    string          `json:"name"`
	Results []*outputResult `json:"results"`
}

type outputResult struct {
	Application *string       `json:"application_protocol"`
	Port        int           `json:"port"`
	Transport   string        `json:"transport_protocol"`
	Assets      []outputAsset `json:"assets"`
	Severity    int           `json:"severity"`
}

type outputAsset struct {
	Hostname  string  `json:"hostname"`
	ID        string  `json:"id"`
	UUID      string  `json:"uuid"`
	NetBIOS   *string `json:"netbios_name"`
	FQDN      *string `json:"fqdn"`
	IPv4      *string `json:"ipv4"`
	FirstSeen string  `json:"first_seen"`
	LastSeen  string  `json:"last_seen"`
}

// VulnOutputs answers GET /workbenches/vulnerabilities/{plugin_id}/outputs, and
// the same of one asset: what at most 5,000 findings of the last 450 days say,
// equal texts together. For a plugin that found nothing the list is empty.
//
// https://developer.tenable.com/reference/workbenches-vulnerability-outputs
func (a *API) VulnOutputs(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	found, ok := a.pluginFindings(w, r)
	if !ok {
		return
	}
	outputs := []*pluginOutput{}
	for _, f := range found[:min(len(found), MostRows)] {
		addOutput(&outputs, f, a.now())
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"outputs": outputs})
}

// addOutput groups findings by text, state and place, each in the order in
// which it first came.
func addOutput(outputs *[]*pluginOutput, f finding, now time.Time) {
	text := f.Output()
	output := findOr(outputs, func(o *pluginOutput) bool { return o.Text == text },
		func() *pluginOutput { return &pluginOutput{Text: text} })
	name := f.StateAt(now)
	state := findOr(&output.States, func(s *outputState) bool { return s.Name == name },
		func() *outputState { return &outputState{Name: name} })
	transport := strings.ToLower(f.Protocol)
	result := findOr(&state.Results, func(r *outputResult) bool {
		return r.Port == f.Port && r.Transport == transport && r.Severity == f.Severity
	}, func() *outputResult {
		return &outputResult{Application: applicationOf(f), Port: f.Port, Transport: transport, Severity: f.Severity}
	})
	result.Assets = append(result.Assets, outputAsset{
		Hostname:  cmp.Or(f.Asset.Hostname, f.Asset.Target()),
		ID:        f.Asset.UUID,
		UUID:      f.Asset.UUID,
		NetBIOS:   web.OrNull(f.Asset.NetBIOS),
		FQDN:      web.OrNull(f.Asset.FQDN),
		IPv4:      web.OrNull(f.Asset.FirstIPv4()),
		FirstSeen: web.ISO(f.FirstFound),
		LastSeen:  web.ISO(f.LastFound),
	})
}

// applicationOf is the service; null for a finding of the host as a whole.
func applicationOf(f finding) *string {
	if f.Port == 0 {
		return nil
	}
	return web.OrNull(f.Service)
}

// findOr finds the item of the list, or adds the one that is made.
func findOr[T any](list *[]T, is func(T) bool, made func() T) T {
	for _, item := range *list {
		if is(item) {
			return item
		}
	}
	*list = append(*list, made())
	return (*list)[len(*list)-1]
}
