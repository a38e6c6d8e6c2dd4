package result

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tenableio/internal/spill"
)

// TestListsShareABuffer: what is read back of each list is its own elements, also when
// it grows after it was read.
func TestListsShareABuffer(t *testing.T) {
	const most = 5000 // elements of 1 kB: many blocks, and more than a buffer holds in memory
	var buffer spill.Buffer
	even, odd := ListIn(&buffer), ListIn(&buffer)
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

func TestALongListTakesLittleMemory(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	heap := func() int64 {
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return int64(memory.HeapAlloc)
	}
	before := heap()
	var out Output
	const n = 50_000
	for i := range n {
		name := fmt.Sprintf("host%d.example.com", i)
		out.ContextData.Add(map[string]string{"name": name, "text": strings.Repeat("x", 300)})
		out.KeyFields.Add("host_names", name)
	}
	if grown := heap() - before; grown > 8<<20 {
		t.Errorf("%d records and key fields take %d bytes of memory, want 8 MiB at most", n, grown)
	}
	var e struct {
		ContextData []struct{ Name string } `json:"context_data"`
		KeyFields   map[string][]string     `json:"key_fields"`
	}
	if err := json.Unmarshal([]byte(write(t, Result{Command: "X", Output: out})), &e); err != nil {
		t.Fatal(err)
	}
	if names := e.KeyFields["host_names"]; len(names) != n || len(e.ContextData) != n || names[n-1] != e.ContextData[n-1].Name || names[n-1] != "host49999.example.com" {
		t.Errorf("%d records and %d host names came out, want %d", len(e.ContextData), len(names), n)
	}
}

func TestKeyFieldsAreDistinct(t *testing.T) {
	var k KeyFields
	k.Add("scan_ids", 1, 2, 1)
	k.Add("empty", "")
	k.AddTexts("cves", []string{"CVE-2024-0001", "", "CVE-2024-0001"})
	got := write(t, Result{Command: "X", Output: Output{KeyFields: k}})
	if want := `"key_fields":{"cves":["CVE-2024-0001"],"scan_ids":[1,2]},`; !strings.Contains(got, want) {
		t.Errorf("%s lacks %s", got, want)
	}
}
