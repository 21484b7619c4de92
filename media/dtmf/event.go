// Package dtmf carries telephone digits beside the speech: as named events in RTP (RFC 4733), sent by [Sender] and
// received by [Receiver], and in the body of a SIP INFO request ([ParseInfo]). All of it is pure: no clock, no socket.
package dtmf

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// digits are the events 0 to 15 of RFC 4733 §3.2, table 3, in order.
const digits = "0123456789*#ABCD"

// PayloadSize is the size in octets of the payload of a telephone-event packet.
const PayloadSize = 4

// maxDuration is the most that the 16-bit duration field can say, in timestamp units.
const maxDuration = 0xFFFF

// payload is the content of one packet (RFC 4733 §2.3).
type payload struct {
	event    uint8
	end      bool
	volume   uint8 // power level in dBm0 with its sign dropped, 0 to 63
	duration uint16
}

func (p payload) encode() (b [PayloadSize]byte) {
	b[0] = p.event
	b[1] = p.volume & 0x3F
	if p.end {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], p.duration)
	return b
}

// decode reads the first event of a payload. §2.3.3: a receiver ignores the reserved bit. §2.5.1.5 lets further events follow
// in the same packet; that is for signals shorter than a packet, which digits are not.
func decode(b []byte) (payload, bool) {
	if len(b) < PayloadSize {
		return payload{}, false
	}
	return payload{b[0], b[1]&0x80 != 0, b[1] & 0x3F, binary.BigEndian.Uint16(b[2:])}, true
}

// eventOf returns the event code of a digit; letters are taken in either case.
func eventOf(digit byte) (uint8, error) {
	if digit >= 'a' && digit <= 'd' {
		digit -= 'a' - 'A'
	}
	if i := strings.IndexByte(digits, digit); i >= 0 {
		return uint8(i), nil
	}
	return 0, fmt.Errorf("dtmf: %q is no digit of a telephone; it takes 0-9, *, # and A-D", rune(digit))
}

// Duration converts a duration in timestamp units at the given clock rate in Hz.
func Duration(units uint32, clockRate int) time.Duration {
	return time.Duration(units) * time.Second / time.Duration(clockRate)
}
