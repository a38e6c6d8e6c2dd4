package cli

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"tenableio/commands"
	"tenableio/connection"
	"tenableio/internal/fault"
	"tenableio/internal/names"
	"tenableio/schemas"
)

// unknownCommand is the failure of a command that is not in the table, with the
// nearest name.
func unknownCommand(name string) *fault.Error {
	var titles []string
	for _, command := range commands.All() {
		titles = append(titles, command.Schema().Title)
	}
	return fault.New(http.StatusNotFound, "Unknown command %q. %s", fault.Quote(name), names.Suggest(name, titles)).
		WithHint("Run \"tenableio help\" to see all commands.")
}

// advise adds to a failure what to do about it.
func advise(f *fault.Error, schema *schemas.Document) *fault.Error {
	hint := hintFor(f, schema)
	if f.Category == fault.Permission && !f.OutcomeUnknown {
		hint += " Custom roles, and API Access Security that does not allow this machine's address, give the same answer."
	}
	if f.Foreign && f.Category == fault.Permission {
		hint += " A page in the place of the API's own answer can also mean that a firewall, a proxy or " +
			"an IP allow-list blocked the call."
	}
	return f.WithHint("%s", hint)
}

// hintFor is the failure's own hint, else the command's, else the general one of the
// category. An unknown outcome has its own hint behind the command's: what was found out
// about it.
func hintFor(f *fault.Error, schema *schemas.Document) string {
	kind := string(f.Category)
	switch {
	case f.OutcomeUnknown:
		kind = "unknown_outcome"
	case f.TooLarge:
		kind = "too_large"
	}
	hint := cmp.Or(schema.Command.Hints[kind], generalHint(f, schema.Title, schema.Command))
	switch {
	case f.OutcomeUnknown:
		return strings.TrimSpace(hint + " " + f.Hint)
	case f.Hint != "":
		return f.Hint
	}
	return hint
}

// generalHint is what to do about a category, whatever the command; "" where there is
// nothing to say.
func generalHint(f *fault.Error, title string, about schemas.About) string {
	switch {
	case f.OutcomeUnknown:
		return "Find out whether it was carried out before running it again."
	case f.TooLarge:
		return "Tenable gives this list in one answer, and nothing makes it smaller: " +
			"use keys of a user who sees less, or ask Tenable's support."
	case f.Category == fault.Auth:
		return "Check API Access Key and API Secret Key of the connection: " +
			"both must belong to the same user, who must be enabled."
	case f.Category == fault.Permission:
		return fmt.Sprintf("%s needs keys of a user with the role %s or higher. %s", title, about.Role, about.Permission)
	case f.Category == fault.RateLimited && f.RetryAfter > 0:
		const hint = "Try again in %d s. Tenable limits the requests of each user, " +
			"so give every integration a user of its own."
		return fmt.Sprintf(hint, f.RetryAfterSeconds())
	case f.Category == fault.RateLimited:
		return "Try again later. Tenable limits the requests of each user, so give every integration a user of its own."
	case f.Category == fault.NotFound:
		return connection.ServerHint
	case f.Category == fault.Input:
		return fmt.Sprintf("Correct what the message names, then run %s again.", title)
	case f.Category == fault.Network:
		return "Check the Server URL and this machine's network, then try again."
	}
	return ""
}
