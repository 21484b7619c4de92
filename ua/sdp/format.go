package sdp

import "strings"

// Format is one payload type of an m= line with its encoding (a=rtpmap) and
// its parameters (a=fmtp).
type Format struct {
	PayloadType uint8
	Name        string // encoding name, "PCMA"; compared without case
	ClockRate   int    // Hz
	Fmtp        string // parameters, "0-16"; empty if none
}

// What goes with a codec: the encoding names of RFC 4733 and RFC 3389.
const (
	TelephoneEvent = "telephone-event"
	ComfortNoise   = "CN"
)

// same tells whether both are the same encoding, whatever their numbers.
func (f Format) same(g Format) bool {
	return strings.EqualFold(f.Name, g.Name) && f.ClockRate == g.ClockRate
}

func (f Format) named(name string) bool { return strings.EqualFold(f.Name, name) }

// static returns the encoding of a payload type that needs no a=rtpmap
// (RFC 3551 §6, table 4), as far as they are narrow-band audio.
func static(payloadType uint8) (Format, bool) {
	f := Format{PayloadType: payloadType, ClockRate: 8000}
	switch payloadType {
	case 0:
		f.Name = "PCMU"
	case 3:
		f.Name = "GSM"
	case 8:
		f.Name = "PCMA"
	case 9:
		// RFC 3551 §4.5.2: the RTP clock rate of G.722 is 8000 Hz although
		// it samples at 16000 Hz.
		f.Name = "G722"
	case 13:
		f.Name = ComfortNoise
	case 18:
		f.Name = "G729"
	default:
		return Format{}, false
	}
	return f, true
}
