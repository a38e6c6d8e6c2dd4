package exports

import (
	"testing"
	"time"

	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
)

// BenchmarkChunk tells how fast chunks are made.
func BenchmarkChunk(b *testing.B) {
	t := tenant.Generate(tenant.Config{Seed: 1, Assets: 10_000, FindingsPerAsset: 40, Plugins: 400, Scans: 8, Now: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)})
	writer := &API{tenant: t}
	var assets []int
	for i := range 500 {
		assets = append(assets, i)
	}
	for b.Loop() {
		var n web.ByteCount
		if err := writer.writeChunk(&n, assets, exportRequest{wants: func(finding) bool { return true }}); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(n))
	}
}
