package exports

import (
	"encoding/json"
	"testing"
)

// TestChunkAssets: a number beyond a bound is replaced by it, however large it is.
func TestChunkAssets(t *testing.T) {
	for given, want := range map[json.Number]int64{
		"49": 50, "50": 50, "51": 51, "4999": 4999, "5000": 5000, "5001": 5000, "0": 50, "-1": 50,
		"9223372036854775808": 5000, "-9223372036854775809": 50, "99999999999999999999999999999999": 5000,
	} {
		if got := chunkAssets(given); got != want {
			t.Errorf("chunkAssets(%s) = %d, want %d", given, got, want)
		}
	}
}
