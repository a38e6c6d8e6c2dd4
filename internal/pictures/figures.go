package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// bar is one bar of a plot.
type bar struct {
	name  string
	value float64
}

// figures holds the measured cells of the table in docs/performance.md by the name of their row.
type figures map[string]string

var row = regexp.MustCompile(`(?m)^\| ([A-Z]\d+a?) \|.*\| ([^|]+) \|$`)

// readFigures reads the table of docs/performance.md.
func readFigures(page string) figures {
	f := figures{}
	for _, found := range row.FindAllStringSubmatch(page, -1) {
		f[found[1]] = strings.ReplaceAll(found[2], "**", "")
	}
	return f
}

var number = regexp.MustCompile(`\d+(?:\.\d+)?`)

// source says where a bar's value is: a row, and the index of the number in its figure.
type source struct {
	name  string
	row   string
	index int
}

// bars reads the value of each source.
func (f figures) bars(sources []source) ([]bar, error) {
	var all []bar
	for _, s := range sources {
		numbers := number.FindAllString(f[s.row], -1)
		if s.index >= len(numbers) {
			return nil, fmt.Errorf("row %s has no figure %d: %q", s.row, s.index+1, f[s.row])
		}
		value, err := strconv.ParseFloat(numbers[s.index], 64)
		if err != nil {
			return nil, err
		}
		all = append(all, bar{s.name, value})
	}
	return all, nil
}
