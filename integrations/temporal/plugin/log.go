package plugin

import (
	"bytes"
	"encoding/json"
)

// Progress is how far a run is: done of total, 0 where that is not known.
type Progress struct {
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Unit  string `json:"unit"`
}

// Listener hears of a run while it goes on. Either may be nil.
type Listener struct {
	Progress func(Progress)
	Log      func(line json.RawMessage) // a line of the log that is no progress
}

// logReader takes the plugin's stderr apart: one JSON object a line.
type logReader struct {
	listener Listener
	rest     []byte
}

// longestLine bounds what a line may take; what is longer is no line of the plugin's.
const longestLine = 64 << 10

// Write is called by one goroutine alone.
func (l *logReader) Write(text []byte) (int, error) {
	l.rest = append(l.rest, text...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			break
		}
		l.line(line)
		l.rest = rest
	}
	if len(l.rest) > longestLine {
		l.flush()
	}
	return len(text), nil
}

// flush takes what is left without a line break as a line.
func (l *logReader) flush() {
	if len(l.rest) > 0 {
		l.line(l.rest[:min(len(l.rest), longestLine)])
	}
	l.rest = nil
}

func (l *logReader) line(text []byte) {
	var entry struct {
		Message string `json:"message"`
		Progress
	}
	err := json.Unmarshal(text, &entry)
	switch {
	case err == nil && entry.Message == "progress":
		if l.listener.Progress != nil {
			l.listener.Progress(entry.Progress)
		}
	case l.listener.Log != nil:
		if err != nil { // a line of the Go runtime's
			text, _ = json.Marshal(map[string]string{"message": string(text)}) // a map of text has no error
		}
		l.listener.Log(bytes.Clone(text))
	}
}
