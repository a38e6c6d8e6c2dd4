// Pictures renders the SVG files of docs/pictures, each for light and for dark pages.
// The plots come from the figures in docs/performance.md, and the session from a run in a terminal.
//
// usage: pictures ROOT; `make docs` runs it.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pictures ROOT")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// write renders all pictures into docs/pictures.
func write(root string) error {
	all, err := render(root)
	if err != nil {
		return err
	}
	for name, text := range all {
		if err := os.WriteFile(filepath.Join(root, "docs", "pictures", name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// render returns all pictures by the names of their files.
func render(root string) (map[string][]byte, error) {
	all := map[string][]byte{}
	folder, err := os.MkdirTemp("", "tenableio-pictures-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	session, err := recordSession(root, folder)
	if err != nil {
		return nil, err
	}
	for name, c := range terminalColours {
		all["session-"+name+".svg"] = terminal(session, c)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "performance.md"))
	if err != nil {
		return nil, err
	}
	for _, p := range plots {
		bars, err := readFigures(string(page)).bars(p.sources)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.file, err)
		}
		for _, theme := range themes {
			text, err := p.draw(bars, theme)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", p.file, err)
			}
			all[p.file+"-"+theme.name+".svg"] = text
		}
	}
	return all, nil
}
