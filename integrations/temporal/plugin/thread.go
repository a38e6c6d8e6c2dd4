package plugin

import (
	"os/exec"
	"runtime"
)

// onOneThread starts a command and waits for it. The signal of a parent's death is
// sent when the thread that started the process ends, and Go ends threads when it
// likes: the goroutine keeps its thread until the process is gone.
func onOneThread(command *exec.Cmd) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := command.Start(); err != nil {
			ended <- &NotStartedError{err}
			return
		}
		ended <- command.Wait()
	}()
	return <-ended
}
