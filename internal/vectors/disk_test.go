package vectors_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// madeFile is a file as a result describes it.
type madeFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// fileOf returns the one file of a result.
func fileOf(t *testing.T, o outcome) madeFile {
	t.Helper()
	e, err := readEnvelope(o.stdout)
	if err != nil || len(e.Files) != 1 {
		t.Fatalf("%v: %.500s", err, o.stdout)
	}
	var file madeFile
	if err := json.Unmarshal(e.Files[0], &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// holds checks that a file holds what its result says.
func (f madeFile) holds(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(f.Path)
	sum := sha256.Sum256(text)
	if err != nil || hex.EncodeToString(sum[:]) != f.SHA256 {
		t.Errorf("%s does not hold what its result says (%v)", f.Path, err)
	}
}

// testNamesWithoutLinks lets runs at the same time write different files under one name, on a disk that
// can neither link nor rename without replacing. Each result names its own file (row 126).
func testNamesWithoutLinks(t *testing.T, runs int) {
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("not run: needs strace")
	}
	folder := t.TempDir()
	paths := make([]string, runs)
	const atOnce = 8
	for first := 0; first < runs; first += atOnce {
		var group sync.WaitGroup
		for i := first; i < min(first+atOnce, runs); i++ {
			v := downloadInto(folder, int64(4*(i+1)))
			v.Shell = `exec strace -f -qq -o /dev/null -e trace=linkat,renameat2 -e inject=linkat,renameat2:error=EPERM "$0" "$@"`
			s := v.stage(t, t.TempDir(), values{})
			group.Go(func() {
				o := s.play(t, v)
				check(t, v, o)
				paths[i] = fileOf(t, o).Path
				fileOf(t, o).holds(t)
			})
		}
		group.Wait()
	}
	slices.Sort(paths)
	if distinct := slices.Compact(slices.Clone(paths)); len(distinct) != runs {
		t.Errorf("%d runs have %d files", runs, len(distinct))
	}
}

const reportRequest = `{"command":"Get Vulnerabilities Export Report","inputs":{"export_uuid":"00000000-0000-0000-0000-000000000001"},"options":{"output_dir":%q}}`

// reportInto is a vector that writes the report of one export into a folder.
func reportInto(folder string, chunk answer) vector {
	v := scanVector(fmt.Sprintf(reportRequest, folder))
	v.Server.Answers = []answer{
		{Path: "/status", Status: 200, JSON: []byte(`{"status":"FINISHED","chunks_available":[1,2],"total_chunks":2}`)},
		chunk,
	}
	return v
}

// testOverlappingReports runs one export four at a time. No run fails because another removes the chunks
// that both use (row 127).
func testOverlappingReports(t *testing.T, runs int) {
	folder := t.TempDir()
	var group sync.WaitGroup
	for range 4 {
		v := reportInto(folder, answer{Status: 200, JSON: []byte(`[{"plugin":{"id":1}}]`)})
		s := v.stage(t, t.TempDir(), values{})
		group.Go(func() {
			for range runs / 4 {
				o := s.play(t, v)
				check(t, v, o)
				fileOf(t, o).holds(t)
			}
		})
	}
	group.Wait()
	onlyReports(t, folder, runs/4*4)
}

// onlyReports checks that a folder holds so many finished files, and nothing hidden.
func onlyReports(t *testing.T, folder string, want int) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), ".") {
			t.Errorf("%s was left", entry.Name())
		}
	}
	if len(entries) != want {
		t.Errorf("the folder holds %d entries, want %d", len(entries), want)
	}
}

// testSwappedFolder swaps the output folder for a link while runs write to it. Nothing is written where
// the link leads (row 132).
func testSwappedFolder(t *testing.T, runs int) {
	base := t.TempDir()
	folder, aside, elsewhere := filepath.Join(base, "out"), filepath.Join(base, "aside"), filepath.Join(base, "elsewhere")
	for _, name := range []string{folder, elsewhere} {
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var swapper, group sync.WaitGroup
	swapper.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(rand.IntN(2000)) * time.Microsecond):
			}
			_ = os.Rename(folder, aside)
			_ = os.Symlink(elsewhere, folder)
			time.Sleep(time.Duration(rand.IntN(2000)) * time.Microsecond)
			_ = os.Remove(folder)
			_ = os.Rename(aside, folder)
		}
	})
	v := downloadInto(folder, 4000)
	v.Expect = expectation{}
	v.Server.Answers[0].Path, v.Server.Answers[1].Path = "/status", "/download"
	var mu sync.Mutex
	kept := 0
	for range 4 {
		s := v.stage(t, t.TempDir(), values{})
		group.Go(func() {
			for range runs / 4 {
				o := s.play(t, v)
				check(t, v, o)
				if e, err := readEnvelope(o.stdout); err != nil || e.ReturnData != "Successful" {
					continue
				}
				mu.Lock()
				kept++
				mu.Unlock()
				if at := filepath.Dir(fileOf(t, o).Path); at != folder && at != aside {
					t.Errorf("a file is said to be in %s", at)
				}
			}
		})
	}
	group.Wait()
	close(stop)
	swapper.Wait()
	onlyReports(t, elsewhere, 0)
	if found := len(wholeReports(t, folder, 4000)); found != kept || kept == 0 {
		t.Errorf("%d runs were successful, and the folder holds %d files", kept, found)
	}
}

