package vectors_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// rowTest is a row, or a part of one, that a file cannot describe: many runs at once, other builds, SIGKILL.
type rowTest struct {
	row  int
	name string
	slow bool // "make faults" only
	run  func(t *testing.T)
}

func rowTests() []rowTest {
	return []rowTest{
		{53, "state-changing calls, a hundred times", true, func(t *testing.T) { testChangesAreSentOnce(t, 100) }},
		{54, "a reset at any moment of a second call", true, testResetBetweenCalls},
		{106, "SIGKILL in mid-write", true, func(t *testing.T) { testKilled(t, 40) }},
		{107, "one name for a thousand runs", true, func(t *testing.T) {
			for range 20 {
				testOneNameForManyRuns(t, 50)
			}
		}},
		{110, "signals at random moments", false, func(t *testing.T) { testSignalsAtRandom(t, 10) }},
		{110, "signals at a hundred random moments", true, func(t *testing.T) { testSignalsAtRandom(t, 100) }},
		{115, "the race detector", true, testRaceDetector},
		{116, "a container of 128 MiB", true, testContainer},
		{120, "fifty runs at once", false, testFiftyAtOnce},
		{126, "a hundred names on a disk without links", true, func(t *testing.T) { testNamesWithoutLinks(t, 100) }},
		{127, "overlapping reports of one export", false, func(t *testing.T) { testOverlappingReports(t, 40) }},
		{127, "a thousand overlapping reports of one export", true, func(t *testing.T) { testOverlappingReports(t, 1000) }},
		{132, "an output folder that is swapped", false, func(t *testing.T) { testSwappedFolder(t, 40) }},
		{132, "an output folder that is swapped, a thousand runs", true, func(t *testing.T) { testSwappedFolder(t, 1000) }},
		{134, "fleets under one key", true, testFleets},
		{137, "a million failed chunks", false, testAMillionFailedChunks},
		{138, "a key at some offsets of every cut", false, func(t *testing.T) { testKeysAtCuts(t, 29) }},
		{138, "a key at every offset of every cut", true, func(t *testing.T) { testKeysAtCuts(t, 1) }},
		{136, "what killed runs leave", false, func(t *testing.T) { testLeftoversOfKilledRuns(t, 10) }},
		{136, "what a hundred killed runs leave", true, func(t *testing.T) { testLeftoversOfKilledRuns(t, 100) }},
		{139, "a folder of 200,000 foreign files", true, testManyForeignFiles},
		{148, "a page of another site", false, testForeignPages},
	}
}

// elsewhere lists tests of other packages that cover a row where a vector cannot,
// because they need a clock of their own or the schemas.
var elsewhere = []struct {
	row        int
	file, test string
}{
	{5, "internal/cli/process_test.go", "TestTruncatedRequests"},
	{21, "internal/cli/inputs_test.go", "TestInputsAreRefused"},
	{23, "schemas/schemas_test.go", "TestSchemasAreWhole"},
	{66, "internal/cli/answers_test.go", "TestMutatedAnswers"},
	{79, "connection/retryafter_test.go", "TestRetryAfter"},
	{80, "connection/retry_test.go", "TestRateLimitDelay"},
	{135, "connection/ratelimit_test.go", "TestRateLimitWithoutEndEndsWithTheTimeLimit"},
	{89, "connection/clock_test.go", "TestClockIsMonotonic"},
	{102, "internal/files/name_test.go", "TestE1SafeName"},
	{126, "internal/files/folder/trust_test.go", "TestNamesAreReservedOnEveryDisk"},
	{127, "internal/files/folder/trust_test.go", "TestOverlappingRunsOfOneExport"},
	{128, "internal/files/folder/trust_test.go", "TestSomethingElseInThePlaceOfParts"},
	{131, "internal/files/folder/trust_test.go", "TestPartsOfOthersAreNotTrusted"},
	{132, "internal/files/folder/swap_test.go", "TestAFolderThatMoves"},
	{136, "internal/files/folder/leftovers_test.go", "TestPartsStayForADay"},
	{139, "internal/files/folder/leftovers_test.go", "TestAFullFolderIsNoHindrance"},
	{144, "internal/files/folder/trust_test.go", "TestRightsUnderAnyUmask"},
	{149, "internal/cli/playbook_test.go", "TestE4PlaybookUnderFIPS"},
	{114, "internal/cli/process_test.go", "TestPanicEndsInAnEnvelope"},
}

