package workbench

// What the tests of this room look at, and nobody else.
type (
	PluginOutput = pluginOutput
	SeveritySum  = severitySum
	VulnRow      = vulnRow
)
