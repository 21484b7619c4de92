// Package transaction holds the four transaction machines of SIP (RFC 3261 §17) with the Accepted states of RFC 6026 and
// the manners of RFC 4320: [InviteClient], [Client], [InviteServer] and [Server].
//
// A machine is a plain struct without clock, socket or goroutine. It is stepped with the time and an input, and each step
// returns an [Out]: what to send, what to tell the transaction user (TU). Deadline says when Tick is due at the latest;
// it changes with every step. A machine that said Done takes no more notice of anything.
//
// Machines are found by [Key]: one table for clients ([ClientKey]), one for servers ([ServerKey]).
package transaction

import (
	"errors"
	"time"

	"intercom/ua/sip"
)

// ErrTimeout is told to the TU when nothing came in time: no final response (Timers B and F), no ACK (Timer H), no
// response from the TU itself (a Server after 64*T1).
var ErrTimeout = errors.New("transaction timed out")

// Out is what one step asks of the caller. The zero Out asks for nothing.
type Out struct {
	Send    []*sip.Message // to the transport, in this order
	Deliver *sip.Message   // to the TU: a response, or in an InviteServer the ACK to a 2xx
	Err     error          // to the TU, once: ErrTimeout or the error of the transport
	Done    bool           // terminated: forget the machine
}

func send(m *sip.Message) Out {
	if m == nil {
		return Out{}
	}
	return Out{Send: []*sip.Message{m}}
}

// Timers are the base values of all timers (RFC 3261 §17.1.1.1, Table 4).
type Timers struct {
	T1 time.Duration // estimate of the round trip
	T2 time.Duration // longest interval between retransmissions of a non-INVITE request or an INVITE response
	T4 time.Duration // longest time that a message stays in the network
}

// Default returns the timers of RFC 3261: 500 ms, 4 s, 5 s.
func Default() Timers {
	return Timers{T1: 500 * time.Millisecond, T2: 4 * time.Second, T4: 5 * time.Second}
}

// timeout is the value of Timers B, F, H, J, L and M.
func (t Timers) timeout() time.Duration { return 64 * t.T1 }

// unlessReliable is the value of a timer that only absorbs retransmissions: zero where there are none.
func unlessReliable(d time.Duration, reliable bool) time.Duration {
	if reliable {
		return 0
	}
	return d
}

// State is the state of a machine, by its name in the RFC.
type State uint8

// A machine that does not exist yet has the zero State.
const (
	_ State = iota
	Calling
	Trying
	Proceeding
	Accepted
	Completed
	Confirmed
	Terminated
)

func (s State) String() string {
	names := [...]string{"", "Calling", "Trying", "Proceeding", "Accepted", "Completed", "Confirmed", "Terminated"}
	if int(s) < len(names) {
		return names[s]
	}
	return ""
}

// due reports whether a timer has fired; the zero time is a timer that does not run.
func due(timer, now time.Time) bool { return !timer.IsZero() && !now.Before(timer) }

// earliest returns the timer that fires first, the zero time if none runs.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
