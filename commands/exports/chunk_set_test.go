package exports

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChunkSet(t *testing.T) {
	s := chunkSetOf(slices.Values([]int{3, 1, 3, 2}))
	for name, tt := range map[string]struct{ got, want chunkSet }{
		"in order, each once": {s, chunkSet{1, 2, 3}},
		"with":                {s.with(chunkSet{2, 5}), chunkSet{1, 2, 3, 5}},
		"without":             {s.without(chunkSet{2, 5}), chunkSet{1, 3}},
		"of nothing":          {chunkSetOf(slices.Values([]int(nil))), chunkSet{}}, // [] in JSON, not null
		"without all":         {s.without(s), chunkSet{}},
		"itself unchanged":    {s, chunkSet{1, 2, 3}},
	} {
		if diff := cmp.Diff(tt.want, tt.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
