// Package workbench answers for what scans found: plugins, assets and the filters of both.
package workbench

import (
	"iter"
	"net/http"
	"strings"
	"time"

	"tenableio/internal/pattern"
	"tenableio/internal/sandbox/filters"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

type (
	finding = *tenant.Finding
	asset   = *tenant.Asset
)

// API answers for what scans found: the workbenches and their filters.
type API struct {
	tenant       *tenant.Tenant
	now          func() time.Time
	vulnFilters  []filters.FindingFilter // the last one is shown by the deprecated POST alone
	assetFilters []filters.AssetFilter
}

// New makes the workbenches of a tenant.
func New(t *tenant.Tenant, now func() time.Time) *API {
	return &API{
		tenant: t, now: now, vulnFilters: append(filters.OfFindings(now), filters.TagUUIDFilter(t)),
		assetFilters: filters.OfAssets(),
	}
}

// ListVulnFilters answers GET /filters/workbenches/vulnerabilities, and the
// deprecated POST, which has one filter more.
//
// https://developer.tenable.com/reference/io-filters-vulnerabilities-workbench-list
func (a *API) ListVulnFilters(w http.ResponseWriter, r *http.Request) {
	web.NoStore(w)
	shown := a.vulnFilters
	if r.Method == http.MethodGet {
		shown = shown[:len(shown)-1]
	}
	web.WriteJSON(w, http.StatusOK, web.Object{"filters": shown})
}

// ListAssetFilters answers GET /filters/workbenches/assets.
//
// https://developer.tenable.com/reference/io-filters-assets-list
func (a *API) ListAssetFilters(w http.ResponseWriter, _ *http.Request) {
	web.NoStore(w)
	web.WriteJSON(w, http.StatusOK, web.Object{"filters": filters.Shown(a.assetFilters, a.now())})
}

// findings walks through what the call wants of one asset, or of all when asset
// is nil.
func (a *API) findings(asset *tenant.Asset, wants func(finding) bool) iter.Seq[finding] {
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

var uuidForm = pattern.Lazy("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")

// namedAsset finds the asset of the path; nil without one there. It answers the request
// itself and returns false where there is no such asset.
func (a *API) namedAsset(w http.ResponseWriter, r *http.Request) (*tenant.Asset, bool) {
	id := r.PathValue("asset_id")
	if id == "" {
		return nil, true
	}
	if !uuidForm().MatchString(id) {
		web.RefuseParameter(w, "params", "asset_id", "must be a valid GUID")
		return nil, false
	}
	asset := a.tenant.AssetByUUID(strings.ToLower(id))
	if asset == nil {
		web.RefuseStatus(w, http.StatusNotFound)
		return nil, false
	}
	return asset, true
}
