package folder

import (
	"crypto/rand"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// partsStay is how long the parts of a report wait for a run that resumes it:
	// Tenable keeps chunks for 24 hours.
	partsStay = 24 * time.Hour
	// unlockedStay is how long the rest stays where no lock tells whether it is in use.
	unlockedStay = time.Hour
)

// sweeper removes what killed runs left in a folder, beside the run: a folder with
// 200,000 other files takes a tenth of a second to look through. It is a courtesy: what
// cannot be removed stays.
type sweeper struct {
	root    *os.Root
	stopped atomic.Bool
	done    chan struct{}
}

// stop waits for the end of the sweep, but not for longer than patience. What the names at
// hand need gets a moment more: a small folder is always swept to its end.
func (s *sweeper) stop(patience time.Duration) {
	const more = 500 * time.Millisecond
	for _, wait := range []time.Duration{patience, more} {
		select {
		case <-s.done:
			return
		case <-time.After(wait):
			s.stopped.Store(true)
		}
	}
}

func (s *sweeper) sweep() {
	defer close(s.done)
	folder, err := s.root.Open(".")
	if err != nil {
		return
	}
	defer folder.Close()
	const batch = 1000 // names; a large folder must not take memory
	for {
		names, err := folder.Readdirnames(batch)
		for _, name := range names {
			if strings.HasPrefix(name, hiddenPrefix) {
				s.clean(name)
			}
		}
		if err != nil || len(names) == 0 || s.stopped.Load() {
			return
		}
	}
}

// clean removes a leftover, or what is of no use to a later run in a folder of parts.
func (s *sweeper) clean(name string) {
	info, err := s.root.Lstat(name)
	if err != nil {
		return
	}
	unfinished := strings.HasSuffix(name, unfinishedSuffix)
	switch {
	case info.Mode().IsRegular() && unfinished:
		s.cleanFile(name, info)
	case info.IsDir():
		s.cleanParts(name, info, unfinished)
	}
}

// cleanFile removes a temporary file that no run has.
func (s *sweeper) cleanFile(name string, info fs.FileInfo) {
	file, _, err := openRegular(s.root, name, os.O_RDWR)
	if err != nil {
		return // another user's
	}
	defer file.Close()
	state := lock(file)
	old := time.Since(info.ModTime()) > unlockedStay
	if state == locked || state == noLocks && old {
		_ = s.root.Remove(name) // which nothing else ever gets
	}
}

// cleanParts looks after a folder of parts that no run has. While its lock is held here,
// no run can begin to use it.
func (s *sweeper) cleanParts(name string, info fs.FileInfo, unfinished bool) {
	root, err := openDir(name, s.root.OpenRoot, s.root.Lstat)
	if err != nil {
		return
	}
	defer root.Close()
	stay, flag := partsStay, os.O_RDWR
	if unfinished {
		stay, flag = unlockedStay, os.O_RDWR|os.O_CREATE // a killed run may have removed the lock first
	}
	held, _, err := openRegular(root, lockName, flag)
	if err != nil {
		return
	}
	defer held.Close()
	switch state := lock(held); {
	case state == busy, !stands(root, name, s.root.Lstat): // which is looked at under the lock
	case time.Since(info.ModTime()) > stay, state == locked && unfinished:
		removeAway(s.root, name)
	case !cleanUnfinished(root, state == locked) && state == locked:
		removeAway(s.root, name)
	}
}

// cleanUnfinished removes the temporary files in a folder of parts: all, or the old ones
// where no lock tells whether they are in use. It tells whether anything else is there.
func cleanUnfinished(root *os.Root, all bool) (more bool) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return true
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, hiddenPrefix) {
			more = more || name != lockName
			continue
		}
		info, err := entry.Info()
		if all || err == nil && time.Since(info.ModTime()) > unlockedStay {
			_ = root.Remove(name)
		}
	}
	return more
}

// removeAway removes a folder. It is renamed before, in one step, so that no other run
// finds half of it.
func removeAway(root *os.Root, name string) {
	if !strings.HasSuffix(name, unfinishedSuffix) {
		away := name + "-" + rand.Text() + unfinishedSuffix
		if root.Rename(name, away) != nil {
			return
		}
		name = away
	}
	_ = root.RemoveAll(name)
}
