package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// user is nobody's: it owns nothing in the image and nothing on the host.
const user = "65532:65532"

// programs is where the programs are in the image.
const programs = "/usr/bin"

// build makes one image for each platform, and the index that holds them.
func build(binaries, entrypoint string) (v1.ImageIndex, error) {
	base, err := baseLayer()
	if err != nil {
		return nil, err
	}
	folders, err := os.ReadDir(binaries) // sorted by name
	if err != nil {
		return nil, err
	}
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, folder := range folders {
		platform, err := platformOf(folder.Name())
		if err != nil {
			return nil, err
		}
		image, err := buildOne(base, filepath.Join(binaries, folder.Name()), entrypoint, platform)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder.Name(), err)
		}
		added := mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &platform}}
		index = mutate.AppendManifests(index, added)
	}
	if len(folders) == 0 {
		return nil, errors.New("there are no binaries in " + binaries)
	}
	return index, nil
}

// platformOf is the platform of a folder's name.
func platformOf(folder string) (v1.Platform, error) {
	system, architecture, found := strings.Cut(folder, "-")
	if !found || system != "linux" {
		return v1.Platform{}, fmt.Errorf("%s is no folder of a platform, such as linux-amd64", folder)
	}
	return v1.Platform{OS: system, Architecture: architecture}, nil
}

// buildOne makes the image of one platform.
func buildOne(base v1.Layer, binaries, entrypoint string, platform v1.Platform) (v1.Image, error) {
	if _, err := os.Stat(filepath.Join(binaries, entrypoint)); err != nil {
		return nil, err
	}
	layer, err := programLayer(binaries)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err = mutate.Append(
		image,
		mutate.Addendum{Layer: base, History: v1.History{CreatedBy: "certificate authorities, /tmp, a user"}},
		mutate.Addendum{Layer: layer, History: v1.History{CreatedBy: "programs in " + programs}},
	)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS = platform.OS
	config.Architecture = platform.Architecture
	config.Created = v1.Time{Time: time.Unix(0, 0).UTC()} // the same bytes today and tomorrow
	config.Config = v1.Config{
		User:       user,
		Entrypoint: []string{programs + "/" + entrypoint},
		Env:        []string{"PATH=" + programs, "SSL_CERT_FILE=" + certificates},
		WorkingDir: "/",
		Labels: map[string]string{
			"org.opencontainers.image.title":       entrypoint,
			"org.opencontainers.image.description": "Scans, agents, vulnerabilities and exports of Tenable.io for playbooks.",
			"org.opencontainers.image.licenses":    "Apache-2.0",
		},
	}
	return mutate.ConfigFile(image, config)
}
