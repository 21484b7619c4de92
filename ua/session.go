package ua

import (
	"time"

	"intercom/ua/sdp"
)

// CallID names a call between the user agent and its owner: chosen by the
// owner for Dial ("out-1"), by the user agent for incoming calls ("in-1"). It
// is not the Call-ID header field.
type CallID string

// Format is one payload type with its encoding, as in a=rtpmap.
type Format = sdp.Format

// Key protects one direction of a stream by SRTP.
type Key = sdp.Key

// Session is what offer and answer agreed on, seen from this side.
type Session = sdp.Session

// Media is what the owner of a call can send and receive: the RTP port (RTCP
// is at the next one), formats in order of preference, and the packet length.
// The address is the user agent's own towards the peer.
type Media struct {
	Port    uint16
	Formats []Format
	Ptime   time.Duration
	Mux     bool // RTCP by the port of RTP is offered (RFC 5761)
}

// Dial describes an outgoing call. Target is a URI ("sip:11@fritz.box") or,
// with a registered account, a bare number ("11") in the account's domain.
// DisplayName replaces the account's for this call ("Front gate").
type Dial struct {
	Account     string
	Target      string
	DisplayName string
	Media       Media
	Anonymous   bool   // the called side does not learn who calls
	AlertInfo   string // how the called side is to ring: the value of Alert-Info (RFC 3261 §20.4), "" as it likes

	replaces   string    // Replaces of the INVITE
	referredBy string    // Referred-By of the INVITE
	referral   *referral // whoever asked for the call
}

// Text describes a text to be sent: in the call named, or to Target (a URI, or
// a number in the account's domain) as Account. It is at most 900 octets long.
type Text struct {
	Call    CallID
	Account string
	Target  string
	Text    string
}
