// Package boardtest is the suite that every board must pass, simulated or real: whatever is said about doors, buttons and
// the light holds at the lines, not only in what the board says of itself.
package boardtest

import (
	"testing"
	"testing/synctest"
	"time"

	"intercom/board"
)

// Rig is a board on a bench: hands on its buttons and instruments on its outputs.
type Rig struct {
	Board *board.Board

	Contact func(name string, closed bool) // closes or opens the contact of a button or an input
	Current func(door string) bool         // whether a door's relay has current, also after Close
	Lit     func() bool                    // whether the status light shines, also after Close
}

// Config is what a Rig is to be built with; model and lines are the rig's own. The card is "null". When the board opens,
// all contacts are at rest: the input "shut" is closed, all others are open.
func Config() board.Config {
	return board.Config{
		Buttons: []board.ButtonConfig{{Name: "front"}, {Name: "garden", ActiveLow: true}},
		Doors:   []board.DoorConfig{{Name: "front"}, {Name: "gate", ActiveLow: true, Kind: board.Bistable}},
		Inputs: []board.InputConfig{
			{Name: "shut", Use: board.UseContact, Door: "front", ActiveLow: true},
			{Name: "exit", Use: board.UseExit, Door: "front"},
			{Name: "lid", Use: board.UseTamper, Normally: "open"},
		},
		Sound: board.SoundConfig{Card: "null"},
	}
}

// Run runs the suite on boards that open builds, each in a synctest bubble of its own.
func Run(t *testing.T, open func(*testing.T, board.Config) Rig) {
	for name, story := range stories() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				play(&bench{T: t, Rig: open(t, Config()), ages: time.Hour, settle: synctest.Wait}, story)
			})
		})
	}
}

// RunReal runs the suite on boards whose lines are the kernel's, where no bubble can be: everything that is done at once there takes
// up to slack, which must be a few milliseconds.
func RunReal(t *testing.T, slack time.Duration, open func(*testing.T, board.Config) Rig) {
	for name, story := range stories() {
		t.Run(name, func(t *testing.T) {
			play(&bench{T: t, Rig: open(t, Config()), slack: slack, ages: 2 * time.Minute, settle: func() { time.Sleep(slack) }}, story)
		})
	}
}

func play(b *bench, story func(*bench)) {
	defer b.Board.Close()
	// Every input's state is told once at the start.
	b.wait(time.Second)
	b.wantStart("input off exit", "input off lid", "input off shut")
	story(b)
}

func stories() map[string]func(*bench) {
	return map[string]func(*bench){
		"relays rest after opening and closing":             (*bench).relaysRest,
		"a door opens for a while and shuts itself":         (*bench).doorShutsItself,
		"no asking keeps a door open":                       (*bench).doorIsBounded,
		"a bistable door is held until it is shut":          (*bench).doorIsHeld,
		"a door can be shut early":                          (*bench).doorShutEarly,
		"doors do not touch each other":                     (*bench).doorsAreApart,
		"closing shuts an open door":                        (*bench).closingShuts,
		"an unknown door is refused":                        (*bench).unknownDoor,
		"presses come in order":                             (*bench).pressesInOrder,
		"spikes ring nobody":                                (*bench).spikes,
		"a stuck button is told once":                       (*bench).stuck,
		"inputs are told at the start and when they change": (*bench).inputs,
		"sparks change no input":                            (*bench).sparks,
		"nobody reading holds nothing up":                   (*bench).unreadEvents,
		"the light shows what it is told":                   (*bench).light,
		"the card has the pace of its rate":                 (*bench).card,
		"closing is quiet, complete and may be twice":       (*bench).closing,
	}
}
