package command

import (
	"encoding/json"
	"strings"
)

// structure are the characters that part JSON.
const structure = "[]{},:\"" + spaces

// json is a value that an author wrote as JSON, in which what may have come from variables is data: a part of the text
// that it stands in, or, outside of texts, one JSON value. Nothing that a variable holds adds an element or a member.
func (c chars) json(name string) (string, error) {
	const broken = "In the input %q a variable holds %q, which is no JSON value. Put the variable in double quotes."
	const escaped = "In the input %q a variable stands behind a \\, which begins an escape of JSON. Write two of them."
	var out strings.Builder
	inText := false
	for i := 0; i < len(c); i++ {
		switch at := c[i]; {
		case !at.data && at.byte == '"':
			inText = !inText
			out.WriteByte(at.byte)
		case !at.data && at.byte == '\\' && inText && i+1 < len(c):
			if i++; c[i].data {
				return "", refuse(escaped, brief(name))
			}
			out.WriteByte('\\')
			out.WriteByte(c[i].byte)
		case !at.data:
			out.WriteByte(at.byte)
		default:
			data := c[i:].data()
			i += len(data) - 1
			switch {
			case inText:
				out.WriteString(inside(data))
			case strings.ContainsAny(data, structure) && !json.Valid([]byte(data)):
				return "", refuse(broken, brief(name), brief(data))
			default:
				out.WriteString(data)
			}
		}
	}
	return out.String(), nil
}

// data is the beginning that may have come from variables.
func (c chars) data() string {
	end := 0
	for end < len(c) && c[end].data {
		end++
	}
	return c[:end].String()
}

// inside is a text as it stands within the quotes of JSON. It may begin and end within a character of several bytes.
func inside(text string) string {
	var out strings.Builder
	for i := range len(text) {
		switch b := text[i]; {
		case b == '"' || b == '\\' || b < ' ':
			quoted, _ := json.Marshal(string(rune(b))) // a text has no error
			out.Write(quoted[1 : len(quoted)-1])
		default:
			out.WriteByte(b)
		}
	}
	return out.String()
}
