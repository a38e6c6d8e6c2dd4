package web

import "time"

// Config says how large the account is and how it behaves.
type Config struct {
	Seed             int64 // the same seed and sizes make the same account
	Agents           int
	Scans            int
	Assets           int
	FindingsPerAsset int
	ScanDuration     time.Duration    // from the launch of a scan to its end
	ExportDelay      time.Duration    // until an export is ready or a bulk task is done
	DuplicateExports string           // how an equal export is refused while one runs
	ExportOutcome    string           // how exports of vulnerabilities end
	Now              func() time.Time // nil: the system's clock
}
