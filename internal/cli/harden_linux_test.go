package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// TestNoCoreDumps: a run writes no core, which would hold the keys, and no other
// process of its user may read its memory: what /proc tells of it belongs to root.
func TestNoCoreDumps(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil {
		t.Fatal(err)
	}
	raised := syscall.Rlimit{Cur: limit.Max, Max: limit.Max} // as where cores are wanted
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &raised); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &limit) }()
	command := newCommand(t, t.Context(), nil)
	if os.Getuid() == 0 { // root's processes belong to root in any case
		const nobody = 65534
		if err := os.Chmod(filepath.Dir(command.Path), 0o755); err != nil {
			t.Fatal(err)
		}
		command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		command.Dir = "/"
	}
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); errors.Is(err, os.ErrPermission) {
		t.Skipf("root may not start a process of another user here: %v", err)
	} else if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = stdin.Close()
		_ = command.Wait() // the request is empty, which is not what is tested
	}()
	folder := fmt.Sprintf("/proc/%d/", command.Process.Pid)
	noCore := regexp.MustCompile(`Max core file size +0 +0 `)
	var limits []byte
	var about syscall.Stat_t
	for range 100 { // it may not have come so far
		if limits, err = os.ReadFile(folder + "limits"); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Stat(folder+"environ", &about); err != nil {
			t.Fatal(err)
		}
		if noCore.Match(limits) && about.Uid == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("its memory belongs to user %d, want 0; its limits:\n%s", about.Uid, limits)
}
