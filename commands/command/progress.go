package command

import "io"

// Progress tells a person how far a long run is: done of total, 0 or less where
// the total is not known, in a unit such as "chunks". It may be called often and
// by several goroutines. An Env always has one.
type Progress func(done, total int64, unit string)

// ProgressReader tells how many bytes were read through it.
type ProgressReader struct {
	From     io.Reader
	Total    int64 // bytes; -1 where it is not known
	done     int64
	Progress Progress
}

func (r *ProgressReader) Read(p []byte) (int, error) {
	n, err := r.From.Read(p)
	r.done += int64(n)
	r.Progress(r.done, r.Total, "bytes")
	return n, err
}
