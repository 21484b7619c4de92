package station

import "time"

// CallID names one call between the station and the user agent. The station names the calls that it places ("out-1",
// "out-2", …), the user agent those that come in; no name is used twice.
type CallID string

// An Event is something that happened outside: at the board, in the user agent or in a call's sound.
type Event interface{ event() }

type (
	// ButtonPressed is a debounced press.
	ButtonPressed struct{ Button string }
	// ButtonReleased ends it.
	ButtonReleased struct{ Button string }

	// DoorOpened says that a door's relay has pulled, DoorClosed that it has let go, whoever asked for it.
	DoorOpened struct{ Door string }
	// DoorClosed is the counterpart of DoorOpened.
	DoorClosed struct{ Door string }

	// NotOpened says that the board keeps a door shut, and why.
	NotOpened struct{ Door, Reason string }
	// InputChanged is a contact's state, told at the start and when it has changed. On is what it is for: the door is open, the
	// exit button pressed, the housing open.
	InputChanged struct {
		Input string
		On    bool
	}

	// Registration is an account's registration gained, refreshed, lost or refused.
	Registration struct {
		Account string
		OK      bool
		Reason  string // why not, in words; empty if OK
	}
	// Network is the way to the network coming and going.
	Network struct{ Up bool }

	// Incoming is an INVITE from outside that waits for an answer.
	Incoming struct {
		Call     CallID
		Account  string // the account that was called
		From     string // the caller's URI as he himself gives it
		FromName string // his display name, likewise
		Asserted string // the caller's URI that the telephone system vouches for, "" if it vouches for none
		User     string // the name whose password the caller has shown, "" if none was asked for
		Trusted  bool   // the user agent vouches for the caller: by the server it came from or by digest
		AtOnce   bool   // the caller asks to be answered without anybody at the station
	}
	// Ringing is a 180 for a call that the station placed.
	Ringing struct{ Call CallID }
	// Early is sound before the answer (a 183 with a session description).
	Early struct{ Call CallID }
	// Answered is a call that is up: the dialog is confirmed, in either direction.
	Answered struct{ Call CallID }
	// Ended is a call that is over, or that never came to be; Status is the SIP status if there was one.
	Ended struct {
		Call   CallID
		Status int
		Reason string
	}
	// Moved is a call that is up and has another telephone at its other end from now on.
	Moved struct{ Call CallID }
	// OnHold is a call that is up whose other side has stopped listening, or listens again (RFC 3264 §8.4). Music may come of it.
	OnHold struct {
		Call CallID
		On   bool
	}
	// Silent is told again and again while no sound at all comes from the other side of a call that is up and not on hold.
	Silent struct {
		Call CallID
		For  time.Duration
	}
	// Digit is a key pressed at the other end of a call: 0–9, *, #, A–D.
	Digit struct {
		Call  CallID
		Digit byte
		Way   string // ByEvent, ByInfo or ByInband
	}

	// Fault is something that the caretaker must see to, or that he has seen to. Line is the one at fault in the
	// configuration, 0 where no line is.
	Fault struct {
		Kind FaultKind
		Text string
		Line int
		Gone bool
	}

	// Tick is the passing of time alone: due when Deadline says so.
	Tick struct{}
)

// A FaultKind says where a Fault lies.
type FaultKind string

// The kinds of faults.
const (
	ConfigFault   FaultKind = "config"
	HardwareFault FaultKind = "hardware"
	SoundFault    FaultKind = "sound" // the card is gone, perhaps for a while
)

func (ButtonPressed) event()  {}
func (ButtonReleased) event() {}
func (DoorOpened) event()     {}
func (DoorClosed) event()     {}
func (NotOpened) event()      {}
func (InputChanged) event()   {}
func (Registration) event()   {}
func (Network) event()        {}
func (Incoming) event()       {}
func (Ringing) event()        {}
func (Early) event()          {}
func (Answered) event()       {}
func (Ended) event()          {}
func (Moved) event()          {}
func (OnHold) event()         {}
func (Silent) event()         {}
func (Digit) event()          {}
func (Fault) event()          {}
func (Tick) event()           {}
