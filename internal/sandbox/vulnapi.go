package sandbox

import (
	"iter"
	"net/http"
	"regexp"
	"strings"

	"tenableio/internal/sandbox/tenant"
)

// vulnAPI answers for what scans found: the workbenches, their filters and the
// export of vulnerabilities.
type vulnAPI struct {
	tenant       *tenant.Tenant
	config       Config
	vulnFilters  []vulnFilter // the last one is shown by the deprecated POST alone
	assetFilters []assetFilter
	exports      *vulnExports
}

func newVulnAPI(t *tenant.Tenant, config Config) *vulnAPI {
	return &vulnAPI{
		tenant: t, config: config, vulnFilters: append(makeVulnFilters(config.Now), tagUUIDFilter(t)),
		assetFilters: makeAssetFilters(t.NetworkID), exports: newVulnExports(t, config),
	}
}

// routes lists the endpoints, the deprecated POST of the filters among them.
func (a *vulnAPI) routes() []route {
	return append([]route{
		{http.MethodGet, "/workbenches/vulnerabilities", basic, a.listVulns},
		{http.MethodGet, "/workbenches/vulnerabilities/{plugin_id}/info", basic, a.vulnInfo},
		{http.MethodGet, "/workbenches/vulnerabilities/{plugin_id}/outputs", basic, a.vulnOutputs},
		{http.MethodGet, "/workbenches/assets", basic, a.listAssets},
		{http.MethodGet, "/workbenches/assets/vulnerabilities", basic, a.listVulnerableAssets},
		{http.MethodGet, "/workbenches/assets/{asset_id}/info", basic, a.assetInfo},
		{http.MethodGet, "/workbenches/assets/{asset_id}/activity", basic, a.assetActivity},
		{http.MethodGet, "/workbenches/assets/{asset_id}/vulnerabilities", basic, a.listAssetVulns},
		{http.MethodGet, "/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/info", basic, a.vulnInfo},
		{http.MethodGet, "/workbenches/assets/{asset_id}/vulnerabilities/{plugin_id}/outputs", basic, a.vulnOutputs},
		{http.MethodGet, "/filters/workbenches/vulnerabilities", basic, a.listVulnFilters},
		{http.MethodPost, "/filters/workbenches/vulnerabilities", basic, a.listVulnFilters},
		{http.MethodGet, "/filters/workbenches/assets", basic, a.listAssetFilters},
		{http.MethodPost, "/filters/workbenches/assets", basic, a.listAssetFilters},
	}, a.exports.routes()...)
}

// listVulnFilters answers GET /filters/workbenches/vulnerabilities, and the
// deprecated POST, which has one filter more.
//
// https://developer.tenable.com/reference/io-filters-vulnerabilities-workbench-list
func (a *vulnAPI) listVulnFilters(w http.ResponseWriter, r *http.Request) {
	shown := a.vulnFilters
	if r.Method == http.MethodGet {
		shown = shown[:len(shown)-1]
	}
	writeJSON(w, http.StatusOK, struct {
		Filters []vulnFilter `json:"filters"`
	}{shown})
}

// listAssetFilters answers GET /filters/workbenches/assets.
//
// https://developer.tenable.com/reference/io-filters-assets-list
func (a *vulnAPI) listAssetFilters(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, struct {
		Filters []assetFilter `json:"filters"`
	}{a.assetFilters})
}

// findings walks through what the call wants of one asset, or of all when asset
// is nil.
func (a *vulnAPI) findings(asset *tenant.Asset, wants func(finding) bool) iter.Seq[finding] {
	return func(yield func(finding) bool) {
		assets := a.tenant.Assets()
		if asset != nil {
			assets = func(yield func(*tenant.Asset) bool) { yield(asset) }
		}
		for each := range assets {
			for f := range a.tenant.Findings(each) {
				if wants(f) && !yield(f) {
					return
				}
			}
		}
	}
}

var uuidForm = regexp.MustCompile("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")

// namedAsset finds the asset of the path; nil without one there. It has
// answered, and gives false, where there is no such asset.
func (a *vulnAPI) namedAsset(w http.ResponseWriter, r *http.Request) (*tenant.Asset, bool) {
	id := r.PathValue("asset_id")
	if id == "" {
		return nil, true
	}
	if !uuidForm.MatchString(id) {
		refuseParameter(w, "params", "asset_id", "must be a valid GUID")
		return nil, false
	}
	asset := a.tenant.AssetByUUID(strings.ToLower(id))
	if asset == nil {
		refuseStatus(w, http.StatusNotFound)
		return nil, false
	}
	return asset, true
}
