package command

import "io"

// Progress reports how far a long run is: done of total, in a unit such as "chunks".
// A total of 0 or less is not known. Progress may be called often and by several
// goroutines. An Env always has one.
type Progress func(done, total int64, unit string)

// ProgressReader reports how many bytes were read through it.
type ProgressReader struct {
	From     io.Reader
	Total    int64 // bytes; -1 if not known
	done     int64
	Progress Progress
}

func (r *ProgressReader) Read(p []byte) (int, error) {
	n, err := r.From.Read(p)
	r.done += int64(n)
	r.Progress(r.done, r.Total, "bytes")
	return n, err
}
