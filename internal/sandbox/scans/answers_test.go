package scans_test

// What the tests of this room look at in the answers.

type listedScan struct {
	ID                   int
	CreationDate         int64 `json:"creation_date"`
	Type                 *string
	ScheduleUUID         string `json:"schedule_uuid"`
	LastModificationDate int64  `json:"last_modification_date"`
	UserPermissions      int    `json:"user_permissions"`
}

type scanInfo struct {
	Name, Status   string
	HostCount      int
	UUID           *string
	ScheduleUUID   string `json:"schedule_uuid"`
	ScanEnd        *int64 `json:"scan_end"`
	AltTargetsUsed bool   `json:"alt_targets_used"`
	IsArchived     bool   `json:"is_archived"`
}

type scanDetails struct {
	Info             scanInfo
	Progress         int
	Hosts, CompHosts *[]hostOfScan
	Vulnerabilities  *[]struct {
		Count     int
		PluginID  int `json:"plugin_id"`
		VulnIndex int `json:"vuln_index"`
	}
	Compliance *[]struct {
		Count, Severity int
		PluginID        string `json:"plugin_id"`
		PluginFamily    string `json:"plugin_family"`
		PluginName      string `json:"plugin_name"`
		SeverityIndex   int    `json:"severity_index"`
	}
	History []runOfDetails
	Notes   []struct {
		Title, Message string
		Severity       int
	}
	Remediations struct {
		NumCVEs           int `json:"num_cves"`
		NumHosts          int `json:"num_hosts"`
		NumRemediatedCVEs int `json:"num_remediated_cves"`
		NumImpactedHosts  int `json:"num_impacted_hosts"`
		Remediations      []struct {
			Value, Remediation string
			Vulns, Hosts       int
		}
	}
}

type hostOfScan struct {
	AssetID                                            int `json:"asset_id"`
	HostIndex                                          int `json:"host_index"`
	UUID, Hostname                                     string
	Severity, Score, Info, Low, Medium, High, Critical int
	SeverityCount                                      struct {
		Item []struct{ Count, SeverityLevel int }
	}
}

type runOfDetails struct {
	HistoryID            int `json:"history_id"`
	UUID                 string
	LastModificationDate int64 `json:"last_modification_date"`
}

type runOfHistory struct {
	ID        int
	ScanUUID  string `json:"scan_uuid"`
	TimeStart int64  `json:"time_start"`
	TimeEnd   *int64 `json:"time_end"`
	Status    string
	Targets   map[string]any
}
