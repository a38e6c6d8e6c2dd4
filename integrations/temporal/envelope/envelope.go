// Package envelope holds the plugin's two envelopes as far as Temporal needs them:
// the request that a run is given, and the result without its large parts, which is
// small enough for a history.
package envelope

import (
	"encoding/json"
	"slices"
)

// Version is the version of both envelopes.
const Version = "1"

// What a result says of a whole command.
const (
	Successful = "Successful"
	Partly     = "Partially Successful"
	Failed     = "Failed"
)

// Request is one request on the plugin's stdin. It holds keys and goes nowhere else.
type Request struct {
	Version    string          `json:"version"`
	Connection json.RawMessage `json:"connection"`
	Command    string          `json:"command"`
	Inputs     json.RawMessage `json:"inputs,omitempty"`
	Options    json.RawMessage `json:"options,omitempty"`
}

// Result is the plugin's result without raw_data, the HTML table and meta.
type Result struct {
	Version     string                       `json:"version"`
	Command     string                       `json:"command"`
	ReturnData  string                       `json:"return_data"`
	Error       json.RawMessage              `json:"error"` // an Error with all that the plugin says, or null
	ContextData []json.RawMessage            `json:"context_data"`
	KeyFields   map[string][]json.RawMessage `json:"key_fields"`
	Files       []File                       `json:"files"`
	Warnings    []Warning                    `json:"warnings"`
	Stats       json.RawMessage              `json:"stats,omitempty"`
}

// Error is the Error tab of a result.
type Error struct {
	FailureIndicator string  `json:"failure_indicator"`
	StatusCode       int     `json:"status_code"`
	Message          string  `json:"message"`
	Category         string  `json:"category,omitempty"`
	Retryable        bool    `json:"retryable"`
	RetryAfter       float64 `json:"retry_after_seconds,omitempty"`
	Hint             string  `json:"hint,omitempty"`
}

// File is one file that a command wrote.
type File struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
	Path      string `json:"path"`
}

// Warning tells what a playbook may not expect of a result that came.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Problem returns the error of the result; its zero value when there is none.
func (r Result) Problem() Error {
	var e Error
	_ = json.Unmarshal(r.Error, &e) // Read has checked its form
	return e
}

// FilesAlone is the result without its records and key fields, and without the warning
// that they were cut.
func (r Result) FilesAlone() Result {
	r.ContextData = []json.RawMessage{}
	r.KeyFields = map[string][]json.RawMessage{}
	r.Warnings = slices.DeleteFunc(r.Warnings, func(w Warning) bool { return w.Code == cutCode })
	return r
}

// First returns the first value of a key field, and null where there is none.
func (r Result) First(key string) json.RawMessage {
	if values := r.KeyFields[key]; len(values) > 0 {
		return values[0]
	}
	return json.RawMessage("null")
}
