package filters

import (
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"tenableio/internal/sandbox/tenant"
)

// TestConditionsHaveFilters: each condition is of a filter that the document shows.
func TestConditionsHaveFilters(t *testing.T) {
	names := map[string]bool{}
	for _, f := range OfFindings(time.Now) {
		names[f.Name] = true
	}
	for _, f := range OfAssets() {
		names[f.Name] = true
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(findingConditions)), slices.Collect(maps.Keys(assetConditions))) {
		if !names[name] {
			t.Errorf("no filter is called %s", name)
		}
	}
}

// TestFamiliesCanBeChosen: the document lists the families of all plugins.
func TestFamiliesCanBeChosen(t *testing.T) {
	list := OfFindings(time.Now)
	at := slices.IndexFunc(list, func(f FindingFilter) bool { return f.Name == "plugin.family_id" })
	for _, p := range tenant.Generate(tenant.Config{Plugins: 400}).Plugins() {
		if !slices.Contains(list[at].Control.choices(), strconv.Itoa(p.FamilyID)) {
			t.Errorf("findings.json has no family %d, %s", p.FamilyID, p.Family)
		}
	}
}
