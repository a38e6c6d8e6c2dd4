package exports

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"tenableio/internal/fault"
	"tenableio/result"
)

// TestC4ChooseFields (row C4): documented names in any spelling; where none is documented, nothing is fetched.
func TestC4ChooseFields(t *testing.T) {
	for _, tt := range []struct {
		given, want []string
		warnings    int
	}{
		{nil, nil, 0},
		{[]string{"*"}, nil, 0},
		{[]string{"nonsense", "*"}, nil, 0},
		{[]string{"Asset.FQDN", "PLUGIN.cvss3-base-score", "Severity", "severity"}, []string{"asset.fqdn", "plugin.cvss3_base_score", "severity"}, 0},
		{[]string{"asset.*", "Plugin.Vpr", ".port."}, []string{"asset", "plugin.vpr", "port"}, 0},
		{[]string{"plugin.cvss3_vector.raw", "Plugin.CVSS_Vector.Raw"}, []string{"plugin.cvss3_vector.raw", "plugin.cvss_vector.raw"}, 0},
		{[]string{"severity", "new_field"}, []string{"severity", "new_field"}, 1},
	} {
		var out result.Output
		got, err := chooseFields(&out, tt.given)
		if err != nil || !slices.Equal(got, tt.want) || len(out.Warnings) != tt.warnings {
			t.Errorf("%q: %q, %v, %d warnings; want %q and %d", tt.given, got, err, len(out.Warnings), tt.want, tt.warnings)
		}
	}
	_, err := chooseFields(&result.Output{}, []string{"fqdn", "asset.hostnam", "new_field"})
	f := fault.From(err)
	if f == nil || f.Status != 400 || len(f.Items) != 3 {
		t.Fatalf("%v, want 400 with three items", err)
	}
	for _, want := range []string{`Did you mean "asset.fqdn"?`, `Did you mean "asset.hostname"?`, "Names are like asset.fqdn"} {
		if !strings.Contains(f.Message, want) {
			t.Errorf("%s lacks %s", f.Message, want)
		}
	}
}

// TestC4EmptyFindings (row C4): they are counted however the part is cut while it is read.
func TestC4EmptyFindings(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "{}": 1, "{},\n{}": 2, `{"a":{}}`: 0, "{\"a\":1},\n{},\n{\"b\":{}}": 1, "{},\n{},\n{}": 3,
	} {
		for _, reader := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text)), iotest.HalfReader(strings.NewReader(text))} {
			counted := emptyFindings{from: reader}
			read, err := io.ReadAll(&counted)
			if string(read) != text || err != nil || counted.count != want {
				t.Errorf("%q: %d empty, read %q, %v; want %d", text, counted.count, read, err, want)
			}
		}
	}
}
