package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"
)

const mebibyte = 1 << 20

// The export's UUID says how it is served: the first group is the number of
// chunks and the second the milliseconds before each of them.
const uuidPattern = "%08d-%04d-0000-0000-000000000000"

// serve is the API's side, in a process of its own so that its memory is not
// taken for the plugin's. It prints its two addresses and the name of the file
// with its certificate, and serves until it is interrupted.
func serve() error {
	plain := httptest.NewServer(newAPI())
	secure := httptest.NewUnstartedServer(newAPI())
	secure.EnableHTTP2 = false
	secure.StartTLS()
	line, err := json.Marshal(addresses{Plain: plain.URL, Secure: secure.URL})
	if err != nil {
		return err
	}
	if err := os.WriteFile(os.Args[2], pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(os.Stdout, "%s\n", line); err != nil {
		return err
	}
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	<-interrupted
	return nil
}

// addresses are where the server is.
type addresses struct{ Plain, Secure string }

// api holds what is served many times.
type api struct {
	chunk, packed []byte
	file          []byte
}

func newAPI() http.Handler {
	a := &api{chunk: chunk(25 * mebibyte)}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(a.chunk) // a buffer takes everything
	_ = w.Close()
	a.packed = packed.Bytes()
	a.file = bytes.Repeat([]byte("0123456789abcdef<>&\n"), mebibyte/20)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /scans/timezones", text(`{"timezones":[{"name":"(UTC) Coordinated Universal Time","value":"UTC"}]}`))
	mux.HandleFunc("GET /scans/32/latest-status", text(`{"status":"completed"}`))
	mux.HandleFunc("GET /scans/32/export/{file}/status", text(`{"status":"ready"}`))
	mux.HandleFunc("GET /scans/32/export/{file}/download", a.download)
	mux.HandleFunc("GET /vulns/export/{uuid}/status", exportStatus)
	mux.HandleFunc("GET /vulns/export/{uuid}/chunks/{n}", a.serveChunk)
	mux.HandleFunc("GET /scanners/null/agents", agents)
	return mux
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

// download gives as many MiB as the file id says: "20-nessus".
func (a *api) download(w http.ResponseWriter, r *http.Request) {
	size, _, _ := strings.Cut(r.PathValue("file"), "-")
	n, err := strconv.Atoi(size)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	head := []byte("<?xml version=\"1.0\" ?>\n")
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(head)+n*len(a.file)))
	_, _ = w.Write(head)
	for range n {
		_, _ = w.Write(a.file)
	}
}

func exportStatus(w http.ResponseWriter, r *http.Request) {
	var chunks, latency int
	if _, err := fmt.Sscanf(r.PathValue("uuid"), "%08d-%04d", &chunks, &latency); err != nil {
		http.NotFound(w, r)
		return
	}
	available := make([]int, chunks)
	for i := range available {
		available[i] = i + 1
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"status": "FINISHED", "chunks_available": available, "total_chunks": chunks})
}

func (a *api) serveChunk(w http.ResponseWriter, r *http.Request) {
	var chunks, latency int
	_, _ = fmt.Sscanf(r.PathValue("uuid"), "%08d-%04d", &chunks, &latency)
	time.Sleep(time.Duration(latency) * time.Millisecond)
	w.Header().Set("Content-Type", "application/octet-stream")
	if latency > 0 { // many small chunks
		_, _ = w.Write([]byte(`[{"severity":"low"}]`))
		return
	}
	body := a.chunk
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		body = a.packed
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// chunk is a chunk of findings of some 4 KB each, of about size bytes.
func chunk(size int) []byte {
	var b bytes.Buffer
	random := rand.New(rand.NewPCG(1, 2))
	vocabulary := strings.Fields(words(random, 400))
	var prose strings.Builder
	for range 60_000 {
		prose.WriteString(vocabulary[random.IntN(len(vocabulary))] + " ")
	}
	b.WriteByte('[')
	for n := 0; b.Len() < size; n++ {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"asset":{"fqdn":"host%d.example.com","ipv4":"192.0.2.%d","uuid":"00000000-0000-0000-0000-%012d","operating_system":["Linux Kernel 6.1"]},`+
			`"output":%q,"plugin":{"id":%d,"name":"Example finding %d","family":"Web Servers","description":%q,"solution":%q,"cve":["CVE-2024-%04d"],"cvss3_base_score":7.5,`+
			`"vpr":{"score":6.7,"drivers":{"age_of_vuln":{"lower_bound":61}}},"xrefs":[{"type":"CWE","id":"79"}]},"port":{"port":443,"protocol":"TCP"},"severity":"high","severity_id":3,"state":"OPEN",`+
			`"first_found":"2026-01-02T03:04:05.678Z","last_found":"2026-02-03T04:05:06.789Z"}`,
			n, n%250, n, fmt.Sprint("\nFound in ", n, "\n", part(prose.String(), n*7919, 900)), 100000+n, n, part(prose.String(), n*104729, 1500), part(prose.String(), n*1299709, 300), n%10000)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// words are so many words, which pack about as well as Tenable's texts do.
func words(random *rand.Rand, n int) string {
	var b strings.Builder
	for range n {
		for range 2 + random.IntN(8) {
			b.WriteByte(byte('a' + random.IntN(12)))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

// part is a part of a text, from somewhere in it.
func part(text string, from, size int) string {
	from %= len(text) - size
	return text[from : from+size]
}

// agents lists as many agents as the filter asks for: f=name:match:2000.
func agents(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	total, _ := strconv.Atoi(strings.TrimPrefix(query.Get("f"), "name:match:"))
	limit, _ := strconv.Atoi(query.Get("limit"))
	offset, _ := strconv.Atoi(query.Get("offset"))
	var b bytes.Buffer
	b.WriteString(`{"agents":[`)
	for n := offset; n < min(total, offset+limit); n++ {
		if n > offset {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"uuid":"00000000-0000-0000-0000-%012d","name":"agent-%06d.example.com","platform":"LINUX","distro":"es8-x86-64","ip":"198.51.100.%d","last_scanned":1760000000,`+
			`"plugin_feed_id":"202601010000","core_build":"1","core_version":"10.8.0","linked_on":1750000000,"last_connect":1760000000,"status":"on","groups":[{"name":"Servers","id":101}],`+
			`"supports_remote_logs":true,"network_uuid":"00000000-0000-0000-0000-000000000000","network_name":"Default","supports_remote_settings":true,"health":0,"health_state_name":"healthy"}`,
			1000+n, n, n, n%250)
	}
	fmt.Fprintf(&b, `],"pagination":{"total":%d,"limit":%d,"offset":%d,"sort":[{"name":"name","order":"asc"}]}}`, total, limit, offset)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b.Bytes())
}
