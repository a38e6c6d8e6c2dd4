package exports

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed vectors.json
var vectorsDocument []byte

// metrics are the parts of the vectors of CVSS and of its version 4, in the words that
// exports use. What they leave out, such as the scope of version 3, is missing there.
//
// https://www.first.org/cvss
var metrics = sync.OnceValue(func() (known map[string]map[string]struct {
	Name   string            `json:"name"`
	Values map[string]string `json:"values"` // what the letters stand for
},
) {
	if err := json.Unmarshal(vectorsDocument, &known); err != nil {
		panic(err) // the document is a part of the program
	}
	return known
})

// vectorParts takes a vector such as AV:N/AC:L apart; nil for none. The version is cvss or cvss4.
func vectorParts(vector, version string) map[string]string {
	if vector == "" {
		return nil
	}
	parts := map[string]string{"raw": vector}
	for part := range strings.SplitSeq(vector, "/") {
		short, letter, _ := strings.Cut(part, ":")
		if m, there := metrics()[version][short]; there {
			parts[m.Name] = m.Values[letter]
		}
	}
	return parts
}
