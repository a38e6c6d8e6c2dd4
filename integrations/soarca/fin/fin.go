// Package fin speaks SOARCA's fin protocol over MQTT: it registers one capability, runs
// the commands that come for it, and answers what controls it.
package fin

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
	"github.com/google/uuid"

	"tenableio/integrations/child"
	"tenableio/integrations/soarca/plugin"
)

// How long the fin waits for what.
const (
	retry       = 2 * time.Second  // before it connects again, or registers again when nobody answered
	reregister  = time.Minute      // before it registers again when somebody did: SOARCA forgets fins when it restarts
	lastWords   = 2 * time.Second  // for the broker to take each of the last messages
	atOnce      = 16               // commands; the others wait for their turn
	rememberIDs = 10_000           // messages that are known again when they come twice
	keepAlive   = 10 * time.Second // after which a broker that is silent is lost
)

// Fin is one fin.
type Fin struct {
	ID       string
	plugin   plugin.Plugin
	manifest child.Manifest
	client   mqtt.Client
	log      *slog.Logger

	turns      chan struct{}
	working    sync.WaitGroup
	stopped    chan struct{} // closed when a message stops the fin
	connected  chan struct{} // has one when there is a new connection
	registered chan struct{} // has one when a registration was answered

	mu           sync.Mutex // of what follows
	registration string     // the ID of the last register message
	paused       bool
	ending       bool
	running      int
	cancel       context.CancelFunc // ends what is running
	seen         ids
}

// New makes a fin. The broker takes it for one that it knows when it comes again: a
// second process takes the place of the first, and no command is run by both.
func New(broker, username, password string, p plugin.Plugin, manifest child.Manifest, log *slog.Logger) *Fin {
	f := &Fin{
		ID:         uuid.NewString(),
		plugin:     p,
		manifest:   manifest,
		log:        log,
		turns:      make(chan struct{}, atOnce),
		stopped:    make(chan struct{}),
		connected:  make(chan struct{}, 1),
		registered: make(chan struct{}, 1),
		seen:       newIDs(rememberIDs),
	}
	options := mqtt.NewClientOptions().AddBroker(broker).SetClientID(Agent).SetProtocolVersion(4) // 3.1.1
	options.SetUsername(username).SetPassword(password)
	options.SetKeepAlive(keepAlive).SetPingTimeout(keepAlive / 2).SetMaxReconnectInterval(2 * retry)
	options.OnConnect = func(mqtt.Client) { signal(f.connected) }
	options.OnConnectionLost = func(_ mqtt.Client, err error) {
		const message = "The connection to the broker is lost. A second fin on the same broker does this, too."
		log.Warn(message, "error", err.Error())
	}
	f.client = mqtt.NewClient(options)
	return f
}

// Run connects and works until ctx is done or a message stops the fin. Then it ends what
// is running, delivers the results, and unregisters. Ready is called whenever SOARCA has said that it knows the fin.
func (f *Fin) Run(ctx context.Context, ready func()) {
	work, cancel := context.WithCancel(context.Background())
	defer cancel()
	f.cancel = cancel
	if f.connect(ctx) {
		f.stayRegistered(ctx, work, ready)
	}
	f.end()
}

// connect connects to the broker, which may come later than the fin.
func (f *Fin) connect(ctx context.Context) bool {
	for {
		token := f.client.Connect()
		token.Wait()
		if token.Error() == nil {
			return true
		}
		f.log.Warn("The broker cannot be reached; the fin tries on.", "error", token.Error().Error())
		select {
		case <-ctx.Done():
			return false
		case <-time.After(retry):
		}
	}
}

// stayRegistered subscribes after each connection, and registers until somebody answers
// and now and then afterwards. A nack is as good as an ack: SOARCA refuses a fin that it
// knows. After a restart of the broker it hears no fin any more, and sends commands all the same.
func (f *Fin) stayRegistered(ctx, work context.Context, ready func()) {
	subscribed := false
	for again := retry; ; {
		select {
		case <-ctx.Done():
			return
		case <-f.stopped:
			return
		case <-f.connected:
			subscribed = false
			again = 0
		case <-f.registered:
			ready()
			again = reregister
		case <-time.After(again):
			again = retry
			if !f.client.IsConnectionOpen() {
				continue
			}
			if subscribed = subscribed || f.subscribe(work); subscribed {
				f.register()
			}
		}
	}
}

// subscribe asks the broker for what is sent to this fin.
func (f *Fin) subscribe(work context.Context) bool {
	topics := map[string]byte{registry: 1, f.ID: 1, Agent: 1}
	token := f.client.SubscribeMultiple(topics, func(_ mqtt.Client, m mqtt.Message) {
		if m.Retained() { // it would be done again after each start
			f.log.Warn("A retained message is ignored; take it off the broker.", "topic", m.Topic())
			return
		}
		f.hear(work, m.Topic(), m.Payload())
	})
	if !token.WaitTimeout(keepAlive) || token.Error() != nil {
		f.log.Warn("The broker refuses the fin's subscriptions.")
		return false
	}
	return true
}

// register makes the fin known to SOARCA.
func (f *Fin) register() {
	m := registration(f.ID, f.manifest)
	f.mu.Lock()
	f.registration = m.MessageID
	f.mu.Unlock()
	f.send(registry, m)
}

// end ends what is running and says goodbye.
func (f *Fin) end() {
	f.mu.Lock()
	f.ending = true
	f.cancel()
	f.mu.Unlock()
	f.working.Wait()
	m := unregisterMessage{answer{unregister, uuid.NewString()}, Agent, f.ID, "false"}
	if f.client.IsConnectionOpen() {
		f.send(registry, m).WaitTimeout(lastWords)
	}
	f.client.Disconnect(uint(lastWords.Milliseconds()) / 10)
}

// send sends a message. Without a connection the client keeps it and sends it later.
func (f *Fin) send(topic string, message any) mqtt.Token {
	text, err := json.Marshal(message)
	if err != nil {
		panic(err) // texts alone
	}
	return f.client.Publish(topic, 1, false, text)
}

// signal leaves a sign in a channel that has room for one.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}
