package connection

import (
	"mime"
	"net/url"
	"regexp"
	"strings"
)

// FileName is the name in the answer's Content-Disposition header, as it stands there,
// or "".
func (d Download) FileName() string { return fileName(d.Disposition) }

// fileName reads the header. Tenable writes the name without quotes and with spaces,
// which is against RFC 6266, so where reading it by the standard fails, the name is what
// follows "filename=".
func fileName(disposition string) string {
	if _, parameters, err := mime.ParseMediaType(disposition); err == nil {
		return parameters["filename"]
	}
	lower := strings.ToLower(disposition)
	if _, encoded, found := strings.Cut(disposition, "filename*="); found {
		encoded = encoded[strings.LastIndex(encoded, "'")+1:]
		if name, err := url.PathUnescape(cutAt(encoded)); err == nil {
			return name
		}
	}
	if i := strings.Index(lower, "filename="); i >= 0 {
		return strings.Trim(cutAt(disposition[i+len("filename="):]), `"`)
	}
	return ""
}

// nextParameter is the beginning of a parameter. A semicolon alone may be part of the name,
// because a file is named after its scan.
var nextParameter = regexp.MustCompile(`;\s*[\w*-]+=`)

// cutAt ends a value at the next parameter.
func cutAt(value string) string {
	if at := nextParameter.FindStringIndex(value); at != nil {
		value = value[:at[0]]
	}
	return strings.Trim(value, "; ")
}
