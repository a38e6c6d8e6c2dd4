package result

import (
	"bytes"
	"encoding/json"
)

// Records are flat records for a playbook. Each is kept as its JSON text: of
// 200,000 agents that is a third of what the structs take.
type Records struct {
	blocks []*bytes.Buffer
	n      int
	err    error
}

// blockSize is where a new block begins, so that growing copies little.
const blockSize = 256 << 10 // bytes

// RecordsOf are the given records.
func RecordsOf(records ...any) Records {
	var r Records
	for _, record := range records {
		r.Add(record)
	}
	return r
}

// Add adds a record. One that cannot be marshalled is a defect, which Write
// reports.
func (r *Records) Add(record any) {
	if len(r.blocks) == 0 || r.blocks[len(r.blocks)-1].Len() >= blockSize {
		r.blocks = append(r.blocks, new(bytes.Buffer))
	}
	block := r.blocks[len(r.blocks)-1]
	if r.n > 0 {
		block.WriteByte(',')
	}
	encoder := json.NewEncoder(block)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(record); err != nil && r.err == nil {
		r.err = err
	}
	block.Truncate(len(bytes.TrimRight(block.Bytes(), "\n")))
	r.n++
}

// Len is how many records there are.
func (r *Records) Len() int { return r.n }
