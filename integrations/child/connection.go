package child

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
)

// Connection reads a file with a connection object, or with a whole request. It holds keys:
// it goes to the stdin of the plugin and nowhere else.
func Connection(file string) (json.RawMessage, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the connection file cannot be read: %w", err)
	}
	var request struct{ Connection json.RawMessage }
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) || json.Unmarshal(text, &request) != nil {
		return nil, fmt.Errorf("the connection file %s holds no JSON object", file) // its text holds keys
	}
	if request.Connection != nil {
		return request.Connection, nil
	}
	return text, nil
}

// Exposed tells whether others than its owner may read a file, as far as the system says.
func Exposed(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode()&0o077 != 0 && runtime.GOOS != "windows"
}
