package ua

import (
	"net/netip"
	"time"
)

// Event is what the user agent tells its owner through UA.Events: one of the
// structs of this file.
type Event interface{ event() }

// Registered: the registrar has granted Account a binding for Expires. It is
// sent for the first time and after each failure, not for each refresh.
type Registered struct {
	Account string
	Expires time.Duration
}

// RegistrationFailed: an attempt failed; the next one is at Next.
// WrongPassword is set when the registrar understood and refused the
// credentials, which trying sooner will not cure.
type RegistrationFailed struct {
	Account       string
	Err           error
	Next          time.Time
	WrongPassword bool
}

// Unregistered: the binding was taken back on the way out.
type Unregistered struct{ Account string }

// Incoming: somebody calls. 100 Trying has been sent; the owner decides by
// Ring, Answer or Reject. Trusted says that the request came from a server of
// an account, from an allowed prefix, or from User. Without an offer (HasOffer
// false) the answer to Answer's offer comes with the ACK.
type Incoming struct {
	Call     CallID
	Account  string // whose AOR or server was called through; "" if none
	From     string // caller's URI, "sip:11@fritz.box"; the asserted one if an account's server vouches for it
	FromName string // caller's display name, "" if none
	User     string // Caller who has shown the password, "" if none was asked for: what From says is only a claim then
	To       string // called URI
	Source   netip.AddrPort
	Trusted  bool

	// Asserted is the caller's URI that an account's server vouches for, though he
	// may not want it to be shown (RFC 3325); "" if it vouches for none. Where
	// there is one, From may be anything.
	Asserted string

	HasOffer bool

	// RingNeedsOffer: the caller leaves the offer to us and takes no 180 without
	// one: RingWith.
	RingNeedsOffer bool

	// AtOnce: the caller asks to be answered without anybody lifting a receiver
	// (RFC 5373, or what telephones understand in its place). It is a wish, and
	// says nothing of who he is.
	AtOnce bool

	Replaces CallID // the call that Answer ends, as this one takes its place (RFC 3891); "" if none
}

// Ringing: the called side alerts (180, or another provisional without a
// session description).
type Ringing struct{ Call CallID }

// Early: there are media before the call is answered: those of the called
// side, or those of Progress.
type Early struct {
	Call    CallID
	Session Session
}

// Answered: the call is up. For an incoming call it comes with the caller's
// ACK, not before.
type Answered struct {
	Call    CallID
	Session Session
}

// Updated: the session has changed: the peer has moved to another address or
// codec, holds or resumes; or it has granted our Hold or Resume.
type Updated struct {
	Call    CallID
	Session Session
}

// NotUpdated: Hold or Resume was refused, and the session is as it was. Status
// is the response that refused it, or 408 or 503 if there was none; 481 also
// where the call is not up yet.
type NotUpdated struct {
	Call   CallID
	Status int
	Reason string
}

// Info: the peer of a call that is up sent an INFO request with a key in it
// (RFC 6086). ContentType is "application/dtmf-relay" or "application/dtmf";
// Body is at most 1024 octets long and not looked at.
type Info struct {
	Call        CallID
	ContentType string
	Body        []byte
}

// Message: somebody trusted sent a text (RFC 3428), within Call if that is not
// empty. It has been answered 200.
type Message struct {
	Call     CallID
	Account  string // whose AOR or server it came for; "" if none
	From     string // sender's URI
	FromName string // sender's display name, "" if none
	User     string // Caller who has shown the password, "" if none was asked for
	To       string // URI that it was sent to
	Source   netip.AddrPort
	Text     string // at most 4096 octets of UTF-8 per the charset it came in
}

// Replied: the final answer to the request that the owner named ID when it
// called UA.Message or UA.Options. Without any answer Status is 408, without a
// way to the peer 503.
type Replied struct {
	ID     string
	Method string
	Status int
	Reason string
	Agent  string   // what the peer calls itself, "" if it does not say
	Allow  []string // methods that it says it serves
}

// Referred: the peer of a call asks us to call somebody else (REFER, RFC 3515).
// The owner decides by Follow or Decline. Replaces says that the new call would
// take the place of one that the peer has with the target.
type Referred struct {
	Call     CallID
	Target   string // URI
	By       string // Referred-By as received, "" if none
	Replaces bool
}

// Transferred: how the transfer of a call goes, by the status of the call that
// its peer places: 100, 180, and at last (Final) what came of it. A 2xx is
// followed by the end of the call.
type Transferred struct {
	Call   CallID
	Status int
	Reason string
	Final  bool
}

// Ended is the last event of a call, whatever its course. Status is the final
// response that ended it, or 0 when an established call came to its end.
// Remote tells who ended it.
type Ended struct {
	Call   CallID
	Status int
	Reason string
	Remote bool

	// RetryAfter is how long the one who refused a call of ours does not want to
	// be called again (480, 486, 503 and their like), 0 if it did not say.
	RetryAfter time.Duration

	Cause     Cause  // why, where the Reason of CANCEL, BYE or refusal says so
	Successor CallID // the call that took the place of this one (RFC 3891), "" if none
}

func (Registered) event()         {}
func (RegistrationFailed) event() {}
func (Unregistered) event()       {}
func (Incoming) event()           {}
func (Ringing) event()            {}
func (Early) event()              {}
func (Answered) event()           {}
func (Updated) event()            {}
func (NotUpdated) event()         {}
func (Info) event()               {}
func (Message) event()            {}
func (Replied) event()            {}
func (Referred) event()           {}
func (Transferred) event()        {}
func (Ended) event()              {}
