package main

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// binaries makes a folder of programs for both platforms.
func binaries(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, platform := range []string{"linux-amd64", "linux-arm64"} {
		if err := os.Mkdir(filepath.Join(folder, platform), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, platform, "tenableio"), []byte("a program for "+platform), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestSameBytes: the archive depends on the programs and on nothing else.
func TestSameBytes(t *testing.T) {
	var archives [2][]byte
	for i := range archives {
		index, err := build(binaries(t), "tenableio")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "new", "image.tar")
		if err := write(index, "tenableio", path); err != nil {
			t.Fatal(err)
		}
		if archives[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("two builds differ")
	}
}

// images are the images of both platforms.
func images(t *testing.T) map[string]v1.Image {
	t.Helper()
	index, err := build(binaries(t), "tenableio")
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]v1.Image{}
	for _, m := range manifest.Manifests {
		if all[m.Platform.String()], err = index.Image(m.Digest); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// TestImage: what is in it, and who it runs as.
func TestImage(t *testing.T) {
	all := images(t)
	if len(all) != 2 {
		t.Fatalf("%d platforms, want 2", len(all))
	}
	for platform, image := range all {
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if config.OS+"/"+config.Architecture != platform || config.Config.User != "65532:65532" || config.Config.Entrypoint[0] != "/usr/bin/tenableio" {
			t.Errorf("%s: the configuration is %+v", platform, config)
		}
		files := contents(t, image)
		if got := string(files["usr/bin/tenableio"]); got != "a program for "+strings.Replace(platform, "/", "-", 1) {
			t.Errorf("%s holds %q", platform, got)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(files["etc/ssl/certs/ca-certificates.crt"]) || bytes.Count(files["etc/ssl/certs/ca-certificates.crt"], []byte("BEGIN")) < 100 {
			t.Errorf("%s has no certificate authorities", platform)
		}
		if len(files) != 10 {
			t.Errorf("%s has %d entries, want 10", platform, len(files))
		}
	}
}

// contents are the files and folders of an image, all of which belong to root.
func contents(t *testing.T, image v1.Image) map[string][]byte {
	t.Helper()
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, layer := range layers {
		open, err := layer.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		for archive := tar.NewReader(open); ; {
			header, err := archive.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			want := map[bool]int64{true: 0o755, false: 0o644}[header.Typeflag == tar.TypeDir || strings.HasPrefix(header.Name, "usr/bin/")]
			if header.Name == "tmp/" {
				want = 0o1777
			}
			if header.Mode != want || header.Uid != 0 || !header.ModTime.IsZero() && header.ModTime.Unix() != 0 {
				t.Errorf("%s has mode %o, user %d, time %v", header.Name, header.Mode, header.Uid, header.ModTime)
			}
			if files[header.Name], err = io.ReadAll(archive); err != nil {
				t.Fatal(err)
			}
		}
	}
	return files
}

func TestBuildRefuses(t *testing.T) {
	other := t.TempDir()
	if err := os.Mkdir(filepath.Join(other, "windows-amd64"), 0o700); err != nil {
		t.Fatal(err)
	}
	for folder, entrypoint := range map[string]string{
		binaries(t): "tenableia", t.TempDir(): "tenableio", "/nowhere": "tenableio", other: "tenableio",
	} {
		if _, err := build(folder, entrypoint); err == nil {
			t.Errorf("%s with %s makes an image", folder, entrypoint)
		}
	}
}

// TestPodman runs the images that make built, as a cluster would: not as root, with a
// root that is read-only and without capabilities.
func TestPodman(t *testing.T) {
	podman, err := exec.LookPath("podman")
	if err != nil || os.Getuid() != 0 {
		t.Skip("not run: there is no podman, or this is not root")
	}
	for _, tt := range []struct{ archive, argument, want string }{
		{"image.tar", "version", "tenableio "}, {"image.tar", "sandbox", `{"server_url":"http://127.0.0.1:`}, {"worker-image.tar", "--help", "-connections DIR"},
	} {
		archive := filepath.Join(os.Getenv("TENABLEIO_DIST"), tt.archive)
		if _, err := os.Stat(archive); err != nil {
			t.Skip("not run: TENABLEIO_DIST names no folder with the images (make integrations does)")
		}
		store := t.TempDir()
		run := exec.Command(
			podman, "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--root", store+"/root", "--runroot", store+"/run", "run", "--rm",
			"--runtime", "runc", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024",
			"--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--timeout", "2", "oci-archive:"+archive, tt.argument,
		)
		out, _ := run.CombinedOutput() // the sandbox is ended by the time limit
		if !strings.Contains(string(out), tt.want) {
			t.Errorf("%s %s says %s, want %s", tt.archive, tt.argument, out, tt.want)
		}
	}
}
