package connection

import (
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"tenableio/internal/pattern"
)

// FileName is the name in the answer's Content-Disposition header, as it stands there,
// or "".
func (d Download) FileName() string {
	name := fileName(d.Disposition)
	if !utf8.ValidString(name) {
		return fromLatin1(name) // which is what HTTP was made with
	}
	return name
}

// fileName reads the header. "filename*" goes before "filename". Tenable writes the name
// without quotes and with spaces, which is against RFC 6266, so where reading it by the
// standard fails, the name is what follows "filename=".
func fileName(disposition string) string {
	if name, ok := extendedName(disposition); ok {
		return name
	}
	_, parameters, err := mime.ParseMediaType(disposition)
	if err == nil && utf8.ValidString(parameters["filename"]) {
		return parameters["filename"]
	}
	if at := plainParameter().FindStringIndex(disposition); at != nil {
		return strings.Trim(cutAt(disposition[at[1]:]), `"`)
	}
	return ""
}

var (
	quotedText        = pattern.Lazy(`"(?:[^"\\]|\\.)*"`)
	extendedParameter = pattern.Lazy(`(?i)(?:^|[;\s])filename\*\s*=\s*`)
	plainParameter    = pattern.Lazy(`(?i)(?:^|[;\s])filename\s*=\s*`)
)

// extendedName reads the parameter "filename*" of RFC 8187, which is percent-encoded. What is
// in quotes is no parameter.
func extendedName(disposition string) (name string, ok bool) {
	unquoted := quotedText().ReplaceAllStringFunc(disposition,
		func(text string) string { return strings.Repeat(" ", len(text)) })
	at := extendedParameter().FindStringIndex(unquoted)
	if at == nil {
		return "", false
	}
	value := strings.Trim(cutAt(disposition[at[1]:]), `"`)
	charset, rest, _ := strings.Cut(value, "'")
	_, encoded, found := strings.Cut(rest, "'")
	if !found {
		charset, encoded = "UTF-8", value
	}
	name, err := url.PathUnescape(encoded)
	if strings.EqualFold(charset, "ISO-8859-1") {
		name = fromLatin1(name)
	}
	return name, err == nil && name != "" && utf8.ValidString(name)
}

// fromLatin1 is a text in ISO-8859-1, each byte of which is a character.
func fromLatin1(text string) string {
	runes := make([]rune, len(text))
	for i, b := range []byte(text) {
		runes[i] = rune(b)
	}
	return string(runes)
}

// nextParameter is the beginning of a parameter. A semicolon alone may be part of the name,
// because a file is named after its scan.
var nextParameter = pattern.Lazy(`;\s*[\w*-]+=`)

// cutAt ends a value at the next parameter.
func cutAt(value string) string {
	if at := nextParameter().FindStringIndex(value); at != nil {
		value = value[:at[0]]
	}
	return strings.Trim(value, "; ")
}
