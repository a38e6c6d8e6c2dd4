package files

import (
	"mime"
	"net/url"
	"regexp"
	"strings"
)

// maxName is the longest file name, in characters.
const maxName = 120

// SafeName turns a name from elsewhere into one that is harmless on every system:
// its last path element, in letters, digits, space, dot, underscore and dash,
// neither hidden nor like an option, at most 120 characters. Where nothing of it
// is left, it is fallback.
func SafeName(name, fallback string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" ._-", r):
			return r
		case r < ' ' || r == 0x7f:
			return -1
		}
		return '_'
	}, name)
	name = strings.TrimRight(strings.TrimLeft(name, ". -"), ". ")
	stem, extension := name, ""
	if i := strings.LastIndex(name, "."); i > 0 && len(name)-i <= 16 {
		stem, extension = name[:i], name[i:]
	}
	if len(name) > maxName {
		stem = strings.TrimRight(stem[:maxName-len(extension)], ". ")
		name = stem + extension
	}
	if strings.Trim(stem, "_ .-") == "" || reserved(stem) {
		return fallback
	}
	return name
}

// reserved are the names that Windows takes for devices.
func reserved(stem string) bool {
	stem, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(stem)), ".")
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9'
}

// NameOf is the file name in a Content-Disposition header, as it stands there, or
// "". Tenable writes it without quotes and with spaces, which is against RFC 6266,
// so what follows "filename=" is taken where the standard's reading fails.
func NameOf(disposition string) string {
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

// nextParameter begins a parameter; a semicolon alone may be part of the name,
// because a file is named after its scan.
var nextParameter = regexp.MustCompile(`;\s*[\w*-]+=`)

// cutAt ends a value at the next parameter.
func cutAt(value string) string {
	if at := nextParameter.FindStringIndex(value); at != nil {
		value = value[:at[0]]
	}
	return strings.Trim(value, "; ")
}
