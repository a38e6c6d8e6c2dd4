package sandbox

import (
	"net/http"
	"strings"

	"tenableio/internal/sandbox/web"
)

// authenticate finds the user whose keys the request carries, as
// "accessKey=A;secretKey=S" in the header X-ApiKeys; spaces after and a further
// semicolon at the end do not matter.
//
// https://developer.tenable.com/docs/authorization
func (s *Server) authenticate(r *http.Request) (web.User, bool) {
	var access, secret string
	for part := range strings.SplitSeq(r.Header.Get("X-ApiKeys"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "accessKey":
			access = value
		case "secretKey":
			secret = value
		}
	}
	for _, u := range s.users {
		if u.AccessKey == access && u.SecretKey == secret {
			return u, true
		}
	}
	return web.User{}, false
}
