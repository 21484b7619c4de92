package media

import (
	"fmt"
	"net/netip"
	"time"

	"intercom/media/srtp"
)

// Params is what offer and answer agreed on for one stream. Start takes it at the beginning of a call and again whenever it
// changes in mid-call.
type Params struct {
	Remote     netip.AddrPort // where RTP goes, and the only address that sound and digits are taken from
	RemoteRTCP netip.AddrPort // where RTCP goes, and the only address that it is taken from; invalid means no RTCP
	Mux        bool           // RTCP goes where RTP goes, by the same port (RFC 5761); RemoteRTCP does not matter then

	Codec       string // encoding name of what is sent, "PCMA"
	PayloadType uint8  // its payload type, as the peer wants it

	// Receive maps the payload types that the peer may send to encoding names; "telephone-event" among them lets digits in,
	// "CN" descriptions of silence (RFC 3389).
	Receive map[uint8]string

	// Inband hears keys in the peer's sound too: opt-in, for every voice in a call passes the detector.
	Inband bool

	DTMF  uint8         // payload type to send telephone events with; 0 if the peer takes none
	Noise uint8         // payload type to describe silences with (RFC 3389); 0 if the peer takes none
	Ptime time.Duration // length of the sound in one packet; 0 means 20 ms

	// Send and Recv are the direction as seen from here (RFC 3264 §5.1); both false is a call on hold.
	Send, Recv bool

	// Keys protect both directions by SRTP; the zero value is plain RTP. New ones in mid-call leave no gap, and those of
	// before go on with their counters and replay windows when they come back.
	Keys srtp.Keys
}

// checked returns p with its defaults, or an error that says what cannot be done.
func (p Params) checked() (Params, error) {
	if p.Codec != "" {
		if _, ok := codecByName(p.Codec); !ok {
			return p, fmt.Errorf("codec %q is not one of %q", p.Codec, Default().Codecs)
		}
	} else if p.Send {
		return p, fmt.Errorf("a stream to %v that sends needs a codec", p.Remote)
	}
	if p.PayloadType > 127 || p.DTMF > 127 || p.Noise > 127 {
		return p, fmt.Errorf("payload types %d, %d and %d: RTP has room for 0 to 127", p.PayloadType, p.DTMF, p.Noise)
	}
	if p.Keys.Protected() {
		if err := p.Keys.Check(); err != nil {
			return p, err
		}
	}
	p.Ptime = p.Ptime.Truncate(10 * time.Millisecond)
	if p.Ptime == 0 {
		p.Ptime = 20 * time.Millisecond
	}
	// A peer that asks for more than is sensible gets the most that is.
	p.Ptime = min(max(p.Ptime, 10*time.Millisecond), 60*time.Millisecond)
	return p, nil
}

// reports is where RTCP goes and comes from.
func (p Params) reports() netip.AddrPort {
	if p.Mux {
		return p.Remote
	}
	return p.RemoteRTCP
}

// Digit is one key pressed by the peer.
type Digit struct {
	Rune     byte          // '0' to '9', '*', '#', 'A' to 'D'
	Source   string        // the way it came: "rfc4733", "inband"
	Duration time.Duration // how long it was pressed, as far as was heard
}
