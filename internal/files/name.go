package files

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The longest file name. Disks take 255 bytes; the rest is room for what tells namesakes
// apart.
const (
	maxNameRunes = 120
	maxNameBytes = 240
)

// SafeName turns a name from elsewhere into one that every system takes as the name of a
// file, and every shell as a word. Letters and digits of every script stay, in NFC, and
// spaces, dots, dashes and underscores; all else becomes an underscore. The name is
// neither hidden nor like an option, nor one that Windows keeps for a device. Where
// nothing is left of it, it is fallback.
func SafeName(name, fallback string) string {
	name = norm.NFC.String(strings.Map(safeRune, name))
	name = strings.TrimRight(strings.TrimLeft(name, ". -"), ". ")
	stem, extension := splitName(name)
	stem = cutName(stem, maxNameRunes-utf8.RuneCountInString(extension), maxNameBytes-len(extension))
	if strings.Trim(stem, "_ .-") == "" || isDevice(stem) {
		return fallback
	}
	return stem + extension
}

// safeRune is what becomes of a character of a name.
func safeRune(r rune) rune {
	switch {
	case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsNumber(r), r == '.', r == '-':
		return r
	case unicode.Is(unicode.Zs, r):
		return ' '
	}
	return '_'
}

// WithSuffix puts a suffix between a file's name and its extension. A long name is cut to
// make room for it.
func WithSuffix(name, suffix string) string {
	stem, extension := splitName(name)
	end := suffix + extension
	return cutName(stem, maxNameRunes-utf8.RuneCountInString(end), maxNameBytes-len(end)) + end
}

// splitName parts a name from its extension: a few letters and digits after the last dot.
func splitName(name string) (stem, extension string) {
	const longest = 16 // bytes
	at := strings.LastIndexByte(name, '.')
	isOther := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	if at <= 0 || len(name)-at > longest || strings.ContainsFunc(name[at+1:], isOther) {
		return name, ""
	}
	return name[:at], name[at:]
}

// cutName cuts a name to so many characters and bytes. No character loses its accents,
// and the end is neither a dot nor a space.
func cutName(name string, maxRunes, maxBytes int) string {
	end, runes := 0, 0
	for at, r := range name {
		if runes == maxRunes || at+utf8.RuneLen(r) > maxBytes {
			break
		}
		runes++
		end = at + utf8.RuneLen(r)
	}
	if end == len(name) {
		return name
	}
	for end > 0 && !norm.NFC.PropertiesString(name[end:]).BoundaryBefore() {
		_, size := utf8.DecodeLastRuneInString(name[:end])
		end -= size
	}
	return strings.TrimRight(name[:end], ". ")
}

// isDevice tells the names that Windows takes for devices, with any extension.
func isDevice(stem string) bool {
	stem, _, _ = strings.Cut(strings.ToUpper(stem), ".")
	switch stem = strings.TrimSpace(stem); stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		number, found := strings.CutPrefix(stem, port)
		const numbers = "0123456789¹²³" // Windows takes the raised ones, too
		if found && utf8.RuneCountInString(number) == 1 && strings.Contains(numbers, number) {
			return true
		}
	}
	return false
}
