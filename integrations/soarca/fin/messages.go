package fin

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"tenableio/integrations/child"
)

// UUID is the same for every fin of this product: playbooks name the agent by it.
const UUID = "93d5a61b-bac7-4c31-882c-8bed1c8d7914"

// Agent is the name of the agent, the ID of its one capability, and the topic on which
// SOARCA sends commands.
const Agent = "soarca-fin-tenableio-" + UUID

// registry is the topic on which fins come and go.
const registry = "soarca"

// The types of messages that this side sends.
const (
	ack        = "ack"
	nack       = "nack"
	register   = "register"
	unregister = "unregister"
	result     = "result"
	status     = "status"
)

// message is every message that a fin gets. Members that a type does not have are empty.
type message struct {
	Type         string          `json:"type"`
	MessageID    string          `json:"message_id"`
	CapabilityID *string         `json:"capability_id"`
	FinID        *string         `json:"fin_id"`
	All          json.RawMessage `json:"all"` // true, or "true" as SOARCA has it
	Command      *struct {
		Command   *string                    `json:"command"`
		Context   map[string]json.RawMessage `json:"context"`
		Variables map[string]struct {
			Value json.RawMessage `json:"value"` // a text by SOARCA, and any JSON by CACAO
		} `json:"variables"`
	} `json:"command"`
}

type answer struct {
	Type      string `json:"type"`
	MessageID string `json:"message_id"`
}

type statusMessage struct {
	answer
	CapabilityID string `json:"capability_id"`
	Progress     string `json:"progress"`
}

type unregisterMessage struct {
	answer
	CapabilityID string `json:"capability_id"`
	FinID        string `json:"fin_id"`
	All          string `json:"all"`
}

type meta struct {
	Timestamp time.Time `json:"timestamp"`
	SenderID  string    `json:"sender_id"`
}

type resultMessage struct {
	answer
	Result struct {
		State     string                     `json:"state"`
		Context   map[string]json.RawMessage `json:"context"`
		Variables map[string]variable        `json:"variables"`
	} `json:"result"`
	Meta meta `json:"meta"`
}

// variable is a CACAO variable. SOARCA files it under its name, not under its key.
type variable struct {
	Type     string `json:"type"`
	Name     string `json:"name"`
	Value    string `json:"value"`
	Constant bool   `json:"constant"`
	External bool   `json:"external"`
}

type registerMessage struct {
	answer
	FinID           string       `json:"fin_id"`
	Name            string       `json:"fin_name"`
	ProtocolVersion string       `json:"protocol_version"`
	Security        security     `json:"security"`
	Capabilities    []capability `json:"capabilities"`
	Meta            meta         `json:"meta"`
}

type security struct {
	Version         string `json:"version"`
	ChannelSecurity string `json:"channel_security"`
}

type capability struct {
	ID      string               `json:"capability_id"`
	Type    string               `json:"type"`
	Name    string               `json:"name"`
	Version string               `json:"version"`
	Step    map[string]step      `json:"step"`
	Agent   map[string]agentName `json:"agent"`
}

type step struct {
	Type               string      `json:"type"`
	Name               string      `json:"name"`
	Description        string      `json:"description"`
	ExternalReferences []reference `json:"external_references"`
	Command            string      `json:"command"`
	Target             string      `json:"target"`
}

type reference struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type agentName struct {
	Type string `json:"type"`
	Name string `json:"name"`
}

// registration is the message that makes the fin known, with a step for each command.
func registration(finID string, manifest child.Manifest) registerMessage {
	steps := map[string]step{}
	for _, command := range manifest.Commands {
		steps[command.Key] = step{
			Type:               "action",
			Name:               command.Title,
			Description:        command.Description,
			ExternalReferences: []reference{{Name: "Tenable", URL: command.Reference}},
			Command:            Example(command),
			Target:             Agent,
		}
	}
	return registerMessage{
		answer:          answer{register, uuid.NewString()},
		FinID:           finID,
		Name:            "tenableio",
		ProtocolVersion: "1.0.0",
		Security:        security{Version: "0.0.0", ChannelSecurity: "plaintext"},
		Capabilities: []capability{{
			ID:      Agent,
			Type:    "action",
			Name:    "Tenable.io",
			Version: manifest.Version,
			Step:    steps,
			Agent:   map[string]agentName{"soarca-fin--" + UUID: {Type: "soarca-fin", Name: Agent}},
		}},
		Meta: meta{time.Now().UTC(), finID},
	}
}
