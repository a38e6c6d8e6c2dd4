package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// Number reads a whole number of the query; absent is the default. It answers the
// request itself and returns false where the value is none or out of range.
func Number(w http.ResponseWriter, r *http.Request, name string, byDefault, least, most int64) (int64, bool) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return byDefault, true
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
		RefuseParameter(w, "query", name, "must be a number")
	case n < least:
		RefuseParameter(w, "query", name, fmt.Sprintf("must be larger than or equal to %d", least))
	case n > most:
		RefuseParameter(w, "query", name, fmt.Sprintf("must be less than or equal to %d", most))
	default:
		return n, true
	}
	return 0, false
}

// ReadBody reads a JSON object; no body at all is an empty one. It answers the request
// itself and returns false where the body is something else.
func ReadBody(w http.ResponseWriter, r *http.Request, into any) bool {
	const most = 8 << 20
	if kind := r.Header.Get("Content-Type"); r.ContentLength != 0 && kind != "" && !isJSON(kind) {
		RefuseStatus(w, http.StatusUnsupportedMediaType)
		return false
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, most)).Decode(into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		name := wrong.Field
		if name == "" {
			name = "value"
		}
		RefuseParameter(w, "payload", name, "must not be a "+wrong.Value)
		return false
	}
	if err != nil && !errors.Is(err, io.EOF) {
		Refuse(w, http.StatusBadRequest, "Invalid request payload JSON format")
		return false
	}
	return true
}

// isJSON reads a Content-Type.
func isJSON(kind string) bool {
	name, _, err := mime.ParseMediaType(kind)
	return err == nil && (name == "application/json" || strings.HasSuffix(name, "+json"))
}
