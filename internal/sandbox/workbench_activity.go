package sandbox

import (
	"maps"
	"net/http"
)

// assetActivity answers GET /workbenches/assets/{asset_id}/activity: what
// happened to the asset, the latest first.
//
// https://developer.tenable.com/reference/workbenches-assets-activity
func (a *vulnAPI) assetActivity(w http.ResponseWriter, r *http.Request) {
	asset, ok := a.namedAsset(w, r)
	if !ok {
		return
	}
	scan := a.tenant.ScanOf(asset)
	scanned := object{"scan_id": scan.UUID, "schedule_id": scan.ScheduleUUID, "source": sourceNames(asset)[0]}
	seen := object{"type": "seen", "timestamp": iso(asset.LastSeen), "updates": []object{}}
	maps.Copy(seen, scanned)
	activity := []object{seen}
	for _, tag := range asset.Tags {
		activity = append(activity, object{
			"type": "tagging", "timestamp": iso(asset.FirstSeen), "username": "System",
			"updates": []object{{"method": "add", "property": "tags", "value": tag.Category + ":" + tag.Value}},
		})
	}
	discovered := object{"type": "discovered", "timestamp": iso(asset.FirstSeen), "details": discoveryOf(asset)}
	maps.Copy(discovered, scanned)
	writeJSON(w, http.StatusOK, object{"activity": append(activity, discovered)})
}

// discoveryOf is what was known of the asset when it was found. Its members are
// written otherwise than those of the rest of the API.
func discoveryOf(a asset) object {
	properties := object{}
	for name, values := range map[string][]string{
		"ipv4": addresses(a.IPv4), "ipv6": addresses(a.IPv6), "macAddress": a.MACs, "fqdn": some(a.FQDN), "hostname": some(a.Hostname),
		"netbiosName": some(a.NetBIOS), "operatingSystem": some(a.OperatingSystem), "systemType": some(a.DeviceType),
	} {
		if len(values) > 0 {
			properties[name] = object{"values": values}
		}
	}
	first := iso(a.FirstSeen)
	var licensed *string
	if a.Licensed {
		licensed = &first
	}
	return object{
		"assetId": a.UUID, "hasAgent": a.AgentUUID != "", "createdAt": first, "updatedAt": first, "firstScanTime": first, "lastScanTime": first,
		"lastLicensedScanTime": licensed, "lastLicensedScanTimeV2": licensed, "properties": properties,
		"sources": []object{{"name": sourceNames(a)[0], "firstSeen": first, "lastSeen": first}},
	}
}
