package cli

import (
	"fmt"
	"net/http"

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
		if schema, err := command.Schema(); err == nil {
			titles = append(titles, schema.Title)
		}
	}
	return fault.New(http.StatusNotFound, "Unknown command %q. %s", names.Clip(name), names.Suggest(name, titles)).
		WithHint("Run \"tenableio help\" to see all commands.")
}

// advise adds what to do to a failure that does not say it itself: the
// command's own hint, or the general one of the category.
func advise(found *fault.Error, schema *schemas.Document) *fault.Error {
	f := *found
	about := schema.Command
	kind := string(f.Category)
	if f.OutcomeUnknown {
		kind, f.Hint = "unknown_outcome", ""
	}
	if f.Hint == "" {
		f.Hint = about.Hints[kind]
	}
	if f.Hint == "" {
		f.Hint = generalHint(f, schema.Title, about)
	}
	if f.Foreign && f.Category == fault.Permission {
		f.Hint += " A page in the place of the API's own answer can also mean that a firewall, a proxy or an IP allow-list blocked the call."
	}
	return &f
}

// generalHint is what to do about a category, whatever the command; "" where there is
// nothing to say.
func generalHint(f fault.Error, title string, about schemas.About) string {
	switch {
	case f.OutcomeUnknown:
		return "Find out whether it was carried out before running it again."
	case f.Category == fault.Auth:
		return "Check API Access Key and API Secret Key of the connection: both must belong to the same user, who must be enabled."
	case f.Category == fault.Permission:
		return fmt.Sprintf("%s needs keys of a user with the role %s or higher. %s", title, about.Role, about.Permission)
	case f.Category == fault.RateLimited && f.RetryAfter > 0:
		return fmt.Sprintf("Try again in %d s. Tenable limits the requests of each user, so give every integration a user of its own.", f.RetryAfterSeconds())
	case f.Category == fault.RateLimited:
		return "Try again later. Tenable limits the requests of each user, so give every integration a user of its own."
	case f.Category == fault.NotFound:
		return connection.ServerHint
	case f.Category == fault.Network:
		return "Check the Server URL and this machine's network, then try again."
	}
	return ""
}
