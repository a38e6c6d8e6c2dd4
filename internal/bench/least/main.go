// Least does the least that a Go program with the plugin's three libraries can do for a command: it links them, makes
// one GET with resty, and prints the answer in an envelope. The benchmark runs it beside the plugin.
//
// usage: least URL
package main

import (
	"encoding/json"
	"os"

	"github.com/go-resty/resty/v2"
	"github.com/rs/zerolog"
	"github.com/santhosh-tekuri/jsonschema/v5"
)

const schema = `{"type": "object", "required": ["status"]}`

func main() {
	log := zerolog.New(os.Stderr)
	if err := get(os.Args[1]); err != nil {
		log.Error().Err(err).Send()
		os.Exit(1)
	}
}

func get(url string) error {
	compiled, err := jsonschema.CompileString("https://example.com/answer.json", schema)
	if err != nil {
		return err
	}
	answer, err := resty.New().R().SetHeader("X-ApiKeys", "accessKey=bench-access-key;secretKey=bench-secret-key").Get(url)
	if err != nil {
		return err
	}
	var data any
	if err := json.Unmarshal(answer.Body(), &data); err != nil {
		return err
	}
	if err := compiled.Validate(data); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"return_data": "Successful", "raw_data": data})
}
