package workbench

import (
	"net/http"

	"tenableio/internal/sandbox/web"
)

// AssetActivity answers GET /workbenches/assets/{asset_id}/activity: what
// happened to the asset, the latest first.
//
// https://developer.tenable.com/reference/workbenches-assets-activity
func (a *API) AssetActivity(w http.ResponseWriter, r *http.Request) {
	asset, ok := a.namedAsset(w, r)
	if !ok {
		return
	}
	scan := a.tenant.ScanOf(asset)
	activity := []web.Members{{
		{"type", "seen"},
		{"timestamp", web.ISO(asset.LastSeen)},
		{"scan_id", scan.UUID},
		{"schedule_id", scan.ScheduleUUID},
		{"source", asset.Source()},
		{"updates", []web.Object{}},
	}}
	for _, tag := range asset.Tags {
		activity = append(activity, web.Members{
			{"type", "tagging"},
			{"timestamp", web.ISO(asset.FirstSeen)},
			{"username", "System"},
			{"updates", []web.Object{{"method": "add", "property": "tags", "value": tag.Category + ":" + tag.Value}}},
		})
	}
	activity = append(activity, web.Members{
		{"type", "discovered"},
		{"timestamp", web.ISO(asset.FirstSeen)},
		{"scan_id", scan.UUID},
		{"schedule_id", scan.ScheduleUUID},
		{"source", asset.Source()},
		{"details", discoveryOf(asset)},
	})
	web.WriteJSON(w, http.StatusOK, web.Object{"activity": activity})
}

// discoveryOf describes the asset as it was found. Its members are in
// camel case, unlike those of the rest of the API.
func discoveryOf(a asset) web.Members {
	first := web.ISO(a.FirstSeen)
	var licensed any
	if a.Licensed {
		licensed = first
	}
	properties := web.Object{}
	for name, values := range map[string][]string{
		"ipv4":            web.Addresses(a.IPv4),
		"ipv6":            web.Addresses(a.IPv6),
		"macAddress":      a.MACs,
		"fqdn":            web.OneOrNone(a.FQDN),
		"hostname":        web.OneOrNone(a.Hostname),
		"netbiosName":     web.OneOrNone(a.NetBIOS),
		"operatingSystem": web.OneOrNone(a.OperatingSystem),
		"systemType":      web.OneOrNone(a.DeviceType),
	} {
		if len(values) > 0 {
			properties[name] = web.Object{"values": values}
		}
	}
	return web.Members{
		{"assetId", a.UUID},
		{"hasAgent", a.AgentUUID != ""},
		{"createdAt", first},
		{"updatedAt", first},
		{"firstScanTime", first},
		{"lastScanTime", first},
		{"lastLicensedScanTime", licensed},
		{"lastLicensedScanTimeV2", licensed},
		{"properties", properties},
		{"sources", []web.Members{{{"name", a.Source()}, {"firstSeen", first}, {"lastSeen", first}}}},
	}
}
