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

// The UUID of an export says how to serve it.
// Its first group is the number of chunks, and its second the milliseconds before each of them.
const uuidPattern = "%08d-%04d-0000-0000-000000000000"

// serve plays the API in a process of its own, so that its memory does not count as the plugin's.
// It writes its certificate to a file, prints its two addresses, and serves until it is interrupted.
func serve() error {
	plain := httptest.NewServer(newAPI())
	secure := httptest.NewUnstartedServer(newAPI())
	secure.EnableHTTP2 = false
	secure.StartTLS()
	line, err := json.Marshal(addresses{Plain: plain.URL, Secure: secure.URL})
	if err != nil {
		return err
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := os.WriteFile(os.Args[2], certificate, 0o600); err != nil {
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

// addresses holds the server's two URLs.
type addresses struct{ Plain, Secure string }

// api holds the bodies that are served many times.
type api struct {
	chunk, packed []byte
	file          []byte
}

func newAPI() http.Handler {
	a := &api{chunk: chunk(25 * mebibyte)}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(a.chunk) // cannot fail: the writer is a buffer
	_ = w.Close()
	a.packed = packed.Bytes()
	a.file = bytes.Repeat([]byte("0123456789abcdef<>&\n"), mebibyte/20)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /scans/timezones", text(`{"timezones":[{"name":"(UTC) Universal Time","value":"UTC"}]}`))
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

// download sends as many MiB as the file ID says, such as 20 for "20-nessus".
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
	status := map[string]any{"status": "FINISHED", "chunks_available": available, "total_chunks": chunks}
	_ = json.NewEncoder(w).Encode(status)
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

// findingFormat is a finding; its numbers and texts vary.
const findingFormat = `{"asset":{"fqdn":"host%d.example.com","ipv4":"192.0.2.%d",` +
	`"uuid":"00000000-0000-0000-0000-%012d","operating_system":["Linux Kernel 6.1"]},` +
	`"output":%q,"plugin":{"id":%d,"name":"Example finding %d","family":"Web Servers","description":%q,"solution":%q,` +
	`"cve":["CVE-2024-%04d"],"cvss3_base_score":7.5,` +
	`"vpr":{"score":6.7,"drivers":{"age_of_vuln":{"lower_bound":61}}},"xrefs":[{"type":"CWE","id":"79"}]},` +
	`"port":{"port":443,"protocol":"TCP"},"severity":"high","severity_id":3,"state":"OPEN",` +
	`"first_found":"2026-01-02T03:04:05.678Z","last_found":"2026-02-03T04:05:06.789Z"}`

// chunk makes a chunk of about size bytes, with findings of some 4 KB each.
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
		output := fmt.Sprint("\nFound in ", n, "\n", part(prose.String(), n*7919, 900))
		description := part(prose.String(), n*104729, 1500)
		solution := part(prose.String(), n*1299709, 300)
		fmt.Fprintf(&b, findingFormat, n, n%250, n, output, 100000+n, n, description, solution, n%10000)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// words makes n words, which compress about as well as Tenable's texts.
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

// part cuts a piece of the given size out of a text.
func part(text string, from, size int) string {
	from %= len(text) - size
	return text[from : from+size]
}

// agentFormat is an agent; its numbers vary.
const agentFormat = `{"id":%d,"uuid":"00000000-0000-0000-0000-%012d","name":"agent-%06d.example.com",` +
	`"platform":"LINUX","distro":"es8-x86-64","ip":"198.51.100.%d","last_scanned":1760000000,` +
	`"plugin_feed_id":"202601010000",` +
	`"core_build":"1","core_version":"10.8.0","linked_on":1750000000,"last_connect":1760000000,"status":"on",` +
	`"groups":[{"name":"Servers","id":101}],"supports_remote_logs":true,` +
	`"network_uuid":"00000000-0000-0000-0000-000000000000","network_name":"Default",` +
	`"supports_remote_settings":true,"health":0,"health_state_name":"healthy"}`

// agents lists as many agents as the filter says, such as 2000 for f=name:match:2000.
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
		fmt.Fprintf(&b, agentFormat, 1000+n, n, n, n%250)
	}
	const end = `],"pagination":{"total":%d,"limit":%d,"offset":%d,"sort":[{"name":"name","order":"asc"}]}}`
	fmt.Fprintf(&b, end, total, limit, offset)
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b.Bytes())
}