// testLeftoversOfKilledRuns kills downloads and reports in one folder. At most the bytes of one run are
// left, and none after a run of another command (row 136).
func testLeftoversOfKilledRuns(t *testing.T, times int) {
	const size = 8 << 20
	folder := t.TempDir()
	finding := `{"plugin":{"id":1,"name":"` + strings.Repeat("x", 1<<20) + `"}},`
	chunk := answer{Status: 200, Text: parts{{Text: "["}, {Repeat: finding, Times: size >> 20}, {Text: `{"plugin":{"id":2}}]`}}, DripMS: 1}
	for i := range times {
		v := downloadInto(folder, size)
		if i%2 == 1 {
			v = reportInto(folder, chunk)
		}
		s := v.stage(t, t.TempDir(), values{})
		command := s.command(t, v)
		s.feed(t, command, v)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		waitFor(t, s.server, 2)
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		_ = command.Process.Kill()
		_ = command.Wait()
		if left := hiddenBytes(t, folder); left > 2*(size+1<<20) {
			t.Errorf("after %d kills %d bytes are left", i+1, left)
		}
	}
	v := downloadInto(folder, 4)
	s := v.stage(t, t.TempDir(), values{})
	check(t, v, s.play(t, v))
	for _, entry := range hiddenEntries(t, folder) {
		if !entry.IsDir() || strings.HasSuffix(entry.Name(), ".part") {
			t.Errorf("%s is left", entry.Name()) // verified chunks stay, in their folder
		}
	}
}

func hiddenEntries(t *testing.T, folder string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(entries, func(e os.DirEntry) bool { return !strings.HasPrefix(e.Name(), ".") })
}

// hiddenBytes counts what is in the hidden files and folders of a folder.
func hiddenBytes(t *testing.T, folder string) int64 {
	t.Helper()
	var bytes int64
	for _, entry := range hiddenEntries(t, folder) {
		_ = filepath.Walk(filepath.Join(folder, entry.Name()), func(_ string, info os.FileInfo, err error) error {
			if err == nil && info.Mode().IsRegular() {
				bytes += info.Size()
			}
			return nil
		})
	}
	return bytes
}

// testManyForeignFiles compares runs in an empty folder and in one with 200,000 files (row 139).
func testManyForeignFiles(t *testing.T) {
	empty, full := t.TempDir(), t.TempDir()
	for n := range 200_000 {
		if err := os.WriteFile(filepath.Join(full, fmt.Sprintf("foreign-%06d.txt", n)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	spent := map[string][]time.Duration{}
	peaks := map[string]int64{}
	for range 9 {
		for _, folder := range []string{empty, full} {
			v := downloadInto(folder, 4000)
			v.Expect.PeakMiB = 1 << 20 // has it measured
			s := v.stage(t, t.TempDir(), values{})
			o := s.play(t, v)
			check(t, v, o)
			spent[folder] = append(spent[folder], o.fromStart)
			peaks[folder] = max(peaks[folder], o.peak)
		}
	}
	median := func(folder string) time.Duration {
		slices.Sort(spent[folder])
		return spent[folder][len(spent[folder])/2]
	}
	held.figure("200,000 foreign files: %v, without them %v; peak %d KiB, without them %d KiB",
		median(full).Round(time.Millisecond), median(empty).Round(time.Millisecond), peaks[full]>>10, peaks[empty]>>10)
	if more := median(full) - median(empty); more > 50*time.Millisecond {
		t.Errorf("200,000 files of others cost %v", more)
	}
	if peaks[full] > peaks[empty]+8<<20 {
		t.Errorf("the peak of memory is %d bytes, without the files %d", peaks[full], peaks[empty])
	}
}
