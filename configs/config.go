// Package configs reads the one file that tells a station what it is: whom it calls, which lines it is wired to, who it is
// to the telephones. Every table is the Config of the package that obeys it; this package joins them, and finds every
// fault of a file at once, with its place.
package configs

import (
	"log/slog"

	"intercom/board"
	"intercom/cmd/intercom/hook"
	"intercom/cmd/intercom/station"
	"intercom/media"
	"intercom/ua"
)

// Config is a whole configuration.
type Config struct {
	Station  station.Config // with the rules' part of every button and door
	Board    board.Config   // with the wiring of every button, door and input, the light and the card
	Sound    Sound
	SIP      ua.Config
	Accounts []ua.Account
	Callers  []ua.Caller
	RTP      media.Config
	State    State
	Control  Control
	Hooks    []hook.Config
	Watchdog string // the device of the computer's watchdog; empty: none
	Log      Log
}

// Sound is the [sound] table: the card of the board, and what is played on it.
type Sound struct {
	board.SoundConfig
	media.Sound
}

// Log is the [log] table.
type Log struct {
	// Level is "debug", "info" (the default), "warn" or "error".
	Level slog.Level
}

// Default is the configuration of an empty file. It is not complete: it has no button, nobody to call and nobody to be.
func Default() Config { return defaults().config() }

// Rules is the configuration of the station's rules, which also know where the station is and the accounts that must be
// registered.
func (c Config) Rules() station.Config {
	rules := c.Station
	if place, err := location(rules.TimeZone); err == nil {
		rules.Location = place
	}
	rules.Accounts = nil
	for _, a := range c.Accounts {
		if a.Registrar != "" {
			rules.Accounts = append(rules.Accounts, a.Name)
		}
	}
	return rules
}
