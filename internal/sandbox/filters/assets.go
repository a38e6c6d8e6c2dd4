package filters

import (
	_ "embed"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"tenableio/internal/sandbox/tenant"
)

type asset = *tenant.Asset

// AssetFilter is a filter of the asset workbench.
type AssetFilter = Filter[asset]

//go:embed assets.json
var assetsDocument []byte

// OfAssets lists the filters of the asset workbench. Most of those that ask for
// attributes of other products find nothing: no asset of the sandbox has them.
//
// https://developer.tenable.com/reference/io-filters-assets-list
func OfAssets() []AssetFilter {
	return append(Load(assetsDocument, assetConditions), tagFilters(func(a asset) asset { return a })...)
}

// assetConditions are the conditions by the names of the filters. The assets of the
// sandbox have nothing of what is missing here.
var assetConditions = map[string]Condition[asset]{
	"acr_drivers.device_type": Word(ratedDevice),
	"acr_score":               scores(func(a asset) (float64, bool) { return float64(a.Criticality), a.Criticality > 0 }),
	"acr_severity":            Word(criticalityLevel),
	"exposure_score":          scores(func(a asset) (float64, bool) { return float64(a.Exposure), true }),
	"exposure_severity":       Word(exposureLevel),

	"fqdn":             Word(func(a asset) string { return a.FQDN }),
	"host.id":          Word(func(a asset) string { return a.UUID }),
	"host.target":      hosts((*tenant.Asset).Hosts),
	"ipv4":             hosts(func(a asset) ([]netip.Addr, []string) { return a.IPv4, nil }),
	"mac_address":      Texts(func(a asset) []string { return a.MACs }),
	"netbios_name":     Word(func(a asset) string { return a.NetBIOS }),
	"network_id":       Word(func(asset) string { return tenant.NetworkID }),
	"operating_system": Word(func(a asset) string { return a.OperatingSystem }),
	"property_list":    Word(knownProperty),
	"sources":          Word((*tenant.Asset).Source),
	"tenable_uuid":     Word(func(a asset) string { return a.AgentUUID }),

	"aes_score_prediction":          flags(never),
	"asset_assessed":                flags(always),
	"belongs_to_access_group":       flags(never),
	"has_plugin_results":            flags(always),
	"is_deleted":                    flags(never),
	"is_licensed":                   flags(func(a asset) bool { return a.Licensed }),
	"is_terminated":                 flags(never),
	"is_was_licensed":               flags(never),
	"sec_ctrl_security_protections": flags(never),

	"deleted_at":                   instants(func(asset) time.Time { return time.Time{} }),
	"first_scan_time":              instants(func(a asset) time.Time { return a.FirstSeen }),
	"last_assessed":                instants(lastSeen),
	"last_assessed_date":           Dates(lastSeen),
	"last_authenticated_scan_time": instants(func(a asset) time.Time { return a.Authenticated }),
	"last_scan_time":               instants(lastSeen),
	"scan_frequency.90":            scores(func(a asset) (float64, bool) { return float64(a.ScansIn(90)), true }),
	"terminated_at":                instants(func(asset) time.Time { return time.Time{} }),
}

func always(asset) bool { return true }

func never(asset) bool { return false }

func lastSeen(a asset) time.Time { return a.LastSeen }

// ratedDevice is the kind of an asset whose criticality is rated.
func ratedDevice(a asset) string {
	if a.Criticality == 0 {
		return ""
	}
	return "general_purpose"
}

// knownProperty is the one property of assets that is known of some.
func knownProperty(a asset) string {
	if a.OperatingSystem == "" {
		return ""
	}
	return "operating_system"
}

// criticalityLevel is 1 (low) to 4 (critical), -1 for an asset that is not rated.
func criticalityLevel(a asset) string {
	switch {
	case a.Criticality == 0:
		return "-1"
	case a.Criticality >= 9:
		return "4"
	case a.Criticality >= 7:
		return "3"
	case a.Criticality >= 4:
		return "2"
	}
	return "1"
}

// exposureLevel is 1 (low) to 3 (high).
func exposureLevel(a asset) string {
	switch {
	case a.Exposure >= 650:
		return "3"
	case a.Exposure >= 350:
		return "2"
	}
	return "1"
}

// Shown is the list as the API shows it now: a form offers moments some days ago.
func Shown(list []AssetFilter, now time.Time) []AssetFilter {
	var recent []Choice
	for _, days := range []int{7, 14, 30, 90} {
		at := now.AddDate(0, 0, -days).UTC().Format("2006-01-02T15:04:05.000Z")
		recent = append(recent, Choice{Name: fmt.Sprintf("%d Days Ago", days), Value: at})
	}
	shown := slices.Clone(list)
	for i := range shown {
		if control := &shown[i].Control; control.Recent {
			control.Recent = false
			control.List = recent
		}
	}
	return shown
}
