package sandbox

import (
	"iter"
	"net/http"
	"regexp"
	"strings"

	"tenableio/internal/sandbox/tenant"
)

// vulnAPI answers for what scans found: the workbenches and their filters.
type vulnAPI struct {
	tenant       *tenant.Tenant
	config       Config
	vulnFilters  []vulnFilter // the last one is shown by the deprecated POST alone
	assetFilters []assetFilter
}

func newVulnAPI(t *tenant.Tenant, config Config) *vulnAPI {
	return &vulnAPI{
		tenant: t, config: config, vulnFilters: append(makeVulnFilters(config.Now), tagUUIDFilter(t)),
		assetFilters: makeAssetFilters(t.NetworkID),
	}
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
