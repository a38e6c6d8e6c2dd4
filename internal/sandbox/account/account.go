// Package account answers for what holds of the whole account.
package account

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// API answers for what holds of the whole account.
type API struct {
	containerUUID string
	timezones     []web.Object
}

// timezoneNames are the zones of the IANA database, one a line.
//
//go:embed timezones.txt
var timezoneNames string

// features are the parts of the product that the account has.
//
//go:embed features.json
var features []byte

// New makes the account of a tenant.
func New(t *tenant.Tenant) *API {
	a := &API{containerUUID: t.ContainerUUID}
	for name := range strings.FieldsSeq(timezoneNames) {
		a.timezones = append(a.timezones, web.Object{"name": name, "value": name})
	}
	return a
}

// ListTimezones answers GET /scans/timezones.
//
// https://developer.tenable.com/reference/scans-timezones
func (a *API) ListTimezones(w http.ResponseWriter, _ *http.Request) {
	web.WriteJSON(w, http.StatusOK, web.Object{"timezones": a.timezones})
}

// Session answers GET /session: who the caller is. Tenable no longer documents
// it; its SDK still calls it.
func (a *API) Session(w http.ResponseWriter, r *http.Request) {
	u := web.Caller(r)
	web.WriteJSON(w, http.StatusOK, web.Members{
		{"id", u.ID},
		{"uuid", u.UUID},
		{"uuid_id", u.UUID},
		{"username", u.Email},
		{"user_name", u.Email},
		{"email", u.Email},
		{"name", u.Role},
		{"type", "local"},
		{"permissions", u.Permissions},
		{"enabled", true},
		{"login_fail_count", 0},
		{"login_fail_total", 0},
		{"container_id", 1},
		{"container_uuid", a.containerUUID},
		{"container_name", "Sandbox"},
		{"features", json.RawMessage(features)},
		{"apps", web.Object{"consec": "standard", "was": "standard"}},
		{"group_uuids", []string{}},
		{"groups", []string{}},
	})
}
