package sandbox

// The roles that the endpoints ask for, as Tenable numbers them.
//
// https://developer.tenable.com/docs/permissions
const (
	basic         = 16
	scanOperator  = 24
	standard      = 32
	scanManager   = 40
	administrator = 64
)

// Permissions on a scan or a group, as Tenable numbers them.
//
// https://developer.tenable.com/docs/permissions
const (
	noAccess   = 0
	canView    = 16
	canExecute = 32
	canEdit    = 64
	isOwner    = 128
)
