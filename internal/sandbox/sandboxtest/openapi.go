package sandboxtest

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// knownMistakes are where the specification and the API that was recorded
// disagree: a JSON merge patch (RFC 7386) for what the pointer leads to.
var knownMistakes = []struct{ pointer, patch, why string }{
	{
		"/paths/~1vulns~1export/post/responses/429/content",
		`{"application/json": {"schema": {"type": "object", "properties": {
			"statusCode": {"type": "integer"}, "error": {"type": "string"}, "message": {"type": "string"},
			"values": {"type": "array", "items": {}}, "strings": {"type": "array", "items": {}}, "empty": {"type": "boolean"},
			"bytes": {"type": "string"}, "value_count": {"type": "integer"}}}}}`,
		"also JSON, in two forms, while an equal export runs",
	},
	{
		schemas + "Export_Vulnerabilities_plugin/properties/vpr",
		`{"properties": null, "$ref": "#/components/schemas/Export_Vulnerabilities_plugin/properties/vpr_v2"}`,
		"version 2 since 2026-07-01",
	},
	{
		answer("/workbenches/vulnerabilities/{plugin_id}/info"),
		`{"$ref": null, "type": "object", "required": ["info"], "properties": {"info": {"$ref": "#/components/schemas/workbenches_workbenches-vulnerability-info"}}}`, "wrapped in info, as its own example is",
	},
	{
		answer("/workbenches/vulnerabilities/{plugin_id}/outputs"),
		`{"$ref": null, "type": "object", "required": ["outputs"], "properties": {"outputs": {"$ref": "#/components/schemas/workbenches_workbenches-plugin-outputs"}}}`, "wrapped in outputs, as its own example is",
	},
	{
		schemas + "workbenches_workbenches-vulnerability-info/properties/vulnerability_information/properties",
		`{"cpe": {"type": "array", "items": {"type": "string"}}, "default_account": {"type": "boolean"}, "malware": {"type": "boolean"}}`, "a list and flags, said to be texts",
	},
	{schemas + "workbenches_workbenches-vulnerability-info/properties/reference_information/items/properties/values/items", `{"type": null}`, "numbers of Bugtraq among texts, as in its own example"},
	{schemas + "Export_Vulnerabilities_plugin/properties/xrefs/items", `{"type": "object"}`, "objects of type and id"},
	{
		schemas + "Export_Vulnerabilities_plugin/properties/ms_bulletin",
		`{"type": "array", "items": {"type": "string"}}`, "a list in its own example",
	},
	{
		schemas + "Export_Vulnerabilities_response-vulns-chunk/properties/indexed", `{"type": "string", "format": null}`,
		"a time in ISO 8601 in its own example",
	},
	{
		schemas + "agent-groups_group/properties/agents", `{"$ref": null, "type": "array", "items": {"type": "object"}}`,
		"the list itself; pagination is beside it",
	},
	{answer("/scans/timezones"), `{"$ref": null, "type": "object", "required": ["timezones"], "properties": {"timezones": {"$ref": "#/components/schemas/Scan_Tasks_timezones"}}}`, "wrapped in timezones, as its own example is"},
	{
		schemas + "workbenches_workbenches-asset-details/properties/system_type",
		`{"enum": null, "type": "array", "items": {"type": "string"}}`, "a list, as it was recorded",
	},
	{
		strings.Replace(answer("/scans/{scan_id}"), "/schema", "/schema/properties/compliance/items", 1),
		`{"$ref": null, "type": "object", "properties": {
			"count": {"type": "integer"}, "host_id": {"type": "integer"}, "hostname": {"type": "string", "nullable": true},
			"plugin_family": {"type": "string"}, "plugin_id": {"type": "string"}, "plugin_name": {"type": "string"},
			"severity": {"type": "integer"}, "severity_index": {"type": "integer"}}}`,
		"the plugin of a check is a text, as in its own example",
	},
	{
		schemas + "Scan_History_history-in-history-details-response/properties/owner_uuid",
		`{"type": "string"}`, "a UUID in its own example",
	},
	{schemas + "scans_host/properties/host_index", `{"type": "integer"}`, "a number"},
}

