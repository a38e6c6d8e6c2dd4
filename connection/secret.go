package connection

import (
	"fmt"

	"github.com/rs/zerolog"
)

// Secret is a text that no format verb, JSON encoder or logger prints.
type Secret struct{ text string }

// Reveal is the text itself, for the one place that sends it.
func (s Secret) Reveal() string { return s.text }

const redacted = "[redacted]"

// String is [redacted], for whoever asks for a fmt.Stringer.
func (Secret) String() string { return redacted }

// Format writes [redacted] for every verb.
func (Secret) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redacted)) }

// MarshalZerologObject is [redacted] as an object of the log.
func (Secret) MarshalZerologObject(e *zerolog.Event) { e.Str("secret", redacted) }

// MarshalText is [redacted], for JSON and other encoders.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
