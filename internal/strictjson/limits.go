package strictjson

import "bytes"

// WithinLimits reports whether JSON that is known to be valid keeps the limits of depth and numbers,
// inside of outer arrays and objects. It reads a gigabyte in a second, where Check takes several.
func WithinLimits(valid []byte, outer int) bool {
	depth := outer
	for i := 0; i < len(valid); i++ {
		switch c := valid[i]; {
		case c == '"':
			i = EndOfString(valid, i)
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return false
			}
		case c == '}', c == ']':
			depth--
		case c == '-', c >= '0' && c <= '9':
			end := i + len(valid[i:]) - len(bytes.TrimLeft(valid[i:], "0123456789-+.eE"))
			if end-i > maxNumber || !SafeNumber(string(valid[i:end])) {
				return false
			}
			i = end - 1
		}
	}
	return true
}

// EndOfString returns where the string that begins at a quote has its other quote, or the length of the text.
func EndOfString(valid []byte, quote int) int {
	for i := quote + 1; i < len(valid); i++ {
		next := bytes.IndexByte(valid[i:], '"')
		if next < 0 {
			break
		}
		i += next
		escapes := 0
		for valid[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return len(valid)
}
