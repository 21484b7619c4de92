package appliance

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"intercom/cmd/intercom/station"
	"intercom/configs"
	"intercom/media"
)

// ErrNotRunning is what a station says to whoever asks it for something when it has returned from Run.
var ErrNotRunning = errors.New("the station is not running")

// Press presses a button and lets go of it.
func (a *Appliance) Press(button string) error {
	return a.ask(func() error {
		var names []string
		for _, b := range a.config.Station.Buttons {
			names = append(names, b.Name)
		}
		if err := among("button", button, names); err != nil {
			return err
		}
		a.step(station.ButtonPressed{Button: button})
		a.step(station.ButtonReleased{Button: button})
		return nil
	})
}

// Open opens a door for somebody, if the rules and the board let it.
func (a *Appliance) Open(door, by string) error {
	return a.ask(func() error {
		var names []string
		for _, d := range a.config.Station.Doors {
			names = append(names, d.Name)
		}
		opened, reason := false, ""
		for _, action := range a.step(station.OpenAsked{Door: door, By: by}) {
			switch action := action.(type) {
			case station.Open:
				opened = opened || action.Door == door
			case station.Hold: // a light for minutes
				opened = opened || action.Door == door
			case station.Record:
				reason += action.Reason
			}
		}
		if err := among("door", door, names); err != nil {
			return err
		}
		for _, e := range a.pending { // what the board has to say
			switch e := e.(type) {
			case station.NotOpened:
				opened, reason = false, e.Reason
			case station.Fault:
				opened, reason = false, e.Text
			}
		}
		if !opened {
			return fmt.Errorf("the door %q stays shut: %s", door, reason)
		}
		return nil
	})
}

// Call has somebody called as if a button did.
func (a *Appliance) Call(target, by string) error {
	return a.ask(func() error {
		if err := configs.Callable(a.config, target); err != nil {
			return err
		}
		if !a.station.Idle() {
			return errors.New("the station is in a call")
		}
		a.step(station.CallAsked{Target: target, By: by})
		return nil
	})
}

// HangUp ends what goes on at the door.
func (a *Appliance) HangUp(by string) error {
	return a.ask(func() error {
		if a.station.Idle() {
			return errors.New("there is no call")
		}
		a.step(station.HangUpAsked{By: by})
		return nil
	})
}

// Status is what a station is doing.
type Status struct {
	station.State
	Figures map[station.CallID]media.Stats // of the calls that have sound
	Counts  map[station.RecordKind]uint64  // what has happened since the process began
}

// Status says what the station is doing.
func (a *Appliance) Status() (s Status, err error) {
	err = a.ask(func() error {
		s = Status{a.station.State(), map[station.CallID]media.Stats{}, maps.Clone(a.counts)}
		for _, c := range s.Calls {
			if figures, ok := a.calls.Stats(a.succession.calls(c.Call)[0]); ok {
				s.Figures[c.Call] = figures
			}
		}
		return nil
	})
	return s, err
}

// ask has f done on the station's own goroutine and waits for it.
func (a *Appliance) ask(f func() error) error {
	answer := make(chan error, 1)
	a.on(func() { answer <- f() })
	select {
	case err := <-answer:
		return err
	case <-a.over:
	}
	select {
	case err := <-answer: // the last thing that the loop did
		return err
	default:
		return ErrNotRunning
	}
}

func among(what, name string, names []string) error {
	if slices.Contains(names, name) {
		return nil
	}
	return fmt.Errorf("there is no %s %q; there are: %s", what, name, strings.Join(names, ", "))
}
