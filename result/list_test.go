package result

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenableio/internal/files"
)

// TestListsShareAShelf: what is read back of each list is its own elements, also when
// it grows after it was read.
func TestListsShareAShelf(t *testing.T) {
	const most = 5000 // elements of 1 kB: many blocks, and more than a shelf holds in memory
	var shelf files.Shelf
	even, odd := ListOn(&shelf), ListOn(&shelf)
	for i := range most {
		list := &even
		if i%2 == 1 {
			list = &odd
		}
		list.Add(fmt.Appendf(nil, `{"n":%d,"pad":%q}`, i, strings.Repeat("x", 1000)))
		if i == most/2 {
			even.Blocks()
		}
	}
	for first, list := range []*List{&even, &odd} {
		var got struct {
			List []struct{ N int } `json:"list"`
		}
		if err := json.Unmarshal(joined(t, Array(`{"list":`, list.Blocks(), `}`)), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.List) != most/2 || list.Len() != most/2 {
			t.Fatalf("%d elements, counted %d, want %d", len(got.List), list.Len(), most/2)
		}
		for i, element := range got.List {
			if want := 2*i + first; element.N != want {
				t.Fatalf("element %d is %d, want %d", i, element.N, want)
			}
		}
	}
}

func TestArrayOfNothing(t *testing.T) {
	var list List
	if got := string(joined(t, Array(`{"list":`, list.Blocks(), `}`))); got != `{"list":[]}` {
		t.Errorf("%s, want an empty list", got)
	}
}

// joined is the text of all fragments.
func joined(t *testing.T, raw Raw) []byte {
	t.Helper()
	var text []byte
	for _, fragment := range raw {
		some, err := fragment.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, some...)
	}
	return text
}
