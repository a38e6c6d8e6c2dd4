package fin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tenableio/integrations/child"
	"tenableio/integrations/soarca/command"
	"tenableio/integrations/soarca/outcome"
	"tenableio/integrations/soarca/plugin"
)

// command takes a command: it is acknowledged, and then run. Twice the same message is
// one command, which has one result; after it nothing more may be sent about it.
func (f *Fin) command(work context.Context, topic string, m message) {
	if topic != Agent || m.Command == nil || m.Command.Command == nil {
		f.refuse(topic, m, "it is no command for this capability")
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	known, running := f.seen.find(m.MessageID)
	switch {
	case known && !running:
		return
	case !known && (f.paused || f.ending):
		f.refuse(topic, m, "the fin is "+f.progress())
		return
	}
	f.send(Agent, answer{ack, m.MessageID})
	if known {
		return
	}
	f.seen.begin(m.MessageID)
	f.running++
	f.working.Go(func() {
		f.turns <- struct{}{}
		o := f.run(work, m)
		<-f.turns
		f.mu.Lock()
		f.running--
		f.seen.end(m.MessageID)
		f.mu.Unlock()
		if !f.send(Agent, answerTo(m, o, f.ID)).WaitTimeout(lastWords) {
			f.log.Warn("The broker does not take a result; it gets it when it is back.", "message_id", m.MessageID)
		}
	})
}

// run runs a command and never fails: what goes wrong is its outcome.
func (f *Fin) run(ctx context.Context, m message) outcome.Outcome {
	began := time.Now()
	variables := map[string]string{}
	for name, v := range m.Command.Variables {
		variables[name] = plainText(v.Value)
	}
	asked, err := command.Read(*m.Command.Command, variables)
	known := outcome.Asked{About: f.manifest.Find(asked.Name), Inputs: asked.Inputs}
	if err == nil {
		err = asked.Values(known.TypeOf)
	}
	var o outcome.Outcome
	if refusal, ok := errors.AsType[*command.Refusal](err); ok {
		o = outcome.Failure(known, 400, refusal.Message, "Correct the command in the playbook, or what its variables hold.")
	} else {
		o = f.start(ctx, asked, known)
	}
	f.log.Info("A command has ended.", "command", known.Key,
		"return_data", o.ReturnData, "status_code", o.Variables["status_code"],
		"message_id", m.MessageID, "duration_ms", time.Since(began).Milliseconds())
	return o
}

// start runs the plugin.
func (f *Fin) start(ctx context.Context, asked command.Command, known outcome.Asked) outcome.Outcome {
	if ctx.Err() != nil {
		return outcome.Failure(known, 499, "The fin was stopped before the command began. Nothing was sent to Tenable.", "")
	}
	stdout, err := f.plugin.Run(ctx, plugin.Request{
		Command: asked.Name,
		Inputs:  asked.Inputs,
		Options: plugin.Options{Wait: !asked.NoWait, TimeoutSeconds: known.SuggestedTimeout},
	})
	if stdout == nil {
		if never, ok := errors.AsType[*child.NotStartedError](err); ok {
			err = never.Cause
		}
		message := fmt.Sprintf("The plugin was not started, so that nothing was sent to Tenable: %v.", err)
		return outcome.Failure(known, 500, message, "Mend what the message names where the fin runs.")
	}
	defer stdout.Close()
	o, unread := outcome.Read(stdout, known)
	if unread != nil {
		return noResult(known, unread, err)
	}
	return o
}

// noResult is the outcome of a process that left no envelope, such as one that was killed.
func noResult(known outcome.Asked, unread, ended error) outcome.Outcome {
	message := fmt.Sprintf("The plugin left no usable result: %v.", unread)
	if ended != nil {
		message += fmt.Sprintf(" Its process ended with: %v.", ended)
	}
	if known.ReadOnly {
		return outcome.Failure(known, 500, message, "Run the command again: it changes nothing at Tenable.")
	}
	message += " The outcome is unknown: Tenable may have done what was asked for."
	return outcome.Failure(known, 500, message, known.Unknown)
}

// answerTo is the result of a command in the protocol's form.
func answerTo(m message, o outcome.Outcome, finID string) resultMessage {
	now := time.Now().UTC()
	r := resultMessage{answer: answer{result, m.MessageID}, Meta: meta{now, finID}}
	r.Result.State = "success"
	if o.Failed() {
		r.Result.State = "failure"
	}
	r.Result.Context = map[string]json.RawMessage{}
	for name, value := range m.Command.Context {
		r.Result.Context[name] = value
	}
	r.Result.Context["completed_on"], _ = json.Marshal(now) // a time has no error
	r.Result.Variables = map[string]variable{}
	for name, value := range o.Variables {
		name = "__" + name + "__"
		r.Result.Variables[name] = variable{Type: "string", Name: name, Value: value}
	}
	return r
}

// plainText is the value of a variable: a text, or other JSON as its text.
func plainText(value json.RawMessage) string {
	var text *string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	if text == nil {
		return ""
	}
	return *text
}
