package media

import (
	"strings"

	"intercom/media/g711"
	"intercom/media/g722"
)

// codec converts between samples and the payload of a packet, for one stream: some remember what they had before. Its rate is what encode takes and decode gives, in Hz; the
// RTP clock of every codec here is 8000 Hz, G.722's included (RFC 3551 §4.5.2).
type codec struct {
	name   string
	static uint8 // payload type of RFC 3551 §6
	rate   int

	// encode fills dst with the code of src and returns its length; dst has room for one octet a tick of the RTP clock.
	encode func(dst []byte, src []int16) int
	// decode fills dst and returns the number of samples.
	decode func(dst []int16, src []byte) int
	// ticks is the length of a payload in ticks of the RTP clock.
	ticks func(payload []byte) int
}

// clockRate is the RTP clock of every codec and of telephone events, in Hz.
const clockRate = 8000

// telephoneEvent is the encoding name of RFC 4733 in Params.Receive.
const telephoneEvent = "telephone-event"

// comfortNoise is the encoding name of RFC 3389 in Params.Receive.
const comfortNoise = "CN"

// codecs are all codecs, as they are before the first sample, the best one first.
func codecs() []codec {
	octets := func(payload []byte) int { return len(payload) }
	var wide struct {
		g722.Encoder
		g722.Decoder
	}
	return []codec{
		{"G722", 9, g722.Rate,
			func(dst []byte, src []int16) int { wide.Encode(dst, src); return len(src) / 2 },
			func(dst []int16, src []byte) int { wide.Decode(dst, src); return 2 * len(src) }, octets},
		{"PCMA", 8, 8000,
			func(dst []byte, src []int16) int { g711.EncodeA(dst, src); return len(src) },
			func(dst []int16, src []byte) int { g711.DecodeA(dst, src); return len(src) }, octets},
		{"PCMU", 0, 8000,
			func(dst []byte, src []int16) int { g711.EncodeU(dst, src); return len(src) },
			func(dst []int16, src []byte) int { g711.DecodeU(dst, src); return len(src) }, octets},
	}
}

// widest is the highest sampling rate of some codecs in Hz.
func widest(names []string) int {
	rate := 0
	for _, name := range names {
		if c, ok := codecByName(name); ok {
			rate = max(rate, c.rate)
		}
	}
	return rate
}

// codecByName finds a codec by its encoding name, which RFC 4855 §3 has compared without regard to case.
func codecByName(name string) (codec, bool) {
	for _, c := range codecs() {
		if strings.EqualFold(c.name, name) {
			return c, true
		}
	}
	return codec{}, false
}
