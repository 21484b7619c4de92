package appliance

import (
	"errors"
	"reflect"
	"time"

	"intercom/board"
	"intercom/cmd/intercom/station"
	"intercom/configs"
	"intercom/media"
)

// ErrReplaced is what Run returns when it has made room for another configuration, which needs other sockets, lines or
// accounts than this station has.
var ErrReplaced = errors.New("the station makes room for another configuration")

// Tell has the rules hear of something that neither the board nor the user agent tells.
func (a *Appliance) Tell(e station.Event) { a.on(func() { a.pending = append(a.pending, e) }) }

// Reload has the station take another configuration, as soon as no call is up. What needs no other sockets, lines or
// accounts it takes as it is and tells by Reloaded; for the rest Run returns ErrReplaced. Only the last one given counts.
func (a *Appliance) Reload(c configs.Config) { a.on(func() { a.next = &c }) }

// Stay has the station forget a configuration that still waits.
func (a *Appliance) Stay() { a.on(func() { a.next = nil }) }

// Reloaded has a value when a configuration given by Reload is in force.
func (a *Appliance) Reloaded() <-chan struct{} { return a.reloaded }

// on does f on the station's own goroutine; after Run it does nothing.
func (a *Appliance) on(f func()) {
	select {
	case a.inbox <- f:
	case <-a.over:
	}
}

// replaced takes the configuration that waits, if there is one and its time has come. It returns true if Run is to make room
// for it.
func (a *Appliance) replaced(now time.Time) bool {
	if a.next == nil || !a.station.Idle() || !a.calls.Idle() {
		a.idleSince = time.Time{}
		return false
	}
	if a.idleSince.IsZero() {
		a.idleSince = now
	}
	switch {
	case !needsRestart(a.config, *a.next):
		a.take(*a.next)
		return false
	case SameBoard(a.config.Board, a.next.Board):
		return true // relays go on in the same hands
	}
	return a.station.AtRest() || now.Sub(a.idleSince) > longestPulse
}

// longestPulse is more than any pulse of a relay lasts: a door that is open for longer is held, and may be let go.
const longestPulse = 31 * time.Second

// take puts a configuration in force.
func (a *Appliance) take(c configs.Config) {
	a.config, a.next = c, nil
	a.setSignals(c.Sound.Sound)
	a.station.Reconfigure(c.Rules())
	a.pending = append(a.pending, station.Tick{})
	select {
	case a.reloaded <- struct{}{}:
	default: // it is told already
	}
}

// needsRestart tells whether a configuration differs from another one in more than rules, tones and the log.
func needsRestart(from, to configs.Config) bool {
	return !reflect.DeepEqual(lasting(from), lasting(to))
}

// lasting is what a station has for as long as it runs.
func lasting(c configs.Config) configs.Config {
	c.Station, c.Log = station.Config{}, configs.Log{}
	c.Sound.Country, c.Sound.Prompts, c.Sound.Volumes, c.Sound.Duck = "", nil, nil, 0
	c.Board.Log = nil
	return c
}

// SameBoard tells whether two boards are wired alike, whatever their sound cards are. The files of a simulated one belong to it.
func SameBoard(a, b board.Config) bool {
	a.Log, b.Log = nil, nil
	if a.Model != "sim" {
		a.Sound, b.Sound = board.SoundConfig{}, board.SoundConfig{}
	}
	return reflect.DeepEqual(a, b)
}

func (a *Appliance) setSignals(c media.Sound) {
	var faults []error
	a.signals, faults = newSignals(c)
	for _, err := range faults {
		a.log.Error("a tone is played in its place", "err", err)
	}
}
