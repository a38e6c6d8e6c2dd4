package tenant

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:embed catalogue.json
var catalogueDocument []byte

// catalogue is what assets and plugins are made of.
var catalogue = sync.OnceValue(func() (c struct {
	Systems    []system           `json:"systems"` // the common ones several times
	Products   []product          `json:"products"`
	Services   map[string]service `json:"services"`
	Kinds      []pluginKind       `json:"kinds"`      // taken in turn; the first can be found anywhere
	Known      map[int]Identity   `json:"known"`      // by the number of a plugin, which decides its kind
	Weaknesses map[int][]weakness `json:"weaknesses"` // by severity, 1 (low) to 4 (critical) of version 3
},
) {
	if err := json.Unmarshal(catalogueDocument, &c); err != nil {
		panic(err) // the document is a part of the program
	}
	for i := range c.Kinds {
		c.Kinds[i].at = c.Services[c.Kinds[i].At]
	}
	return c
})

// platforms are what assets run on, with a pool of plugins for each. A plugin finds something
// on one of them, or anywhere.
var platforms = []string{windows, "debian", "red hat", "appliance"}

const (
	windows  = "windows"
	anywhere = "anywhere"
)

// system is what an asset runs. Without a name nothing but the address of the asset is known.
type system struct {
	On     string   `json:"on"`
	Name   string   `json:"name"`
	Device string   `json:"device"`
	Hosts  []string `json:"hosts"` // what such hosts are called
}

// product is software that the made-up plugins check.
type product struct {
	Name   string `json:"name"`
	Vendor string `json:"vendor"`
	CPE    string `json:"cpe"` // vendor:product
}

// service is where a plugin looks; port 0 stands for the host as a whole.
type service struct {
	Name     string `json:"name"`
	Protocol string `json:"protocol"`
	Ports    []int  `json:"ports"`
}

// pluginKind is what plugins of one kind have in common. In its texts {product},
// {version}, {fixed}, {cve}, {host}, {port} and {id} are filled in.
type pluginKind struct {
	Family   string `json:"family"`
	FamilyID int    `json:"family_id"`
	Type     string `json:"type"` // local, remote, combined
	On       string `json:"on"`
	At       string `json:"at"`       // a service
	Severity []int  `json:"severity"` // one of these
	Name     string `json:"name"`
	Synopsis string `json:"synopsis"`
	Solution string `json:"solution"`
	Text     string `json:"text"`
	Output   string `json:"output"`

	at service
}

// weakness is a CVSS rating by each version for one kind of flaw, worked out by
// the formulas of https://www.first.org/cvss. Version 4 is not there for all.
type weakness struct {
	V3     string  `json:"v3"`
	Base3  float64 `json:"base3"`
	Impact float64 `json:"impact"`
	V2     string  `json:"v2"`
	Base2  float64 `json:"base2"`
	V4     string  `json:"v4"`
	Base4  float64 `json:"base4"`
}