func TestRows(t *testing.T) {
	if _, err := plugin(); err != nil {
		t.Fatal(err)
	}
	for _, r := range rowTests() {
		if r.slow && !everything {
			continue
		}
		t.Run(fmt.Sprintf("%03d %s", r.row, r.name), func(t *testing.T) {
			defer held.note(r.row, t)
			r.run(t)
		})
	}
}

// TestEveryRow checks that each row of the fault matrix has a vector, and that the tests named above exist.
func TestEveryRow(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	vectors := allVectors(t)
	if len(vectors) < leastVectors {
		t.Errorf("%d vectors, want at least %d", len(vectors), leastVectors)
	}
	covered := map[int]bool{}
	for _, v := range vectors {
		covered[v.row] = true
		if !strings.HasPrefix(v.name, fmt.Sprintf("%03d-", v.row)) {
			t.Errorf("the vector %s is of row %d", v.name, v.row)
		}
	}
	for _, e := range elsewhere {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(e.file)))
		if err != nil || !bytes.Contains(text, []byte("func "+e.test+"(")) {
			t.Errorf("row %d: there is no %s in %s", e.row, e.test, e.file)
		}
	}
	for _, r := range rowTests() {
		covered[r.row] = true
	}
	for row := 1; row <= lastRow; row++ {
		if !covered[row] {
			t.Errorf("row %d has no vector and no test", row)
		}
	}
}

// TestReadmeNamesEveryMember checks that README.md beside the vectors explains every member of a vector.
func TestReadmeNamesEveryMember(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "testdata", "faults", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{
		vector{}, signalScript{}, folderRecord{}, nameRecord{}, patch{}, serverScript{}, answer{}, expectation{},
	} {
		for i := range reflect.TypeOf(v).NumField() {
			member := reflect.TypeOf(v).Field(i).Tag.Get("json")
			if member != "" && !bytes.Contains(readme, []byte("`"+member+"`")) {
				t.Errorf("testdata/faults/README.md does not explain %s of %T", member, v)
			}
		}
	}
}

// scanVector returns a vector for a test that plays it itself.
func scanVector(request string) vector {
	return vector{Request: []byte(request), Expect: expectation{ReturnData: "Successful"}}
}

func statusVector() vector {
	return scanVector(`{"command":"Get Scan Status","inputs":{"scan_id":32}}`)
}

// downloadInto returns a vector that downloads a report of a size into a folder.
func downloadInto(folder string, size int64) vector {
	const command = `"command":"Download Exported Scan","inputs":{"scan_id":32,"file_id":"SSE-1-csv"}`
	v := scanVector(fmt.Sprintf(`{%s,"options":{"output_dir":%q}}`, command, folder))
	v.Server.Answers = []answer{
		{Status: 200, JSON: []byte(`{"status":"ready"}`)},
		{Status: 200, Text: parts{{Text: "a,b\n"}, {Repeat: "1,2\n", Times: size / 4}}},
	}
	return v
}

// testFiftyAtOnce checks that runs share nothing (row 120).
func testFiftyAtOnce(t *testing.T) {
	var group sync.WaitGroup
	for range 50 {
		v := statusVector()
		s := v.stage(t, t.TempDir(), values{})
		group.Go(func() { check(t, v, s.play(t, v)) })
	}
	group.Wait()
}

// testOneNameForManyRuns checks that every run ends with a whole file of its own (row 107).
func testOneNameForManyRuns(t *testing.T, runs int) {
	folder := t.TempDir()
	var group sync.WaitGroup
	for range runs {
		v := downloadInto(folder, 100_000)
		s := v.stage(t, t.TempDir(), values{})
		group.Go(func() { check(t, v, s.play(t, v)) })
	}
	group.Wait()
	if names := wholeReports(t, folder, 100_000); len(names) != runs {
		t.Errorf("%d files of %d runs: %q", len(names), runs, names)
	}
}

// wholeReports lists the files of a folder and checks that each is a whole report.
func wholeReports(t *testing.T, folder string, size int64) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if strings.HasSuffix(entry.Name(), ".part") {
			continue // a killed run left it; a later run sweeps it
		}
		if whole := "a,b\n" + strings.Repeat("1,2\n", int(size/4)); err != nil || string(text) != whole {
			t.Errorf("%s is not whole: %d of %d bytes, %v", entry.Name(), len(text), len(whole), err)
		}
		names = append(names, entry.Name())
	}
	return names
}

// testKilled kills runs at random moments of a download.
// It checks that the report is whole or absent (row 106).
func testKilled(t *testing.T, times int) {
	const size = 8 << 20
	for range times {
		folder := t.TempDir()
		v := downloadInto(folder, size)
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
		wholeReports(t, folder, size)
		_ = os.RemoveAll(folder)
	}
}

