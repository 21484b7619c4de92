package configs

import (
	"errors"
	"fmt"
	"strconv"

	"intercom/board"
)

// Relays is a board with nothing but the doors of a configuration, to put their relays to rest however broken the rest of it is.
// A door whose line or polarity the files leave in doubt is left out, and told in the error: the wrong level would open it.
func (f Files) Relays() (board.Config, error) {
	t, faults := f.tables()
	c := board.Config{Model: t.Board.Model, Sound: board.SoundConfig{Card: "none"}}
	if faults.bad["board.model"] || faults.bad["board"] {
		c.Model = board.Default().Model
	}
	if c.Model == "sim" {
		return c, nil
	}
	var errs []error
	if faults.lost && len(t.Doors) == 0 || faults.bad["door"] {
		errs = append(errs, fmt.Errorf("%s: it is too broken to tell where the relays are", f.Path))
	}
	for i, d := range t.Doors {
		if !certain(faults, join("door", strconv.Itoa(i))) || d.Relay == "" {
			errs = append(errs, fmt.Errorf("%s: it is too broken to tell where the relay of door %q is and which way it rests", f.Path, d.Name))
			continue
		}
		c.Doors = append(c.Doors, board.DoorConfig{Name: d.Name, Relay: d.Relay, ActiveLow: d.ActiveLow})
	}
	return c, errors.Join(errs...)
}

// certain tells whether a door's line and polarity are as they were meant. Where text was lost, the polarity may have been in
// it, unless it is written elsewhere.
func certain(l *faultList, door string) bool {
	for _, path := range []string{door, join(door, "relay"), join(door, "active_low")} {
		if l.bad[path] {
			return false
		}
	}
	_, written := l.places[join(door, "active_low")]
	return written || !l.lost
}
