package result

import "bytes"

// Records are flat records for a playbook. Each is kept as its JSON text, and
// those of a long list in a spill buffer: they are larger than the answer that they were
// made of.
type Records struct {
	list    List
	encoder *encoder
	err     error
}

// Add adds a record. A member that is an empty text is null: Tenable said nothing there.
// One that cannot be marshalled is a defect, which Marshal reports.
func (r *Records) Add(record any) {
	if r.encoder == nil {
		r.encoder = new(encoder)
	}
	empty := []byte(`:""`) // quotes in a text are escaped
	err := r.encoder.encode(record, func(text []byte) {
		if bytes.Contains(text, empty) {
			text = bytes.ReplaceAll(text, empty, []byte(`:null`))
		}
		r.list.Add(text)
	})
	if err != nil && r.err == nil {
		r.err = err
	}
}

// Len is how many records there are.
func (r *Records) Len() int { return r.list.Len() }
