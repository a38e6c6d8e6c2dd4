package command

import (
	"slices"
	"strings"
)

// split parts a text into words as a shell does: spaces part words, '…' and "…" hold
// them together, and \ takes the next character as it is. Nothing else has a meaning.
func split(text chars) ([]chars, error) {
	var words []chars
	var word chars
	inWord := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c.data:
			word = append(word, c)
		case strings.ContainsRune(spaces, rune(c.byte)):
			if inWord {
				words = append(words, word)
			}
			word = nil
			inWord = false
			continue
		case c.byte == '\'' || c.byte == '"':
			inner, size, err := quoted(text[i+1:], c)
			if err != nil {
				return nil, err
			}
			word = append(word, inner...)
			i += size
		case c.byte == '\\':
			if i++; i == len(text) {
				return nil, refuse(`The command ends with a \, which stands before a character that it takes as it is.`)
			}
			word = append(word, text[i])
		default:
			word = append(word, c)
		}
		inWord = true
	}
	if inWord {
		words = append(words, word)
	}
	return words, nil
}

// quoted reads up to the quote that ends a part, and tells how much it read.
func quoted(text chars, quote char) (inner chars, size int, err error) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == quote:
			return inner, i + 1, nil
		case quote.byte == '"' && c == char{'\\', false} && i+1 < len(text) &&
			slices.Contains([]byte("\"\\$`"), text[i+1].byte):
			i++
			inner = append(inner, text[i])
		default:
			inner = append(inner, c)
		}
	}
	const message = "The command has a quote that does not end. " +
		"Write a quote that is meant as a character as \\\" or in quotes of the other kind."
	return nil, 0, refuse(message)
}
