// Bench measures the built plugin as whole processes, in turns with the programs that it is compared with.
// It measures all of them in one run, because ratios stay true on a machine where seconds do not.
//
// usage: bench BINARY PEERS [STEP…]; `make bench` builds the plugin and the folder of its peers and runs it, and
// `make bench STEPS="T4 T8"` measures these alone.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "serve":
		err = serve()
	case len(os.Args) >= 3:
		err = measure(os.Args[1], os.Args[2], os.Args[3:])
	default:
		err = fmt.Errorf("usage: bench BINARY PEERS [STEP…]")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run of all measurements.
type bench struct {
	plugin, peers string // a binary, and the folder of those that it is compared with
	folder        string // for output files
	certificate   string
	addresses

	table *tabwriter.Writer
}

func measure(plugin, peers string, wanted []string) error {
	folder, err := os.MkdirTemp("", "tenableio-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	b := &bench{plugin: plugin, peers: peers, folder: folder, certificate: filepath.Join(folder, "ca.pem")}
	stop, err := b.startServer()
	if err != nil {
		return err
	}
	defer stop()
	b.table = tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0)
	defer b.table.Flush()
	fmt.Fprintln(b.table, "| \t| check\t| target\t| measured\t|")
	fmt.Fprintln(b.table, "|---\t|---\t|---\t|---\t|")
	for _, step := range steps {
		if len(wanted) > 0 && !slices.Contains(wanted, step.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s %s\n", step.name, step.what)
		measured, err := step.measure(b)
		if err != nil {
			measured = "not run: " + err.Error()
		}
		measured = strings.ReplaceAll(measured, "\n", " ")
		fmt.Fprintf(b.table, "| %s\t| %s\t| %s\t| %s\t|\n", step.name, step.what, step.target, measured)
	}
	return nil
}

// startServer starts this program again as the API's side.
func (b *bench) startServer() (stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	server := exec.Command(self, "serve", b.certificate)
	server.Stderr = os.Stderr
	out, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	stop = func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &b.addresses)
	}
	if err != nil {
		stop()
	}
	return stop, err
}

// request returns the plugin's program for a command.
func (b *bench) request(server, command string, inputs, options map[string]any) program {
	connection := map[string]string{
		"server_url":     server,
		"api_access_key": "bench-access-key",
		"api_secret_key": "bench-secret-key",
	}
	if server == b.Secure {
		connection["ca_certificates"] = b.certificate
	}
	request := map[string]any{"connection": connection, "command": command, "inputs": inputs, "options": options}
	text, _ := json.Marshal(request) // cannot fail: the request holds maps and texts
	return program{command: []string{b.plugin}, stdin: string(text)}
}

// peer returns one of the programs that the plugin is compared with.
func (b *bench) peer(name string, arguments ...string) program {
	return program{command: append([]string{filepath.Join(b.peers, name)}, arguments...)}
}

func curl(arguments ...string) program {
	const header = "X-ApiKeys: accessKey=bench-access-key;secretKey=bench-secret-key"
	return program{command: append([]string{"curl", "-sS", "-H", header}, arguments...)}
}
