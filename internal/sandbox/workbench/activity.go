package workbench

import (
	"net/http"

	"tenableio/internal/sandbox/web"
)

// assetEvent is something that happened to an asset: it was discovered, seen or
// tagged. Only a scan has the members that say which.
type assetEvent struct {
	Type       string       `json:"type"`
	Timestamp  string       `json:"timestamp"`
	ScanID     string       `json:"scan_id,omitempty"`
	ScheduleID string       `json:"schedule_id,omitempty"`
	Source     string       `json:"source,omitempty"`
	Username   string       `json:"username,omitempty"`
	Details    *discovery   `json:"details,omitempty"`
	Updates    []web.Object `json:"updates,omitzero"`
}

// discovery describes the asset as it was found. Its members are in
// camel case, unlike those of the rest of the API.
type discovery struct {
	AssetID                string            `json:"assetId"`
	HasAgent               bool              `json:"hasAgent"`
	CreatedAt              string            `json:"createdAt"`
	UpdatedAt              string            `json:"updatedAt"`
	FirstScanTime          string            `json:"firstScanTime"`
	LastScanTime           string            `json:"lastScanTime"`
	LastLicensedScanTime   *string           `json:"lastLicensedScanTime"`
	LastLicensedScanTimeV2 *string           `json:"lastLicensedScanTimeV2"`
	Properties             web.Object        `json:"properties"`
	Sources                []discoverySource `json:"sources"`
}

type discoverySource struct {
	Name      string `json:"name"`
	FirstSeen string `json:"firstSeen"`
	LastSeen  string `json:"lastSeen"`
}

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
	source := asset.Source()
	activity := []assetEvent{{
		Type:       "seen",
		Timestamp:  web.ISO(asset.LastSeen),
		ScanID:     scan.UUID,
		ScheduleID: scan.ScheduleUUID,
		Source:     source,
		Updates:    []web.Object{},
	}}
	for _, tag := range asset.Tags {
		activity = append(activity, assetEvent{
			Type: "tagging", Timestamp: web.ISO(asset.FirstSeen), Username: "System",
			Updates: []web.Object{{"method": "add", "property": "tags", "value": tag.Category + ":" + tag.Value}},
		})
	}
	activity = append(activity, assetEvent{
		Type:       "discovered",
		Timestamp:  web.ISO(asset.FirstSeen),
		ScanID:     scan.UUID,
		ScheduleID: scan.ScheduleUUID,
		Source:     source,
		Details:    discoveryOf(asset),
	})
	web.WriteJSON(w, http.StatusOK, web.Object{"activity": activity})
}

func discoveryOf(a asset) *discovery {
	first := web.ISO(a.FirstSeen)
	found := &discovery{
		AssetID:       a.UUID,
		HasAgent:      a.AgentUUID != "",
		CreatedAt:     first,
		UpdatedAt:     first,
		FirstScanTime: first,
		LastScanTime:  first,
		Properties:    web.Object{},
		Sources:       []discoverySource{{a.Source(), first, first}},
	}
	if a.Licensed {
		found.LastLicensedScanTime = &first
		found.LastLicensedScanTimeV2 = &first
	}
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
			found.Properties[name] = web.Object{"values": values}
		}
	}
	return found
}
