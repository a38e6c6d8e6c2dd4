package fin

import (
	"context"
	"encoding/json"
	"strings"
)

// hear takes a message. It is called with one after the other, in their order, and
// must not wait for the broker.
func (f *Fin) hear(work context.Context, topic string, payload []byte) {
	var m message
	err := json.Unmarshal(payload, &m)
	if topic == registry {
		if err == nil && m.Type == unregister && f.isMeant(m) {
			f.log.Info("SOARCA has unregistered the fin.")
			f.send(registry, answer{ack, m.MessageID})
			f.stop()
		}
		return // what others say there
	}
	switch m.Type {
	case ack, nack:
		f.mu.Lock()
		answered := topic == f.ID && m.MessageID == f.registration
		f.mu.Unlock()
		if answered {
			signal(f.registered)
		}
		return
	case result, status, register, unregister: // what this side sent comes back
		return
	}
	if err != nil || m.MessageID == "" {
		f.refuse(topic, m, "it is no message of the protocol")
		return
	}
	switch m.Type {
	case "command":
		f.command(work, topic, m)
	case "pause", "resume", "stop", "progress":
		f.control(topic, m)
	default:
		f.refuse(topic, m, "its type is not known")
	}
}

// isMeant tells whether a message unregisters this fin. One that names another fin, which
// may have the same capability, does not.
func (f *Fin) isMeant(m message) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	named := func(id *string) bool { return id != nil && *id != "" }
	switch {
	case f.ending: // it is this fin's own
		return false
	case strings.Trim(string(m.All), `"`) == "true":
		return true
	case named(m.FinID):
		return *m.FinID == f.ID
	}
	return named(m.CapabilityID) && *m.CapabilityID == Agent
}

// refuse answers a message that cannot be taken, when it has an ID by which its sender
// knows the answer. Its text may hold anything and is not logged.
func (f *Fin) refuse(topic string, m message, why string) {
	f.log.Warn("A message is refused: "+why, "type", m.Type, "message_id", m.MessageID, "topic", topic)
	if m.MessageID != "" {
		f.send(topic, answer{nack, m.MessageID})
	}
}

// control answers what controls the fin, with the state that it has then.
func (f *Fin) control(topic string, m message) {
	if m.CapabilityID != nil && *m.CapabilityID != "" && *m.CapabilityID != Agent {
		f.refuse(topic, m, "its capability is not this fin's")
		return
	}
	f.mu.Lock()
	switch m.Type {
	case "pause":
		f.paused = true
	case "resume":
		f.paused = false
	case "stop":
		f.ending = true
	}
	progress := f.progress()
	f.mu.Unlock()
	f.log.Info("The fin is controlled.", "type", m.Type, "progress", progress)
	f.send(topic, answer{ack, m.MessageID})
	f.send(topic, statusMessage{answer{status, m.MessageID}, Agent, progress})
	if m.Type == "stop" {
		f.stop()
	}
}

// progress is the state of the fin in the protocol's words.
func (f *Fin) progress() string {
	switch {
	case f.ending:
		return "stopped"
	case f.paused:
		return "paused"
	case f.running > 0:
		return "working"
	}
	return "ready"
}

// stop ends the fin.
func (f *Fin) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ending = true
	select {
	case <-f.stopped:
	default:
		close(f.stopped)
	}
}
