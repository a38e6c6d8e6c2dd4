package web

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

// User is one of the people of the account, one for each role.
type User struct {
	Connection
	ID    int
	UUID  string
	Email string
}

// Users gives each role its user. The keys follow from the seed, so that a
// playbook's connection outlives a restart; they open nothing but the sandbox.
func Users(seed int64) []User {
	roles := []struct {
		name        string
		permissions int
	}{
		{"administrator", Administrator},
		{"scan_manager", ScanManager},
		{"standard", Standard},
		{"scan_operator", ScanOperator},
		{"basic", Basic},
	}
	users := make([]User, len(roles))
	for i, role := range roles {
		users[i] = User{
			Connection: Connection{
				Role: role.name, Permissions: role.permissions,
				AccessKey: Digest(seed, "access key", role.name), SecretKey: Digest(seed, "secret key", role.name),
			},
			ID: 2 + i, UUID: UUIDOf(seed, "user", role.name), Email: role.name + "@example.com",
		}
	}
	return users
}

// Digest is 64 hexadecimal digits that follow from the seed and what they are for.
func Digest(seed int64, purpose string, of any) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%v", seed, purpose, of))
	return hex.EncodeToString(sum[:])
}

// UUIDOf is a UUID of the form of version 4 that follows from the seed and what
// it is for.
func UUIDOf(seed int64, purpose string, of any) string {
	d := Digest(seed, purpose, of)
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", d[:8], d[8:12], d[13:16], d[17:20], d[20:32])
}

type callerKey struct{}

// WithCaller notes whose request it is.
func WithCaller(r *http.Request, u User) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, u))
}

// Caller is the user whose request it is. Every handler of a route has one.
func Caller(r *http.Request) User { return r.Context().Value(callerKey{}).(User) }
