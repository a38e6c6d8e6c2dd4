package result

import (
	"slices"
	"testing"
)

// TestKeyFieldsLimit: each field takes so many distinct values, and a full one is named.
func TestKeyFieldsLimit(t *testing.T) {
	var o Output
	o.KeyFields.Limit = 2
	o.KeyFields.Add("plugin_ids", 1, 2, 2, 1, 3, 4)
	o.KeyFields.Add("cves", "CVE-2023-1637", "CVE-2023-1637", "CVE-2008-5161", "")
	if got := o.KeyFields.Cut(); !slices.Equal(got, []string{"plugin_ids"}) {
		t.Errorf("cut: %v, want plugin_ids", got)
	}
	if n := o.KeyFields.fields["plugin_ids"].list.Len(); n != 2 {
		t.Errorf("%d plugin_ids, want 2", n)
	}
}
