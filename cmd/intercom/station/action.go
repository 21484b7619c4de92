package station

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// An Action is something that the station wants done. Actions are done in the order in which Step returns them.
type Action interface{ action() }

type (
	// Dial places a call. Target is a SIP URI, or a bare user where the account has a registrar.
	Dial struct {
		Call        CallID
		Account     string
		Target      string
		DisplayName string
		AlertInfo   string // how the telephone is to ring (RFC 3261 §20.4), "" as it likes
	}
	// Ring tells a caller that the station rings (180).
	Ring struct{ Call CallID }
	// Answer accepts an incoming call.
	Answer struct{ Call CallID }
	// Reject refuses an incoming call with a SIP status.
	Reject struct {
		Call   CallID
		Status int
	}
	// Redirect sends a caller elsewhere (302).
	Redirect struct {
		Call CallID
		To   string
	}
	// Hangup ends a call in whatever state it is; for a call that is over already it means nothing. Elsewhere says that
	// another telephone has answered.
	Hangup struct {
		Call      CallID
		Elsewhere bool
	}

	// Mix says what a call has of the sound at the door: whether it is heard there and by the other calls, and whether it
	// hears the door and them. Before the first Mix it has nothing of it.
	Mix struct {
		Call         CallID
		Heard, Hears bool
	}
	// Prompt speaks to the other end of a call, again and again until StopPrompt.
	Prompt struct {
		Call CallID
		Name string
	}
	// StopPrompt ends what Prompt began.
	StopPrompt struct{ Call CallID }
	// Volume is how much louder the house is at the door than it is set to be, in dB.
	Volume struct{ Level float64 }

	// Open has a door's relay pulled for a time. The relay ends it by itself, whatever becomes of the call.
	Open struct {
		Door string
		For  time.Duration
	}

	// Hold has a door's relay pulled until Shut; only a bistable one can be.
	Hold struct{ Door string }
	// Shut puts a door's relay to rest now.
	Shut struct{ Door string }

	// Remember keeps what must outlive a restart. It is done before the actions that follow it.
	Remember struct{ Memory Memory }

	// Light shows a pattern on the station's light, until the next one.
	Light struct{ Pattern string }
	// Tone plays a tone at the station. Ringback and Alert go on until StopTone or the next Tone, the others end by
	// themselves.
	Tone struct{ Name string }
	// StopTone ends what Tone began.
	StopTone struct{}

	// Note tells the caretaker in plain words what happened. It never holds a digit of a code.
	Note struct {
		Level slog.Level
		Text  string
		Attrs []slog.Attr // keys: button, door, call, peer, account, err, next
	}
)

// The tones.
const (
	Ringback     = "ringback"      // the house's telephone rings
	Alert        = "alert"         // the station itself is called
	NoAnswer     = "no-answer"     // no target answered
	CallEnded    = "call-ended"    // the other side has hung up
	DoorOpen     = "door-open"     // the door is being opened
	WrongCode    = "wrong-code"    // that was no door's code
	LockedOut    = "locked-out"    // codes are not looked at for a while
	LimitWarning = "limit-warning" // the call is about to end
	Listening    = "listening"     // the call was answered by itself: somebody may be listening
	Ready        = "ready"         // the station can call, for the first time or again
	PleaseWait   = "please-wait"   // the bell has been heard, the house is being called
	Joined       = "joined"        // another telephone takes part in the conversation
	PressOne     = "press-one"     // for who has lifted: press 1 to talk
	DoorAlarm    = "door-alarm"    // a door is held or forced open, or the housing was opened
	NetworkLost  = "network-lost"  // it cannot: no network, or a telephone system that does not know it
)

func (Dial) action()       {}
func (Ring) action()       {}
func (Answer) action()     {}
func (Reject) action()     {}
func (Hangup) action()     {}
func (Redirect) action()   {}
func (Mix) action()        {}
func (Prompt) action()     {}
func (StopPrompt) action() {}
func (Volume) action()     {}
func (Open) action()       {}
func (Hold) action()       {}
func (Shut) action()       {}
func (Remember) action()   {}
func (Light) action()      {}
func (Tone) action()       {}
func (StopTone) action()   {}
func (Note) action()       {}

// String is the note on one line: its text, then each attribute as key=value, quoted where it is not a plain word.
func (n Note) String() string {
	var b strings.Builder
	b.WriteString(n.Text)
	for _, a := range n.Attrs {
		v := a.Value.String()
		if v == "" || strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r == '"' || r == '=' || r > '~' }) {
			v = strconv.Quote(v)
		}
		fmt.Fprintf(&b, " %s=%s", a.Key, v)
	}
	return b.String()
}

// Tones lists the names of all tones.
func Tones() []string {
	return []string{Ringback, Alert, NoAnswer, CallEnded, DoorOpen, WrongCode, LockedOut, LimitWarning, Listening, Ready, NetworkLost,
		PleaseWait, Joined, PressOne, DoorAlarm}
}
