package board

import (
	"fmt"
	"time"
)

// Kind says what happened on the board.
type Kind int

// The kinds of Event.
const (
	ButtonDown  Kind = iota + 1 // a button is held, steadily and long enough to count
	ButtonUp                    // it was let go
	ButtonStuck                 // it, or an exit button, has been held for a minute
	DoorOpened                  // a door's relay closed: the door can be pushed open
	DoorClosed                  // the relay is at rest again
	InputOn                     // an input's meaning is true: the door is open, the exit button pressed, the housing open
	InputOff                    // it is not; the state at the start is told once, too
	Fault                       // a part failed; Err says how
	Mended                      // the part that failed works again
)

var kindNames = [...]string{ButtonDown: "button down", ButtonUp: "button up", ButtonStuck: "button stuck", DoorOpened: "door opened",
	DoorClosed: "door closed", InputOn: "input on", InputOff: "input off", Fault: "fault", Mended: "mended"}

func (k Kind) String() string {
	if k < ButtonDown || k > Mended {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// SoundPart is the Name of events about the sound card.
const SoundPart = "sound"

// Event is one thing that happened on the board.
type Event struct {
	At   time.Time
	Kind Kind
	Name string // of the button, the door, the input or the part
	Err  error  // of a Fault
}
