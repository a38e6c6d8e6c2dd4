package web

// The roles that the endpoints ask for, as Tenable numbers them.
//
// https://developer.tenable.com/docs/permissions
const (
	Basic         = 16
	ScanOperator  = 24
	Standard      = 32
	ScanManager   = 40
	Administrator = 64
)

// Permissions on a scan or a group, as Tenable numbers them.
//
// https://developer.tenable.com/docs/permissions
const (
	NoAccess   = 0
	CanView    = 16
	CanExecute = 32
	CanEdit    = 64
	Owner      = 128
)
