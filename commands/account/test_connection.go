// Package account holds the commands about the account and its keys.
package account

import (
	"context"
	"fmt"

	"tenableio/commands/command"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/wire"
	"tenableio/result"
)

// wrongServer is the hint for a server that does not answer as Tenable.io does.
const wrongServer = "The Server URL leads to %s, which does not answer as the Tenable.io API; it must be like " +
	connection.DefaultServerURL + "."

// TestConnection proves that the server is Tenable's, that the keys are right, and that
// their role is at least Scan Operator.
//
// GET /scans/timezones: https://developer.tenable.com/reference/scans-timezones
func TestConnection(ctx context.Context, env command.Env, _ struct{}, out *result.Output) error {
	answer, err := env.Tenable.Get(ctx, connection.Call{Path: "/scans/timezones"})
	if f := fault.From(err); f != nil && (f.Category == fault.Input || f.Category == fault.NotFound) {
		return f.WithHint(wrongServer, env.Tenable.Host()) // nothing was given that could be wrong or not there
	}
	if err != nil {
		return err
	}
	var body struct {
		Timezones wire.List[struct {
			Name wire.Text `json:"name"`
		}] `json:"timezones"`
	}
	if err := answer.Decode(&body, "timezones"); err != nil {
		return fault.From(err).WithHint(wrongServer, env.Tenable.Host())
	}
	type record struct {
		Connected bool `json:"connected"`
		Timezones int  `json:"timezones"`
	}
	out.RawData = result.RawOf(answer.Body)
	out.ContextData.Add(record{Connected: true, Timezones: len(body.Timezones)})
	out.Table.Caption = "The connection works"
	out.Table.Columns = []string{"Check", "Outcome"}
	out.Table.Add("Server", "answers as Tenable.io")
	out.Table.Add("API keys", "accepted")
	out.Table.Add("Role", "Scan Operator [24] or higher")
	out.Table.Add("Time zones read", fmt.Sprint(len(body.Timezones)))
	return nil
}
