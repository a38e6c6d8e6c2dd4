// Package account answers for what holds of the whole account.
package account

import (
	_ "embed"
	"net/http"
	"strings"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// API answers for what holds of the whole account.
type API struct {
	containerUUID string
	timezones     []timezone
}

type timezone struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// timezoneNames are the zones of the IANA database, one a line.
//
//go:embed timezones.txt
var timezoneNames string

// New makes the account of a tenant.
func New(t *tenant.Tenant) *API {
	a := &API{containerUUID: t.ContainerUUID}
	for name := range strings.FieldsSeq(timezoneNames) {
		a.timezones = append(a.timezones, timezone{name, name})
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
		Features       map[string]bool   `json:"features"`
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

// features are the parts of the product that the account has.
var features = switches(
	"access_groups access_groups_migration advanced_search_v2 agent_triage_m2 agent_updates analytics analytics_v2 "+
		"asset_deleting_ui asset_management credentials_mgmt credentials_mgmt_v2 dashboards_gen2 dashboards_gen2_export "+
		"dashboards_gen2_schedule dynamic_tagging export_dashboard export_dashboard_pdf indexing_v2 rbac recast_rules "+
		"reporting scan_service state suggest_feature tagging vm_service_query vulnerability_management_gen2",
	"audits_workbench aws_connector_v1 cfl_core_ssor connectors_gen2 container_security container_security_gen2 "+
		"container_security_gen2_runtime dashboards_gen2_blank_canvas dashboards_gen2_export_png "+
		"dashboards_gen2_lumin_enabled "+
		"dashboards_gen2_tag_filter dashboards_gen2_widget_filters dashboards_gen2_widget_library environment_management "+
		"general_data_protection_compliance import_data lumin_beta_allowed lumin_beta_enabled modify_vulnerability "+
		"pci_multiscan qualys_connector qualys_vuln_connector scans_gen2 system was_discovery was_multi_scanning "+
		"was_plugin_selection was_scan_progress webapp_scanning webapp_scanning_gen2",
)

func switches(on, off string) map[string]bool {
	all := map[string]bool{}
	for name := range strings.FieldsSeq(on) {
		all[name] = true
	}
	for name := range strings.FieldsSeq(off) {
		all[name] = false
	}
	return all
}
