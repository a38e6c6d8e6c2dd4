package fault

import (
	"fmt"
	"slices"
	"strings"
)

// Quote is a text from elsewhere that a message quotes, such as an unknown name. A long one
// does not get into the message, because a secret can be told as a whole alone: it is kept
// beside the message, and cut where the message goes out and the secrets are known.
type Quote string

// MaxQuote is how much of a quote is shown, in bytes.
const MaxQuote = 64

// placeholder stands in a message for a long quote.
const placeholder = "\uFFFC" // OBJECT REPLACEMENT CHARACTER

// Compose is Sprintf for a message that may hold quotes. It returns the long ones apart, in
// their order. White space at the ends of the message goes.
func Compose(format string, args ...any) (message string, long []string) {
	args = slices.Clone(args)
	for i, arg := range args {
		quote, ok := arg.(Quote)
		if !ok {
			continue
		}
		args[i] = strings.Map(func(r rune) rune { // it stays on one line
			if r < ' ' || r == 0x7f || string(r) == placeholder {
				return ' '
			}
			return r
		}, string(quote))
		if len(quote) > MaxQuote {
			args[i] = placeholder
			long = append(long, string(quote))
		}
	}
	return strings.TrimSpace(fmt.Sprintf(format, args...)), long
}

// Fill puts long quotes into the places of a message that Compose left for them, each as
// shorten makes it.
func Fill(message string, long []string, shorten func(string) string) string {
	for _, quote := range long {
		before, after, found := strings.Cut(message, placeholder)
		if !found {
			break
		}
		message = before + strings.ReplaceAll(shorten(quote), placeholder, " ") + after
	}
	return message
}
