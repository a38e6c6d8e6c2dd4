// Package broker is an MQTT broker on loopback, for tests and for trying.
package broker

import (
	"io"
	"log/slog"
	"sync"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Broker is a broker that anybody may use.
type Broker struct {
	server *mochi.Server
	close  func() error
}

// Start starts a broker on an address, HOST:PORT. It hands each message to heard.
func Start(address string, heard func(topic string, payload []byte)) (Broker, error) {
	server := mochi.New(&mochi.Options{InlineClient: true, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := server.AddHook(new(auth.AllowHook), nil); err != nil {
		return Broker{}, err
	}
	if err := server.AddListener(listeners.NewTCP(listeners.Config{ID: "tcp", Address: address})); err != nil {
		return Broker{}, err
	}
	hear := func(_ *mochi.Client, _ packets.Subscription, m packets.Packet) { heard(m.TopicName, m.Payload) }
	if err := server.Subscribe("#", 1, hear); err != nil {
		return Broker{}, err
	}
	return Broker{server, sync.OnceValue(server.Close)}, server.Serve()
}

// Send sends a message.
func (b Broker) Send(topic string, payload []byte) error {
	return b.server.Publish(topic, payload, false, 1)
}

// Retain sends a message that the broker keeps, for those who subscribe later.
func (b Broker) Retain(topic string, payload []byte) error {
	return b.server.Publish(topic, payload, true, 1)
}

// Close ends the broker and all connections to it. It may be called twice.
func (b Broker) Close() error { return b.close() }