// waitFor waits until a server has read a request.
func waitFor(t *testing.T, server *faultServer, request int) {
	t.Helper()
	for {
		select {
		case n := <-server.arrived:
			if n >= request {
				return
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("request %d never came", request)
		}
	}
}

// testSignalsAtRandom sends a signal at a random moment (row 110).
// It checks that there is one envelope within a second, and that no state-changing call is sent twice.
func testSignalsAtRandom(t *testing.T, times int) {
	requests := []string{
		`{"command":"Launch Scan","inputs":{"scan_id":32}}`,
		`{"command":"Get Scan Status","inputs":{"scan_id":32}}`,
		`{"command":"Add Agents to Groups","inputs":{"group_ids":[1,2],"agent_ids":[7]}}`,
	}
	for i := range times {
		v := scanVector(requests[i%len(requests)])
		running := []byte(`{"status":"RUNNING","scan_uuid":"x","task_id":"t"}`)
		v.Server.Answers = []answer{{Status: 200, JSON: running, DripMS: 4}}
		v.Signal = &signalScript{Name: []string{"TERM", "INT", "HUP", "QUIT"}[rand.IntN(4)], AfterMS: rand.IntN(100)}
		v.Expect = expectation{WithinMS: 1000}
		s := v.stage(t, t.TempDir(), values{})
		o := s.play(t, v)
		check(t, v, o)
		checkRepeats(t, o, v.Signal.Name)
	}
}

// testResetBetweenCalls breaks the kept connection at the moment of the second call, which changes state (row 54).
// The call may be sent once, or its outcome may be unknown, or both. It may not be sent twice.
func testResetBetweenCalls(t *testing.T) {
	for range 100 {
		v := scanVector(`{"command":"Add Agents to Groups","inputs":{"group_ids":1,"agent_names":"web-01"}}`)
		v.Server.Answers = []answer{
			{
				Status: 200, After: "reset",
				JSON: []byte(`{"agents":[{"id":7,"name":"web-01"}],"pagination":{"total":1}}`),
			},
			{Status: 200, JSON: []byte(`{"task_id":"t","status":"COMPLETED","message":"1 items completed, 0 failed."}`)},
		}
		v.Expect = expectation{}
		s := v.stage(t, t.TempDir(), values{})
		o := s.play(t, v)
		check(t, v, o)
		e, err := readEnvelope(o.stdout)
		if err != nil {
			t.Fatal(err)
		}
		posts := strings.Count(strings.Join(linesOf(o.requests), "\n"), "POST ")
		unknown := e.Error != nil && strings.Contains(e.Error.Message, "Outcome unknown")
		if posts > 1 || posts == 0 && !unknown || (e.ReturnData == "Successful") != (posts == 1 && !unknown) {
			t.Errorf("%d POST on the wire and %s: %+v", posts, e.ReturnData, e.Error)
		}
	}
}

// testRaceDetector plays a command with several goroutines, with the race detector in the plugin itself.
func testRaceDetector(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("not run: the race detector needs a C compiler")
	}
	binary, err := buildWith(filepath.Join(builds, "race"), "CGO_ENABLED=1", "-race")
	if err != nil {
		t.Fatal(err)
	}
	chunks := []answer{
		{Status: 200, JSON: []byte(`{"status":"FINISHED","chunks_available":[1,2,3,4,5,6,7,8],"total_chunks":8}`)},
		{Status: 200, JSON: []byte(`[{"plugin":{"id":1}},{"plugin":{"id":2}}]`)},
	}
	for i := range 20 {
		v := scanVector(`{"command":"Get Vulnerabilities Export Report",` +
			`"inputs":{"export_uuid":"00000000-0000-0000-0000-000000000001"}}`)
		v.Server.Answers = chunks
		if i%2 == 1 {
			v.Server.Answers = []answer{chunks[0], {Status: 200, JSON: []byte(`[{"plugin":{"id":1}}]`), DripMS: 5}}
			v.Signal = &signalScript{Name: "TERM", Request: 2 + i%3, AfterMS: i}
			v.Expect = expectation{ReturnData: "Failed", StatusCode: 499}
		}
		v.Environment = map[string]string{"TENABLEIO_CHUNK_WORKERS": "4", "GORACE": "halt_on_error=1"}
		s := v.stage(t, t.TempDir(), values{})
		s.binary = binary
		check(t, v, s.play(t, v))
	}
}
