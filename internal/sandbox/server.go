package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenableio/internal/sandbox/account"
	"tenableio/internal/sandbox/agents"
	"tenableio/internal/sandbox/exports"
	"tenableio/internal/sandbox/scans"
	"tenableio/internal/sandbox/tenant"
	"tenableio/internal/sandbox/web"
	"tenableio/internal/sandbox/workbench"
)

// Config is that of the account, and what happens to all requests alike.
type Config struct {
	web.Config
	Latency   time.Duration       // before each answer
	RateLimit int                 // requests in a minute for each key; 0: no limit
	Faults    []Fault             // the first that matches a request is taken
	Served    func(ServedRequest) // nil: nobody is told of what was served
}

// Check refuses words that are not known.
func (c Config) Check() error {
	if !slices.Contains(exports.DuplicateForms, c.DuplicateExports) {
		return fmt.Errorf("--duplicate-exports: want one of %s", strings.Join(exports.DuplicateForms, ", "))
	}
	if !slices.Contains(exports.Outcomes, c.ExportOutcome) {
		return fmt.Errorf("--export-outcome: want one of %s", strings.Join(exports.Outcomes, ", "))
	}
	return nil
}

// ServedRequest is a request and how it was answered.
type ServedRequest struct {
	Method, Path string
	Status       int // 0 when no answer was sent
	RequestID    string
	Took         time.Duration
	Unserved     bool // there is no such endpoint in the sandbox
}

// DefaultConfig is a small account with something of everything.
func DefaultConfig() Config {
	return Config{Config: web.Config{
		Seed: 1, Agents: 60, Scans: 12, Assets: 100, FindingsPerAsset: 40,
		ScanDuration: 2 * time.Second, ExportDelay: 300 * time.Millisecond,
		DuplicateExports: exports.DuplicateForms[0], ExportOutcome: exports.Outcomes[0],
	}}
}

// pluginsFor is how many plugins the tenant knows: some hundreds, and where there
// are many findings more than the rows of a workbench.
func pluginsFor(findings int) int { return min(max(400, findings/100), 2*workbench.MostRows) }

// Tenant makes the content of the account; Now must be there.
func (c Config) Tenant() *tenant.Tenant {
	return tenant.Generate(tenant.Config{
		Seed: c.Seed, Assets: c.Assets, FindingsPerAsset: c.FindingsPerAsset,
		Plugins: pluginsFor(c.Assets * c.FindingsPerAsset), Scans: c.Scans, Now: c.Now(),
	})
}

// Server is a Tenable.io that answers over HTTP.
type Server struct {
	config Config
	users  []web.User
	table  []Endpoint
	limit  *rateLimit
	faults *faultPlan
	// What answers, a member for each family of endpoints.
	account   *account.API
	agents    *agents.API
	scans     *scans.API
	workbench *workbench.API
	exports   *exports.API
}

// New makes a Tenable.io in its first state.
func New(config Config) *Server {
	if config.Now == nil {
		config.Now = time.Now
	}
	s := &Server{
		config: config,
		users:  web.Users(config.Seed),
		limit:  &rateLimit{perMinute: config.RateLimit, served: map[string][]time.Time{}},
		faults: &faultPlan{list: config.Faults, past: make([]int, len(config.Faults))},
	}
	t := config.Tenant()
	s.account = account.New(t)
	s.agents = agents.New(t, config.Config)
	s.scans = scans.New(t, config.Config, s.users[0])
	s.workbench = workbench.New(t, config.Now)
	s.exports = exports.New(t, config.Config, func(path string) bool { return neverThere(config.Faults, path) })
	s.table = s.routes()
	return s
}

// Connections lists one user of each role, administrator first, basic last.
func (s *Server) Connections() []web.Connection {
	var list []web.Connection
	for _, u := range s.users {
		list = append(list, u.Connection)
	}
	return list
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Request-Uuid", requestUUID())
	h.Set("X-Gateway-Site-Id", "sandbox")
	h.Set("Cache-Control", "no-cache")
	h.Set("Server", "tenable.io")
	answer := &watched{ResponseWriter: w}
	defer s.tell(r, answer, time.Now())
	if refuseForeign(answer, r) || !sleep(r, s.config.Latency) {
		return
	}
	asked := withCleanPath(r)
	if fault, due := s.faults.next(asked); due {
		fault.goWrong(answer, asked, s.answer)
		return
	}
	s.answer(answer, asked)
}

// tell reports what was served.
func (s *Server) tell(r *http.Request, answer *watched, start time.Time) {
	if s.config.Served != nil {
		s.config.Served(ServedRequest{
			Method:    r.Method,
			Path:      r.URL.Path,
			Status:    answer.status,
			RequestID: answer.Header().Get("X-Request-Uuid"),
			Took:      time.Since(start),
			Unserved:  answer.Header().Get(sandboxHeader) == unserved,
		})
	}
}

// watched remembers the status of an answer.
type watched struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *watched) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK // what net/http sends then
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// answer does what the gateway does before an endpoint is reached.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	endpoint := s.find(r)
	if endpoint == nil {
		refuseUnserved(w, r)
		return
	}
	caller, known := s.authenticate(r)
	if !known {
		web.RefuseStatus(w, http.StatusUnauthorized)
		return
	}
	if wait := s.limit.wait(caller.AccessKey, s.config.Now()); wait > 0 {
		web.Busy(w, seconds(wait))
		return
	}
	if r.Header.Get("X-Impersonate") != "" {
		refuseImpersonation(w)
		return
	}
	if caller.Permissions < endpoint.Role {
		web.RefuseStatus(w, http.StatusForbidden)
		return
	}
	endpoint.handle(w, web.WithCaller(r, caller))
}

// requestUUID names a request the way the API does: 32 hexadecimal digits.
func requestUUID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

// sleep waits, and says whether the client waited too.
func sleep(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}
