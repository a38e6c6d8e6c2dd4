package tenant

// What the tenant holds whatever its seed, so that examples can name it.
const (
	KnownAddress = "192.0.2.10"
	KnownHost    = "web-01"
)

// knownAsset is the asset with this address and name.
const knownAsset = 9

func isKnown(asset int) bool { return asset == knownAsset }
