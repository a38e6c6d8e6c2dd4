package files

import "strings"

// maxName is the longest file name, in characters.
const maxName = 120

// SafeName turns a name from elsewhere into one that is harmless on every system:
// its last path element, in letters, digits, space, dot, underscore and dash, neither
// hidden nor like an option, at most 120 characters. Where nothing is left of it, the
// name is fallback.
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

// reserved tells the names that Windows takes for devices.
func reserved(stem string) bool {
	stem, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(stem)), ".")
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9'
}
