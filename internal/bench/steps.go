package main

import (
	"fmt"
	"os"
	"time"
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
		return ratio(b.testConnection(b.Plain), b.get("/scans/timezones"), smallRuns)
	}},
	{"T1b", "Get Scan Status, HTTP: plugin / least program with its libraries", "<= 1.2", func(b *bench) (string, error) {
		least := program{command: []string{b.peer("least"), b.Plain + "/scans/32/latest-status"}}
		return ratio(b.scanStatus(b.Plain), least, smallRuns)
	}},
	{"T2", "Test Connection over HTTPS with a private CA: plugin / bare", "<= 2.2", func(b *bench) (string, error) {
		bare := program{command: []string{b.peer("bare"), b.Secure + "/scans/timezones", b.certificate}}
		return ratio(b.testConnectionOwnCA(), bare, smallRuns)
	}},
	{"T3", "HTTPS with the system's roots: plugin / bare with Go's default", "<= 1.0", func(b *bench) (string, error) {
		bare := program{command: []string{b.peer("bare"), b.Secure + "/scans/timezones", b.certificate, "system"}}
		return ratio(b.testConnection(b.Secure).with(systemRoots), bare.with(systemRoots), smallRuns)
	}},
	{"T4", "Get Scan Status, HTTP: plugin / python3 with requests", "", func(b *bench) (string, error) {
		peer, err := python(pythonGet, "requests", b.Plain+"/scans/32/latest-status")
		if err != nil {
			return "", err
		}
		return ratio(b.scanStatus(b.Plain), peer, pythonRuns)
	}},
	{"T4a", "the same over HTTPS with a private CA", "", func(b *bench) (string, error) {
		peer, err := python(pythonGet, "requests", b.Secure+"/scans/32/latest-status", b.certificate)
		if err != nil {
			return "", err
		}
		return ratio(b.scanStatus(b.Secure).with(systemRoots), peer, pythonRuns)
	}},
	{"T5", "Test Connection, HTTP: plugin / curl", "<= 1.25", func(b *bench) (string, error) {
		peer, err := curl("-o", os.DevNull, b.Plain+"/scans/timezones")
		if err != nil {
			return "", err
		}
		return ratio(b.testConnection(b.Plain), peer, smallRuns)
	}},
	{"T6", "Test Connection: peak memory; size of the binary", "<= 16 MiB; <= 12 MB", func(b *bench) (string, error) {
		most, err := peak(b.testConnection(b.Secure), 5)
		info, statErr := os.Stat(b.plugin)
		if err != nil || statErr != nil {
			return "", fmt.Errorf("%w, %w", err, statErr)
		}
		return fmt.Sprintf("%s; %.1f MB", mib(most), float64(info.Size())/1e6), nil
	}},
	{"T8", "report of 100 MB, gzip, 1 worker: plugin / python3 with requests", "", func(b *bench) (string, error) {
		return b.reportBesidePython(1)
	}},
	{"T8a", "the same with 2 workers", "", func(b *bench) (string, error) {
		return b.reportBesidePython(2)
	}},
	{"T10", "report of 100 MB, gzip, 1 worker: plugin / curl --compressed", "<= 3", func(b *bench) (string, error) {
		peer, err := b.curlChunks(func(int) string { return os.DevNull })
		if err != nil {
			return "", err
		}
		return ratio(b.export(4, 0, 1), peer, bulkRuns)
	}},
	{"T10a", "the same with 2 workers", "", func(b *bench) (string, error) {
		return ratio(b.export(4, 0, 2), b.export(4, 0, 1), bulkRuns)
	}},
	{"T16", "T10 with all fields: plugin / curl --compressed to files", "<= 1.5", func(b *bench) (string, error) {
		peer, err := b.curlChunks(func(n int) string { return fmt.Sprintf("%s/curl-%d.json", b.folder, n) })
		if err != nil {
			return "", err
		}
		return ratio(b.wholeExport(4, 1), peer, bulkRuns)
	}},
	{"T11", "report, 4 workers: peak memory of 1 GB / of 100 MB", "<= 1.3; <= 64 MiB", func(b *bench) (string, error) {
		return growth(b.export(4, 0, 4), b.export(40, 0, 4))
	}},
	{"T12", "download of 200 MB to a file: plugin / curl -o", "<= 1.0", func(b *bench) (string, error) {
		peer, err := curl("-o", b.folder+"/curl.nessus", b.Plain+"/scans/32/export/200-nessus/download")
		if err != nil {
			return "", err
		}
		return ratio(b.download(200, b.folder), peer, bulkRuns)
	}},
	{"T13", "200 MB in the envelope: plugin / python3 base64 and json", "<= 0.125", func(b *bench) (string, error) {
		peer, err := python(pythonEnvelope, "base64", b.Plain+"/scans/32/export/200-nessus/download")
		if err != nil {
			return "", err
		}
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
		return linear([]int{2000, 20000, 200000}, 20000, b.listAgents)
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
func (b *bench) curlChunks(to func(chunk int) string) (program, error) {
	arguments := []string{"--compressed"}
	for n := 1; n <= 4; n++ {
		chunk := fmt.Sprintf("%s/vulns/export/%s/chunks/%d", b.Plain, uuid(4, 0), n)
		arguments = append(arguments, "-o", to(n), chunk)
	}
	return curl(arguments...)
}

func (b *bench) reportBesidePython(workers int) (string, error) {
	export := b.Plain + "/vulns/export/" + uuid(4, 0)
	peer, err := python(pythonReport, "requests", export, eightFields, b.folder+"/python.json")
	if err != nil {
		return "", err
	}
	return ratio(b.export(4, 0, workers), peer, 3)
}

// testConnectionOwnCA runs without the system's roots, like the bare program with one certificate.
func (b *bench) testConnectionOwnCA() program {
	p := b.testConnection(b.Secure)
	p.env = []string{"SSL_CERT_FILE=" + b.certificate, "SSL_CERT_DIR=" + b.folder + "/none"}
	return p
}

func uuid(chunks, latency int) string { return fmt.Sprintf(uuidPattern, chunks, latency) }

const eightFields = "asset.fqdn,asset.ipv4,plugin.id,plugin.cve,plugin.vpr.score,severity,state,port.port"

func (b *bench) export(chunks, latency, workers int) program {
	return b.report(map[string]any{"export_uuid": uuid(chunks, latency), "export_fields": eightFields}, workers)
}

// wholeExport is a report with all fields.
func (b *bench) wholeExport(chunks, workers int) program {
	return b.report(map[string]any{"export_uuid": uuid(chunks, 0)}, workers)
}

func (b *bench) report(inputs map[string]any, workers int) program {
	options := map[string]any{"output_dir": b.folder, "timeout_seconds": 600}
	p := b.request(b.Plain, "Get Vulnerabilities Export Report", inputs, options)
	p.env = []string{fmt.Sprint("TENABLEIO_CHUNK_WORKERS=", workers)}
	return p
}

func (b *bench) download(size int, folder string) program {
	options := map[string]any{"max_inline_bytes": 1 << 30}
	if folder != "" {
		options["output_dir"] = folder
	}
	inputs := map[string]any{"scan_id": 32, "file_id": fmt.Sprintf("%d-nessus", size)}
	return b.request(b.Plain, "Download Exported Scan", inputs, options)
}

func (b *bench) listAgents(n int) program {
	return b.request(b.Plain, "List Agents", map[string]any{"host_name": fmt.Sprint(n)}, nil)
}

func ratio(ours, theirs program, runs int) (string, error) {
	c, err := pair(ours, theirs, runs)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.2f [%.2f..%.2f], cpu %.2f, %d pairs (%s / %s)", c.wall, c.low, c.high, c.cpu, c.runs,
		c.ours.wall.Round(time.Millisecond/10), c.theirs.wall.Round(time.Millisecond/10)), nil
}

func peak(p program, runs int) (int64, error) {
	var most int64
	for range runs {
		c, err := p.run()
		if err != nil {
			return 0, err
		}
		most = max(most, c.peak)
	}
	return most, nil
}

func growth(small, large program) (string, error) {
	a, err := peak(small, 3)
	if err != nil {
		return "", err
	}
	b, err := peak(large, 3)
	return fmt.Sprintf("%.2f (%s / %s)", float64(b)/float64(a), mib(b), mib(a)), err
}

// linear runs a program at growing sizes and returns the time for one unit at each size.
func linear(sizes []int, unit int, programFor func(int) program) (string, error) {
	text := ""
	for _, size := range sizes {
		c, err := programFor(size).run()
		if err != nil {
			return "", err
		}
		text += fmt.Sprintf("%.2f (%s) ", c.wall.Seconds()*float64(unit)/float64(size), mib(c.peak))
	}
	return text, nil
}

func mib(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/mebibyte) }
