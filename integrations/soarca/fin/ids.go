package fin

// ids remembers the last messages, and which of them are being worked on.
type ids struct {
	running map[string]bool
	order   []string // a ring
	next    int
}

func newIDs(most int) ids { return ids{running: map[string]bool{}, order: make([]string, most)} }

// find tells whether a message is known, and whether it is being worked on.
func (s *ids) find(id string) (known, running bool) {
	running, known = s.running[id]
	return known, running
}

// begin remembers a message, and forgets the oldest.
func (s *ids) begin(id string) {
	delete(s.running, s.order[s.next])
	s.order[s.next] = id
	s.next = (s.next + 1) % len(s.order)
	s.running[id] = true
}

// end remembers that a message has been worked on, unless it is forgotten.
func (s *ids) end(id string) {
	if s.running[id] {
		s.running[id] = false
	}
}
