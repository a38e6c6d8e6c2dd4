package values

import "strings"

// Split is the values of a list that was written as one text: separated by commas,
// semicolons or line breaks, without the spaces around them and without blank ones.
// A value with a comma in it can only be given in a list.
func Split(text string) []string {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;\r\n", r) })
	list := parts[:0]
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}
