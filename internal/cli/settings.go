package cli

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tenableio/internal/fault"
)

// readSettings reads the environment variables of the process.
// A setting that cannot be used is replaced, and a line of the log says so.
func (p *process) readSettings(getenv func(string) string) {
	const levelName, workersName = "TENABLEIO_LOG_LEVEL", "TENABLEIO_CHUNK_WORKERS"
	p.logLevel = getenv(levelName)
	levels := []string{"", "debug", "info", "warn", "error"} // zerolog takes numbers too, and levels that log nothing
	if !slices.Contains(levels, strings.ToLower(p.logLevel)) {
		const problem = "%s is %q, which is none of debug, info, warn and error; warn is used"
		p.misset = append(p.misset, fault.New(http.StatusBadRequest, problem, levelName, fault.Quote(p.logLevel)))
		p.logLevel = ""
	}
	workers := getenv(workersName)
	n, taken := chunkWorkers(workers)
	if !taken {
		const problem = "%s is %q, which is not 1 to 4; %d is used"
		p.misset = append(p.misset, fault.New(http.StatusBadRequest, problem, workersName, fault.Quote(workers), n))
	}
	p.chunkWorkers = n
}

// chunkWorkers returns how many chunks of an export are fetched at the same time: 1 to 4, and 2 by default.
// Tenable asks integrations not to make many calls at once.
// It is false if the setting is replaced.
func chunkWorkers(setting string) (n int, taken bool) {
	const usual, most = 2, 4
	if setting == "" {
		return usual, true
	}
	n, err := strconv.Atoi(setting)
	switch {
	case err != nil || n < 1:
		return usual, false
	case n > most:
		return most, false
	}
	return n, true
}
