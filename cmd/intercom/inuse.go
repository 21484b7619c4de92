package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"intercom/board"
)

// inUse is the file that a station keeps in its run directory while it has relays: a line for each, as ParseRelayLine reads it. Its
// configuration may have become another since, whose wiring waits for the end of a call.
const inUse = "relays"

// noteRelays tells whoever sees to a station that has died where its relays are.
func noteRelays(lines []board.RelayLine) error {
	path, err := makeRunFile(runDirs(), inUse)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, l := range lines {
		fmt.Fprintln(&text, l)
	}
	if err := os.WriteFile(path+".new", []byte(text.String()), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// forgetRelays is for relays that are at rest.
func forgetRelays() error {
	if err := os.Remove(findRunFile(runDirs(), inUse)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// notedRelays are those of a station that has not put them to rest; none if there is no such station.
func notedRelays() ([]board.RelayLine, error) {
	f, err := os.Open(findRunFile(runDirs(), inUse))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const longest = 64 << 10
	text, err := io.ReadAll(io.LimitReader(f, longest))
	var lines []board.RelayLine
	for line := range strings.Lines(string(text)) {
		l, wrong := board.ParseRelayLine(strings.TrimSuffix(line, "\n"))
		if err = errors.Join(err, wrong); wrong == nil {
			lines = append(lines, l)
		}
	}
	return lines, err
}

// together are the relays in use, with the polarity that they have there, and those of the configuration.
func together(used, configured []board.RelayLine) []board.RelayLine {
	all := slices.Clone(used)
	for _, l := range configured {
		if !slices.ContainsFunc(all, func(u board.RelayLine) bool { return u.Address == l.Address }) {
			all = append(all, l)
		}
	}
	return all
}
