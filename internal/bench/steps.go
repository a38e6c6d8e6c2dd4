package main

import (
	"errors"
	"fmt"
	"os"
)

// step is one line of the table.
type step struct {
	name, what, target string
	measure            func(*bench) (string, error)
}

const (
	smallRuns  = 31
	bulkRuns   = 7
	pythonRuns = 15
)

var steps = []step{
	{"T1", "Test Connection, HTTP: plugin / bare net/http", "<= 2.6", func(b *bench) (string, error) {
		return ratio(b.testConnection(b.Plain), b.peer("bare", b.Plain+"/scans/timezones"), smallRuns)
	}},
	{"T1b", "Get Scan Status, HTTP: plugin / least program with its libraries", "<= 1.2", func(b *bench) (string, error) {
		return ratio(b.scanStatus(b.Plain), b.peer("least", b.Plain+"/scans/32/latest-status"), smallRuns)
	}},
	{"T2", "Test Connection over HTTPS with a private CA: plugin / bare", "<= 2.2", func(b *bench) (string, error) {
		// It runs without the system's roots, like the bare program with one certificate.
		ownRoots := []string{"SSL_CERT_FILE=" + b.certificate, "SSL_CERT_DIR=" + b.folder + "/none"}
		bare := b.peer("bare", b.Secure+"/scans/timezones", b.certificate)
		return ratio(b.testConnection(b.Secure).with(ownRoots...), bare, smallRuns)
	}},
	{"T3", "HTTPS with the system's roots: plugin / bare with Go's default", "<= 1.0", func(b *bench) (string, error) {
		bare := b.peer("bare", b.Secure+"/scans/timezones", b.certificate, "system")
		return ratio(b.testConnection(b.Secure).with(systemRoots...), bare.with(systemRoots...), smallRuns)
	}},
	{"T4", "Get Scan Status, HTTP: plugin / python3 with requests", "", func(b *bench) (string, error) {
		return ratio(b.scanStatus(b.Plain), python("get", "requests", b.Plain+"/scans/32/latest-status"), pythonRuns)
	}},
	{"T4a", "the same over HTTPS with a private CA", "", func(b *bench) (string, error) {
		peer := python("get", "requests", b.Secure+"/scans/32/latest-status", b.certificate)
		return ratio(b.scanStatus(b.Secure).with(systemRoots...), peer, pythonRuns)
	}},
	{"T5", "Test Connection, HTTP: plugin / curl", "<= 1.25", func(b *bench) (string, error) {
		return ratio(b.testConnection(b.Plain), curl("-o", os.DevNull, b.Plain+"/scans/timezones"), smallRuns)
	}},
	{"T6", "Test Connection: peak memory; size of the binary", "<= 16 MiB; <= 12 MB", func(b *bench) (string, error) {
		most, err := peak(b.testConnection(b.Secure), 5)
		info, statErr := os.Stat(b.plugin)
		if err := errors.Join(err, statErr); err != nil {
			return "", err
		}
		return fmt.Sprintf("%s; %.1f MB", mib(most), float64(info.Size())/1e6), nil
	}},
	{"T8", "report of 100 MB, gzip, 1 worker: plugin / python3 with requests", "", func(b *bench) (string, error) {
		return ratio(b.export(4, 0, 1), b.pythonReport(), 3)
	}},
	{"T8a", "the same with 2 workers", "", func(b *bench) (string, error) {
		return ratio(b.export(4, 0, 2), b.pythonReport(), 3)
	}},
	{"T10", "report of 100 MB, gzip, 1 worker: plugin / curl --compressed", "<= 3", func(b *bench) (string, error) {
		return ratio(b.export(4, 0, 1), b.curlChunks(func(int) string { return os.DevNull }), bulkRuns)
	}},
	{"T10a", "the same with 2 workers", "", func(b *bench) (string, error) {
		return ratio(b.export(4, 0, 2), b.export(4, 0, 1), bulkRuns)
	}},
	{"T16", "T10 with all fields: plugin / curl --compressed to files", "<= 1.5", func(b *bench) (string, error) {
		peer := b.curlChunks(func(n int) string { return fmt.Sprintf("%s/curl-%d.json", b.folder, n) })
		return ratio(b.report(uuid(4, 0), "", 1), peer, bulkRuns)
	}},
	{"T11", "report, 4 workers: peak memory of 1 GB / of 100 MB", "<= 1.3; <= 64 MiB", func(b *bench) (string, error) {
		return growth(b.export(4, 0, 4), b.export(40, 0, 4))
	}},
	{"T12", "download of 200 MB to a file: plugin / curl -o", "<= 1.0", func(b *bench) (string, error) {
		peer := curl("-o", b.folder+"/curl.nessus", b.Plain+"/scans/32/export/200-nessus/download")
		return ratio(b.download(200, b.folder), peer, bulkRuns)
	}},
	{"T13", "200 MB in the envelope: plugin / python3 base64 and json", "<= 0.125", func(b *bench) (string, error) {
		peer := python("envelope", "base64", b.Plain+"/scans/32/export/200-nessus/download")
		peer.stdout = b.folder + "/envelope"
		ours := b.download(200, "")
		ours.stdout = b.folder + "/envelope"
		return ratio(ours, peer, 3)
	}},
	{"T13a", "the same: peak memory of 200 MB / of 20 MB", "<= 1.2; <= 24 MiB", func(b *bench) (string, error) {
		return growth(b.download(20, ""), b.download(200, ""))
	}},
	{"T14", "40 chunks, 300 ms each: 1 worker / 4 workers", ">= 2", func(b *bench) (string, error) {
		return ratio(b.export(40, 300, 1), b.export(40, 300, 4), 1)
	}},
	{"T18", "200 Test Connections at once: CPU of one; 99 % in", "<= 9 ms; <= 3 s", func(b *bench) (string, error) {
		return crowd(b.testConnection(b.Plain), 200)
	}},
	{"T19", "help, completion: plugin / its own version", "<= 1.2", func(b *bench) (string, error) {
		help, err := ratio(b.call("help"), b.call("version"), smallRuns)
		if err != nil {
			return "", err
		}
		completion, err := ratio(b.call("completion", "bash"), b.call("version"), smallRuns)
		return help + "; " + completion, err
	}},
	{"L1", "report of 25, 100, 1000 MB: seconds for each 100 MB", "level", func(b *bench) (string, error) {
		return linear([]int{1, 4, 40}, 4, func(chunks int) program { return b.export(chunks, 0, 2) })
	}},
	{"L2", "List Agents, 2,000, 20,000, 200,000: seconds for each 20,000", "level", func(b *bench) (string, error) {
		return linear([]int{2000, 20000, 200000}, 20000, func(agents int) program {
			return b.request(b.Plain, "List Agents", map[string]any{"host_name": fmt.Sprint(agents)}, nil)
		})
	}},
}

