package exports

// What the tests of this room look at, and nobody else.
const (
	Queued    = queued
	Finished  = finished
	Cancelled = cancelled
)

var (
	ExportFilters = exportFilters
	ExportTimes   = exportTimes
)
