package cli

import (
	"math"
	"runtime"
	"runtime/debug"
)

// memoryLimit makes the collector work harder before a process takes 64 MiB,
// which is what an answer of 16 MiB may take.
const memoryLimit = 52 << 20 // bytes

// limitMemory sets the limit, and lifts it in a run that cannot do with it: an
// answer of 64 MiB is more by itself, and a collector that runs all the time to no
// end was measured to double its cost.
func limitMemory() {
	debug.SetMemoryLimit(memoryLimit)
	afterCollection(func() (again bool) {
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		if memory.HeapAlloc < memoryLimit/4*3 {
			return true
		}
		debug.SetGCPercent(40)
		debug.SetMemoryLimit(math.MaxInt64)
		return false
	})
}

// afterCollection calls f after each run of the collector, until it is false.
func afterCollection(f func() (again bool)) {
	runtime.AddCleanup(new([16]byte), func(struct{}) {
		if f() {
			afterCollection(f)
		}
	}, struct{}{})
}