// systemRoots makes a program trust the system's authorities, whatever the environment says.
var systemRoots = []string{"SSL_CERT_FILE=", "SSL_CERT_DIR="}

func (b *bench) testConnection(server string) program {
	return b.request(server, "Test Connection", nil, nil)
}

func (b *bench) scanStatus(server string) program {
	return b.request(server, "Get Scan Status", map[string]any{"scan_id": 32}, nil)
}

// call is a sub-command that needs no server.
func (b *bench) call(arguments ...string) program {
	return program{command: append([]string{b.plugin}, arguments...)}
}

// curlChunks fetches the four chunks of a report one after the other.
func (b *bench) curlChunks(to func(chunk int) string) program {
	arguments := []string{"--compressed"}
	for n := 1; n <= 4; n++ {
		chunk := fmt.Sprintf("%s/vulns/export/%s/chunks/%d", b.Plain, uuid(4, 0), n)
		arguments = append(arguments, "-o", to(n), chunk)
	}
	return curl(arguments...)
}

const eightFields = "asset.fqdn,asset.ipv4,plugin.id,plugin.cve,plugin.vpr.score,severity,state,port.port"

// pythonReport makes a report of the four chunks.
func (b *bench) pythonReport() program {
	return python("report", "requests", b.Plain+"/vulns/export/"+uuid(4, 0), eightFields, b.folder+"/python.json")
}

func uuid(chunks, latency int) string { return fmt.Sprintf(uuidPattern, chunks, latency) }

func (b *bench) export(chunks, latency, workers int) program {
	return b.report(uuid(chunks, latency), eightFields, workers)
}

// report is a report with some fields, or with all if none is named.
func (b *bench) report(export, fields string, workers int) program {
	inputs := map[string]any{"export_uuid": export, "export_fields": fields}
	options := map[string]any{"output_dir": b.folder, "timeout_seconds": 600}
	return b.request(b.Plain, "Get Vulnerabilities Export Report", inputs, options).
		with(fmt.Sprint("TENABLEIO_CHUNK_WORKERS=", workers))
}

// download downloads a file to a folder, or into the envelope if that is empty.
func (b *bench) download(size int, folder string) program {
	inputs := map[string]any{"scan_id": 32, "file_id": fmt.Sprintf("%d-nessus", size)}
	options := map[string]any{"max_inline_bytes": 1 << 30, "output_dir": folder}
	return b.request(b.Plain, "Download Exported Scan", inputs, options)
}