// nulls are members that the specification does not say can be null.
var nulls = []string{
	"filters_filter/properties/group_name",
	"Scan_History_targets-history-response-object/properties/default",
	"Scan_History_history-in-history-details-response/properties/scan_end",
	"Scan_History_history-in-history-details-response/properties/scan_type",
	"scans_history-in-scan-details-response/properties/type",
	"scans_scan-info-response-object/properties/policy",
	"scans_scan-info-response-object/properties/scan_type",
	"scans_scan-info-response-object/properties/scanner_end",
	"scans_scan-info-response-object/properties/scanner_name",
	"scans_scan-info-response-object/properties/scanner_start",
	"scans_scan-info-response-object/properties/shared",
	"scans_scan-info-response-object/properties/tag_targets",
	"scans_scan-info-response-object/properties/targets",
	"scans_scan-object-list/properties/policy_id",
	"scans_scan-object-list/properties/starttime",
	"scans_scan-object-list/properties/template_uuid",
	"scans_scan-object-list/properties/timezone",
	"scans_scan-object-list/properties/type",
	"scans_scan-object-list/properties/uuid",
	"scans_scan-object-list/properties/wizard_uuid",
	"scans_settings-acls/properties/display_name",
	"scans_settings-acls/properties/id",
	"scans_settings-acls/properties/name",
	"scans_settings-acls/properties/owner",
	"scans_settings-rrules",
	"workbenches_exploit/properties/url",
	"workbenches_workbenches-asset-details/properties/acr_drivers",
	"workbenches_workbenches-asset-details/properties/acr_score",
	"workbenches_workbenches-asset/properties/acr_drivers",
	"workbenches_workbenches-asset/properties/acr_score",
	vulnInfo + "plugin_details/properties/version",
	vulnInfo + "risk_information/properties/cvss3_base_score",
	vulnInfo + "risk_information/properties/cvss3_temporal_score",
	vulnInfo + "risk_information/properties/cvss3_temporal_vector",
	vulnInfo + "risk_information/properties/cvss3_vector",
	vulnInfo + "risk_information/properties/cvss_base_score",
	vulnInfo + "risk_information/properties/cvss_temporal_score",
	vulnInfo + "risk_information/properties/cvss_temporal_vector",
	vulnInfo + "risk_information/properties/cvss_vector",
	vulnInfo + "risk_information/properties/stig_severity",
	vulnInfo + "vulnerability_information/properties/asset_inventory",
	vulnInfo + "vulnerability_information/properties/cpe",
	vulnInfo + "vulnerability_information/properties/exploitability_ease",
	vulnInfo + "vulnerability_information/properties/patch_publication_date",
	vulnInfo + "vulnerability_information/properties/vulnerability_publication_date",
	results + "application_protocol",
	results + "assets/items/properties/fqdn",
	results + "assets/items/properties/ipv4",
	results + "assets/items/properties/netbios_name",
}

const (
	schemas  = "/components/schemas/"
	vulnInfo = "workbenches_workbenches-vulnerability-info/properties/"
	results  = "workbenches_workbenches-plugin-outputs/items/properties/states/items/properties/results/items/properties/"
)

// answer points to the schema of what a GET of the path answers.
func answer(path string) string {
	return "/paths/" + strings.ReplaceAll(path, "/", "~1") + "/get/responses/200/content/application~1json/schema"
}

// validateAnswer holds one answer of the sandbox to Tenable's specification: the
// status, the Content-Type and the body's members and types. The specification
// is not part of the project; where it is missing nothing is held to it.
func validateAnswer(t testing.TB, method, path string, status int, header http.Header, body []byte) {
	t.Helper()
	if err := checkAnswer(t, method, path, status, header, body); err != nil {
		t.Errorf("%s %s: status %d: %v: no document describes this answer\n%.300s", method, path, status, err, body)
	}
}

