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
	web.WriteJSON(w, http.StatusOK, struct {
		ID             int               `json:"id"`
		UUID           string            `json:"uuid"`
		UUIDID         string            `json:"uuid_id"`
		Username       string            `json:"username"`
		UserName       string            `json:"user_name"`
		Email          string            `json:"email"`
		Name           string            `json:"name"`
		Type           string            `json:"type"`
		Permissions    int               `json:"permissions"`
		Enabled        bool              `json:"enabled"`
		LoginFailCount int               `json:"login_fail_count"`
		LoginFailTotal int               `json:"login_fail_total"`
		ContainerID    int               `json:"container_id"`
		ContainerUUID  string            `json:"container_uuid"`
		ContainerName  string            `json:"container_name"`
		Features       json.RawMessage   `json:"features"`
		Apps           map[string]string `json:"apps"`
		GroupUUIDs     []string          `json:"group_uuids"`
		Groups         []string          `json:"groups"`
	}{
		ID: u.ID, UUID: u.UUID, UUIDID: u.UUID, Username: u.Email, UserName: u.Email, Email: u.Email,
		Name: u.Role, Type: "local", Permissions: u.Permissions, Enabled: true,
		ContainerID: 1, ContainerUUID: a.containerUUID, ContainerName: "Sandbox",
		Features: features, Apps: map[string]string{"consec": "standard", "was": "standard"},
		GroupUUIDs: []string{}, Groups: []string{},
	})
}
