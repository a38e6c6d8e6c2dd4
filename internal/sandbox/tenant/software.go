package tenant

import (
	"fmt"
	"time"
)

// Software is what a finding says of the package that has the flaw.
type Software struct {
	product
	Version, Fixed string
	Path           string
	Potential      bool   // not confirmed
	Reason         string // why it is only potential; empty otherwise
}

// Software is the package with the flaw; nil where no CVE is behind the finding.
func (f *Finding) Software() *Software {
	if len(f.Plugin.CVEs) == 0 {
		return nil
	}
	s := &Software{
		product: f.Plugin.product,
		Version: f.installed(),
		Fixed:   f.Plugin.fixedVersion(),
		Path:    fmt.Sprintf("/opt/%d", f.Plugin.ID),
	}
	d := newDice(f.tenant.config.Seed, forOutput, f.Asset.Index, -1-f.N)
	if d.oneIn(4) {
		s.Potential = true
		s.Reason = pick(&d, []string{
			"Managed", "Component", "Config Required", "Low Fidelity", "Incomplete Version",
			"Backported",
		})
	}
	return s
}

// installed is the version that the plugin found, below the one without the flaw.
func (f *Finding) installed() string {
	d := newDice(f.tenant.config.Seed, forOutput, f.Asset.Index, f.N)
	return fmt.Sprintf("%d.%d.%d", f.Plugin.fixed[0], f.Plugin.fixed[1]-1, d.below(10))
}

// ScanUUID is the run that saw the finding last.
func (f *Finding) ScanUUID() string { return f.tenant.ScanOf(f.Asset).UUID }

// RuleUUID names the rule that recast or accepted the finding; each plugin has
// one.
func (f *Finding) RuleUUID() string {
	d := newDice(f.tenant.config.Seed, forPlugin, f.Plugin.ID, 1)
	return d.uuid()
}

// TimeToFix is how long the finding was there before it was fixed; 0 when it
// never was.
func (f *Finding) TimeToFix() time.Duration {
	if f.LastFixed.IsZero() {
		return 0
	}
	return f.LastFixed.Sub(f.FirstFound)
}
