package vectors_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fleet is many processes at the same time under one key, which a token bucket limits (row 134).
type fleet struct {
	name       string
	command    string
	processes  int
	bucket     int           // tokens at the start, and at most
	rate       float64       // tokens a second
	retryAfter int           // seconds that each refusal asks for; 0: until the next token
	limit      time.Duration // timeout_seconds of each process
	least      int           // how many must succeed
}

func fleets() []fleet {
	const read, launch = "Get Scan Status", "Launch Scan"
	return []fleet{
		{"100 reads, 10 + 1/s, next token", read, 100, 10, 1, 0, 2 * time.Minute, 95},
		{"100 reads, 10 + 1/s, 30 s", read, 100, 10, 1, 30, 2 * time.Minute, 95},
		{"200 reads, 60 + 1/s, next token", read, 200, 60, 1, 0, 2 * time.Minute, 170},
		{"200 reads, 60 + 1/s, 30 s", read, 200, 60, 1, 30, 2 * time.Minute, 170},
		{"60 launches, 10 + 2/s, next token", launch, 60, 10, 2, 0, time.Minute, 60},
	}
}

// TestFleet is "make fleet".
func TestFleet(t *testing.T) {
	if os.Getenv("TENABLEIO_FAULTS") != "fleet" {
		t.Skip("not run: part of make fleet")
	}
	testFleets(t)
}

// testFleets runs all fleets at the same time, each against a server of its own.
func testFleets(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	lines := make([]string, len(fleets()))
	var group sync.WaitGroup
	for i, f := range fleets() {
		group.Go(func() { lines[i] = f.run(t) })
	}
	group.Wait()
	for _, line := range lines {
		held.figure("%s", line)
	}
}

// run starts the processes and returns the line of figures.
func (f fleet) run(t *testing.T) string {
	server := &bucketServer{
		fleet: f, start: time.Now(), tokens: float64(f.bucket),
		served: map[string]int{}, seen: map[string]int{}, first: map[string]time.Time{},
	}
	server.filled = server.start
	listening := httptest.NewServer(server)
	defer listening.Close()
	var succeeded atomic.Int32
	var group sync.WaitGroup
	folder := t.TempDir()
	for i := range f.processes {
		v := scanVector(fmt.Sprintf(`{"command":%q,"inputs":{"scan_id":%d},"options":{"timeout_seconds":%v}}`,
			f.command, i+1, f.limit.Seconds()))
		s := &scene{work: folder, known: values{"server": listening.URL}}
		group.Go(func() {
			o := s.process(t, v)
			e, err := readEnvelope(o.stdout)
			switch {
			case err != nil:
				t.Error(err)
			case e.ReturnData == "Successful":
				succeeded.Add(1)
			case e.Error.Category != "rate_limited":
				t.Errorf("%s: %+v", f.name, *e.Error)
			}
			server.ended(i+1, time.Now())
		})
	}
	group.Wait()
	if n := int(succeeded.Load()); n < f.least {
		t.Errorf("%s: %d succeeded, want at least %d", f.name, n, f.least)
	}
	return server.figures(t, int(succeeded.Load()))
}

// bucketServer answers as many requests as its bucket holds tokens, and refuses the others.
type bucketServer struct {
	fleet

	mu      sync.Mutex
	start   time.Time
	filled  time.Time // when tokens were added last
	tokens  float64
	refused int
	served  map[string]int       // by path, which names the process
	seen    map[string]int       // the same, refused ones too
	all     []int                // requests in each second
	repeats []int                // those that are not the first of their process
	first   map[string]time.Time // when the first request of a process came
	late    time.Duration        // how long after its time limit the last process ended, from its first request on
}

// ended notes the end of a process. Its clock ran when it asked for the first time; how long a machine
// takes to start hundreds of processes at once says nothing of it.
func (b *bucketServer) ended(scan int, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for path, first := range b.first {
		if strings.Contains(path+"/", fmt.Sprintf("/scans/%d/", scan)) {
			b.late = max(b.late, at.Sub(first)-b.limit)
		}
	}
}

func (b *bucketServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wait := b.take(r.URL.Path)
	if wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(wait))
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(w, page)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"status": "completed", "scan_uuid": "00000000-0000-0000-0000-000000000001",
	})
}

// take takes a token, or returns after how many seconds to ask again.
func (b *bucketServer) take(path string) (wait int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.tokens = min(float64(b.bucket), b.tokens+now.Sub(b.filled).Seconds()*b.rate)
	b.filled = now
	second := int(now.Sub(b.start) / time.Second)
	b.all = counted(b.all, second)
	if b.seen[path]++; b.seen[path] > 1 {
		b.repeats = counted(b.repeats, second)
	} else {
		b.first[path] = now
	}
	if b.tokens >= 1 {
		b.tokens--
		b.served[path]++
		return 0
	}
	b.refused++
	if b.retryAfter > 0 {
		return b.retryAfter
	}
	return int(math.Ceil((1 - b.tokens) / b.rate))
}

// counted adds one to the count of a second.
func counted(counts []int, second int) []int {
	for len(counts) <= second {
		counts = append(counts, 0)
	}
	counts[second]++
	return counts
}

// figures checks what the server saw, and says it in a line.
func (b *bucketServer) figures(t *testing.T, succeeded int) string {
	ideal := min(b.processes, b.bucket+int(b.rate*b.limit.Seconds()))
	waiters := b.processes - b.bucket
	crowd := slices.Max(append(b.repeats, 0))
	if 3*crowd > waiters {
		t.Errorf("%s: %d of %d waiters came in one second, want at most a third", b.name, crowd, waiters)
	}
	if b.late > time.Second {
		t.Errorf("%s: a process ended %v after its time limit, want at most 1 s", b.name, b.late)
	}
	requests := 0
	for path, n := range b.seen {
		requests += n
		if strings.HasSuffix(path, "/launch") && b.served[path] != 1 {
			t.Errorf("%s was launched %d times, want once", path, b.served[path])
		}
	}
	const line = "fleet: %s: %d of %d succeeded (ideal %d), %d requests, %d answered 429, " +
		"at most %d requests in one second, %d of them repeats"
	return fmt.Sprintf(line, b.name, succeeded, b.processes, ideal, requests, b.refused, slices.Max(b.all), crowd)
}
