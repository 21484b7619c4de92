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
	ButtonStuck                 // it has been held for a minute
	DoorOpened                  // a door's relay closed: the door can be pushed open
	DoorClosed                  // the relay is at rest again
	Fault                       // a part failed; Err says how
)

var kindNames = [...]string{ButtonDown: "button down", ButtonUp: "button up", ButtonStuck: "button stuck", DoorOpened: "door opened",
	DoorClosed: "door closed", Fault: "fault"}

func (k Kind) String() string {
	if k < ButtonDown || k > Fault {
		return fmt.Sprintf("Kind(%d)", int(k))
	}
	return kindNames[k]
}

// Event is one thing that happened on the board.
type Event struct {
	At   time.Time
	Kind Kind
	Name string // of the button or the door
	Err  error  // of a Fault
}