func checkAnswer(t testing.TB, method, path string, status int, header http.Header, body []byte) error {
	t.Helper()
	operation, template := findOperation(readOnce(t), method, path)
	if operation == nil {
		return fmt.Errorf("the specification has no such operation")
	}
	response := operation.Responses.Status(status)
	if response == nil {
		return fmt.Errorf("the specification has no such status")
	}
	if len(body) == 0 && (len(response.Value.Content) == 0 || slices.Contains(mayBeEmpty, template)) {
		return nil
	}
	if len(response.Value.Content) == 0 {
		return fmt.Errorf("there is a body, and none is described")
	}
	got, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("Content-Type %q: %w", header.Get("Content-Type"), err)
	}
	media := response.Value.Content[got]
	if media == nil {
		return fmt.Errorf("Content-Type is %s", got)
	}
	if media.Schema == nil || media.Schema.Value.Type.Is("string") || media.Schema.Value.IsEmpty() {
		return nil // HTML, and the file of a download
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	err = media.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse(), openapi3.MultiErrors(),
		openapi3.DisableSchemaErrorDetails())
	if err != nil || status != http.StatusOK { // the forms of refusals are closed
		return err
	}
	return checkMembers(t, method+" "+template, media.Schema, value)
}

const specificationFile = "openapi/tenable-io-subset.json"

// specification is read once for all tests.
var specification struct {
	once     sync.Once
	document *openapi3.T
	err      error
}

func readOnce(t testing.TB) *openapi3.T {
	t.Helper()
	file := sharedFile(t, specificationFile)
	specification.once.Do(func() { specification.document, specification.err = readSpecification(file) })
	if specification.err != nil {
		t.Fatal(specification.err)
	}
	return specification.document
}

func readSpecification(file string) (*openapi3.T, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	for _, mistake := range knownMistakes {
		if err := mend(document, mistake.pointer, mistake.patch); err != nil {
			return nil, err
		}
	}
	for _, pointer := range nulls {
		if err := mend(document, schemas+pointer, `{"nullable": true}`); err != nil {
			return nil, err
		}
	}
	if err := complete(document.(map[string]any)); err != nil {
		return nil, err
	}
	if text, err = json.Marshal(document); err != nil {
		return nil, err
	}
	read, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	return read, read.Validate(context.Background(), openapi3.DisableExamplesValidation())
}

// mend merges the patch into the object that the pointer (RFC 6901) leads to.
func mend(document any, pointer, patch string) error {
	at := document
	for _, step := range strings.Split(pointer, "/")[1:] {
		object, _ := at.(map[string]any)
		if at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]; at == nil {
			return fmt.Errorf("the specification has no %s at %s", step, pointer)
		}
	}
	var changes map[string]any
	if err := json.Unmarshal([]byte(patch), &changes); err != nil {
		return fmt.Errorf("%s: %w", pointer, err)
	}
	merge(at.(map[string]any), changes)
	return nil
}

func merge(target, patch map[string]any) {
	for name, change := range patch {
		object, both := change.(map[string]any)
		if into, is := target[name].(map[string]any); is && both {
			merge(into, object)
			continue
		}
		if change == nil {
			delete(target, name)
			continue
		}
		target[name] = change
	}
}

// findOperation matches the path with the templates, those with fewer
// parameters first, since /scans/timezones is no /scans/{scan_id}.
func findOperation(document *openapi3.T, method, path string) (found *openapi3.Operation, at string) {
	path, _, _ = strings.Cut(path, "?")
	path = "/" + strings.Join(strings.FieldsFunc(path, func(c rune) bool { return c == '/' }), "/")
	path = anyScanner.ReplaceAllString(path, "/scanners/null/")
	fewest := 1 << 10
	for template, item := range document.Paths.Map() {
		parameters := strings.Count(template, "{")
		if operation := item.GetOperation(method); operation != nil && parameters < fewest && fits(template, path) {
			found = operation
			at = template
			fewest = parameters
		}
	}
	return found, at
}

// anyScanner: the specification knows the scanner "null" alone, the API takes any.
var anyScanner = regexp.MustCompile(`^/scanners/[^/]+/`)

func fits(template, path string) bool {
	want := strings.Split(template, "/")
	got := strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && !strings.HasPrefix(want[i], "{") {
			return false
		}
	}
	return true
}
