package scans

// What the tests of this room look at, and nobody else.
type (
	ExportRecord = exportRecord
	Folder       = folder
)

const (
	DBMagic     = dbMagic
	DBRounds    = dbRounds
	FirstScanID = firstScanID
	SampleFile  = sampleFile
	SampleScan  = sampleScan
	MostActive  = mostActive
)
