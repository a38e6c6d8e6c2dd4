package cli

import (
	"strings"
	"testing"
)

// TestFSettingsThatAreReplaced (row F): each brings one line in the log, and a good one none.
func TestFSettingsThatAreReplaced(t *testing.T) {
	for _, tt := range []struct {
		level, workers string
		wantWorkers    int
		want           []string
	}{
		{"", "", 2, nil},
		{"debug", "1", 1, nil},
		{"WARN", "4", 4, nil},
		{"verbose", "", 2, []string{"TENABLEIO_LOG_LEVEL is \\\"verbose\\\", which is none of debug, info, warn and error; warn is used"}},
		{"5", "", 2, []string{"TENABLEIO_LOG_LEVEL is \\\"5\\\", which is none of debug, info, warn and error; warn is used"}},
		{"disabled", "", 2, []string{"TENABLEIO_LOG_LEVEL is"}},
		{"", "9", 4, []string{"TENABLEIO_CHUNK_WORKERS is \\\"9\\\", which is not 1 to 4; 4 is used"}},
		{"loud", "many", 2, []string{"TENABLEIO_LOG_LEVEL is", "TENABLEIO_CHUNK_WORKERS is \\\"many\\\", which is not 1 to 4; 2 is used"}},
		{"", "0", 2, []string{"2 is used"}},
	} {
		settings := map[string]string{"TENABLEIO_LOG_LEVEL": tt.level, "TENABLEIO_CHUNK_WORKERS": tt.workers}
		p := inMemory([]byte(`{"command": "No Such Command", "connection": {}}`), nil)
		p.readSettings(func(name string) string { return settings[name] })
		p.main(t.Context())
		if p.chunkWorkers != tt.wantWorkers {
			t.Errorf("%q: %d workers, want %d", tt.workers, p.chunkWorkers, tt.wantWorkers)
		}
		text := string(p.log.Bytes())
		for _, want := range tt.want {
			if strings.Count(text, want) != 1 {
				t.Errorf("%+v: the log is %s, want one line with %s", tt, text, want)
			}
		}
		if got := strings.Count(text, "is used"); got != len(tt.want) {
			t.Errorf("%+v: %d lines about settings, want %d: %s", tt, got, len(tt.want), text)
		}
	}
}
