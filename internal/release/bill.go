package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/CycloneDX/cyclonedx-gomod/pkg/generate/bin"
	"github.com/CycloneDX/cyclonedx-gomod/pkg/licensedetect/local"
	"github.com/rs/zerolog"
)

// writeBill writes the bill of materials of a binary: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/.
// It names the platform, and of every module the version, the hash and the licence.
func (e edition) writeBill(s system, binary, name string) error {
	bill, err := e.bill(s, binary)
	if err != nil {
		return err
	}
	return create(name, func(out io.Writer) error {
		return cdx.NewBOMEncoder(out, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bill, cdx.SpecVersion1_6)
	})
}

// bill reads the modules out of the binary.
func (e edition) bill(s system, binary string) (*cdx.BOM, error) {
	generator, err := bin.NewGenerator(binary,
		bin.WithIncludeStdlib(true),
		bin.WithLicenseDetector(local.NewDetector(zerolog.Nop())),
		bin.WithLogger(zerolog.Nop()),
		bin.WithVersionOverride(e.version))
	if err != nil {
		return nil, err
	}
	bill, err := generator.Generate()
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	main := bill.Metadata.Component
	main.PackageURL = s.packageURL(main.PackageURL)
	main.Licenses = licence("Apache-2.0")
	main.Hashes = &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sha256.Sum256(content))}}
	bill.Metadata.Properties = &[]cdx.Property{
		{Name: "cdx:gomod:build:env:GOOS", Value: s.os},
		{Name: "cdx:gomod:build:env:GOARCH", Value: s.arch},
		{Name: "cdx:gomod:build:env:CGO_ENABLED", Value: "0"},
	}
	for i := range *bill.Components {
		component := &(*bill.Components)[i]
		component.PackageURL = s.packageURL(component.PackageURL)
		if err := assertLicence(component); err != nil {
			return nil, err
		}
	}
	return bill, nil
}

var builder = regexp.MustCompile(`goarch=[a-z0-9]+&goos=[a-z0-9]+`)

// packageURL names the system of the binary in a package URL. The generator names that of the machine it runs on.
func (s system) packageURL(url string) string {
	return builder.ReplaceAllString(url, "goarch="+s.arch+"&goos="+s.os)
}

// assertLicence turns the licence that was detected into one that is stated.
// All modules of the Go project have one licence (https://go.dev/LICENSE). The detector does not find that of the
// standard library, which is not in the module cache, and takes the others for a relative of it.
func assertLicence(c *cdx.Component) error {
	if c.Name == "std" || strings.HasPrefix(c.Name, "golang.org/x/") {
		c.Licenses = licence("BSD-3-Clause")
		c.Evidence = nil
		return nil
	}
	if c.Evidence == nil || c.Evidence.Licenses == nil {
		return fmt.Errorf("no licence was found for %s", c.Name)
	}
	c.Licenses = c.Evidence.Licenses
	c.Evidence = nil
	return nil
}

func licence(id string) *cdx.Licenses {
	return &cdx.Licenses{{License: &cdx.License{ID: id}}}
}
