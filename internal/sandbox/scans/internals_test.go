package scans

// What the tests of this room look at, and nobody else.
type (
	ExportRecord = exportRecord
	Folder       = folder
	ListedScan   = listedScan
	RunOfDetails = runOfDetails
	RunOfHistory = runOfHistory
	ScanDetails  = scanDetails
	ScanInfo     = scanInfo
)

const (
	DBMagic     = dbMagic
	DBRounds    = dbRounds
	FirstScanID = firstScanID
	SampleFile  = sampleFile
	SampleScan  = sampleScan
	MostActive  = mostActive
)
