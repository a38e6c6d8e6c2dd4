package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
)

// Connection is what a client needs to act as one of the users.
type Connection struct {
	Role        string `json:"role"`
	Permissions int    `json:"permissions"` // the role as Tenable numbers it
	AccessKey   string `json:"api_access_key"`
	SecretKey   string `json:"api_secret_key"`
}

// user is one of the people of the account, one for each role.
type user struct {
	Connection
	id    int
	uuid  string
	email string
}

// makeUsers gives each role its user. The keys follow from the seed, so that a
// playbook's connection outlives a restart; they open nothing but the sandbox.
func makeUsers(seed int64) []user {
	roles := []struct {
		name        string
		permissions int
	}{
		{"administrator", administrator},
		{"scan_manager", scanManager},
		{"standard", standard},
		{"scan_operator", scanOperator},
		{"basic", basic},
	}
	users := make([]user, len(roles))
	for i, role := range roles {
		users[i] = user{
			Connection: Connection{
				Role: role.name, Permissions: role.permissions,
				AccessKey: digest(seed, "access key", role.name), SecretKey: digest(seed, "secret key", role.name),
			},
			id: 2 + i, uuid: uuidOf(seed, "user", role.name), email: role.name + "@example.com",
		}
	}
	return users
}

// digest is 64 hexadecimal digits that follow from the seed and what they are for.
func digest(seed int64, purpose string, of any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%v", seed, purpose, of))
	return hex.EncodeToString(sum[:])
}

// uuidOf is a UUID of the form of version 4 that follows from the seed and what
// it is for.
func uuidOf(seed int64, purpose string, of any) string {
	d := digest(seed, purpose, of)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", d[:8], d[8:12], d[13:16], d[17:20], d[20:32])
}

type callerKey struct{}

// withCaller notes whose request it is.
func withCaller(r *http.Request, u user) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, u))
}

// callerOf is the user whose request it is. Every handler of a route has one.
func callerOf(r *http.Request) user { return r.Context().Value(callerKey{}).(user) }
