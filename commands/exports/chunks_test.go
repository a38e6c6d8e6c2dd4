package exports

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/result"
)

// slowExport is a finished export whose server takes its time for each chunk, and
// refuses one of them once. It is used in the fake time of synctest.
type slowExport struct {
	chunks     int
	refused    int // this chunk's first request gets a 429
	retryAfter time.Duration

	mu      sync.Mutex
	limited time.Time   // when the 429 was sent
	begun   []time.Time // of the requests for chunks
}

var finishedExport = getVulnerabilitiesExportReportInput{ExportUUID: "00000000-0000-0000-0000-000000000001"}

func (s *slowExport) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/status") {
		available := make([]int, s.chunks)
		for i := range available {
			available[i] = i + 1
		}
		body, err := json.Marshal(map[string]any{"status": "FINISHED", "chunks_available": available})
		return answer(http.StatusOK, string(body)), err
	}
	s.mu.Lock()
	s.begun = append(s.begun, time.Now())
	refuse := s.limited.IsZero() && path.Base(r.URL.Path) == fmt.Sprint(s.refused)
	if refuse {
		s.limited = time.Now()
	}
	s.mu.Unlock()
	if refuse {
		limited := answer(http.StatusTooManyRequests, "")
		limited.Header.Set("Retry-After", fmt.Sprint(s.retryAfter.Seconds()))
		return limited, nil
	}
	time.Sleep(300 * time.Millisecond)
	return answer(http.StatusOK, `[{"severity":"low"}]`), nil
}

func answer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// env has a client of the export and that many workers, and waits for nothing.
func (s *slowExport) env(workers int) command.Env {
	server := &url.URL{Scheme: "https", Host: "cloud.tenable.com"}
	return command.Env{
		Tenable:        connection.New(connection.Params{Server: server}, connection.Options{Log: zerolog.Nop(), Transport: s}),
		MaxInlineBytes: 1 << 20,
		ChunkWorkers:   workers,
		Progress:       func(int64, int64, string) {},
		Doing:          func(string) func() { return func() {} },
	}
}

// Whichever chunk meets a 429, and whoever fetches it, each one is fetched.
func TestNoChunkIsLeftOutAfterA429(t *testing.T) {
	for workers := 1; workers <= 4; workers++ {
		for refused := 1; refused <= 8; refused++ {
			synctest.Test(t, func(t *testing.T) {
				export := &slowExport{chunks: 8, refused: refused, retryAfter: time.Second}
				var out result.Output
				err := Report(t.Context(), export.env(workers), finishedExport, &out)
				if err != nil || out.Done != 8 || len(export.begun) != 9 {
					t.Errorf("%d workers, 429 for chunk %d: %d chunks after %d requests (%v), want 8 after 9", workers, refused, out.Done, len(export.begun), err)
				}
			})
		}
	}
}

// While the API asks to wait no other chunk is asked for; then it is one at a time.
// What the statistics tell is the time that passed, however many waited.
func TestAllWaitAfterA429(t *testing.T) {
	const asked = 4 * time.Second
	for workers := 1; workers <= 4; workers++ {
		for refused := 1; refused <= 4; refused++ {
			synctest.Test(t, func(t *testing.T) {
				export := &slowExport{chunks: 8, refused: refused, retryAfter: asked}
				env := export.env(workers)
				if err := Report(t.Context(), env, finishedExport, new(result.Output)); err != nil {
					t.Fatal(err)
				}
				at := map[time.Duration]int{} // requests by the time since the 429
				for _, begun := range export.begun {
					at[begun.Sub(export.limited)]++
				}
				again := 3 * asked // when they went on together: as asked, and a random time on top
				for since := range at {
					if since > 0 {
						again = min(again, since)
					}
				}
				for since, requests := range at {
					if since > 0 && since < asked || since > again && requests > 1 {
						t.Errorf("%d workers: %d requests %v after a 429 that asked for %v", workers, requests, since, asked)
					}
				}
				if waited := env.Tenable.Stats().RateLimited; waited < asked || waited > 3*asked {
					t.Errorf("%d workers: the statistics tell of %v, want %v and a random time on top", workers, waited, asked)
				}
			})
		}
	}
}

// A panic in one of the goroutines reaches the caller, who can make an envelope of it.
func TestAPanicOfAWorkerIsOneOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			if p := recover(); p != "of a worker" {
				t.Errorf("recovered %v, want the panic of the worker", p)
			}
		}()
		export := &slowExport{chunks: 20}
		env := export.env(4)
		env.Progress = func(done, _ int64, _ string) {
			if done > 3 {
				panic("of a worker")
			}
		}
		in := getVulnerabilitiesExportReportInput{ExportUUID: "00000000-0000-0000-0000-000000000001"}
		t.Error(Report(t.Context(), env, in, new(result.Output)))
	})
}
