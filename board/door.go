package board

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"intercom/hw/relay"
)

// Door is one door opener.
type Door struct {
	Name string
	*relay.Relay
}

// RelayState is how a door's relay does.
type RelayState = relay.State

// The states of a relay.
const (
	AtRest = relay.AtRest
	Pulsed = relay.Pulsed // closed with an end
	Held   = relay.Held   // closed until somebody closes the door
)

// What every relay keeps to.
const (
	MaxClosed = relay.MaxClosed // the longest pulse
	SignEvery = relay.SignEvery // how often it gives a sign of life while it is not at rest
)

func (b *Board) openDoor(c DoorConfig, onState func(RelayState)) error {
	pin, err := b.hw.Output(OutputLine{Use: "door " + c.Name, Name: c.Name, Line: c.Relay, ActiveLow: c.ActiveLow})
	if err != nil {
		return err
	}
	r, err := relay.New(pin, relay.Options{
		Delay:    c.PreDelay,
		Bistable: c.Kind == Bistable,
		Claim:    func() error { return b.lock.claim(c.Name) },
		Free:     func() { b.lock.free(c.Name) },
		OnChange: func(closed bool, at time.Time) { b.doorChanged(c.Name, closed, at) },
		OnState:  onState,
		OnFault:  func(err error) { b.fault(c.Name, err) },
	})
	if err != nil {
		return errors.Join(err, pin.Halt())
	}
	b.doors = append(b.doors, &Door{c.Name, r})
	return nil
}

func (b *Board) doorChanged(name string, closed bool, at time.Time) {
	kind := DoorClosed
	if closed { // the relay's contact: the door can be opened then
		kind = DoorOpened
	}
	b.events.emit(Event{At: at, Kind: kind, Name: name})
}

// Doors lists the door openers.
func (b *Board) Doors() []*Door { return slices.Clone(b.doors) }

// OpenDoor closes a door's relay for d, 0.2 to 30 s, and returns at once; the relay begins after the door's delay and ends by
// itself. ErrInterlocked says that another door must be at rest first.
func (b *Board) OpenDoor(name string, d time.Duration) error {
	return b.ask(name, func(door *Door) error { return door.Pulse(d) })
}

// HoldDoor closes the relay of a bistable door, after its delay, until CloseDoor or Close. Any other door refuses.
func (b *Board) HoldDoor(name string) error {
	return b.ask(name, func(d *Door) error { return d.Hold() })
}

// CloseDoor puts a door's relay to rest now.
func (b *Board) CloseDoor(name string) error {
	return b.ask(name, func(d *Door) error { return d.Release() })
}

func (b *Board) ask(name string, what func(*Door) error) error {
	door, err := b.door(name)
	if err != nil {
		return err
	}
	if err := what(door); err != nil {
		return fmt.Errorf("board: door %q: %w", name, err)
	}
	return nil
}

func (b *Board) door(name string) (*Door, error) {
	var names []string
	for _, d := range b.doors {
		if d.Name == name {
			return d, nil
		}
		names = append(names, d.Name)
	}
	return nil, fmt.Errorf("board: no door is called %q; there are: %s", name, orDefault(strings.Join(names, ", "), "none"))
}
