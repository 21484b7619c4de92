package emodel

import (
	"math"
	"time"
)

// Unavailable is the value of a rating or score that is not known (RFC 3611 §4.7.5).
const Unavailable = 127

// Metrics are the fields of the VoIP metrics report block that this package knows of, as they stand in it (RFC 3611 §4.7).
type Metrics struct {
	LossRate      uint8  // §4.7.1, in 1/256: never came
	DiscardRate   uint8  // the same: came too late, or too early
	BurstDensity  uint8  // §4.7.2, in 1/256
	GapDensity    uint8  // the same
	BurstDuration uint16 // ms
	GapDuration   uint16 // ms
	Gmin          uint8
	RFactor       uint8 // §4.7.5
	MOSLQ         uint8 // listening quality, in tenths: without delay
	MOSCQ         uint8 // conversational quality, in tenths
}

// Report fills the fields for a call heard under c, whose Loss and BurstR are taken from b. Of its packets, of the given length of
// sound, the part discarded did come, but not in time.
func (b *Bursts) Report(c Conditions, packet time.Duration, discarded float64) Metrics {
	f := b.Figures(packet)
	c.Loss, c.BurstR = f.Loss, f.BurstR
	listening := c
	listening.Delay = 0
	return Metrics{
		LossRate:      fraction(f.Loss - discarded),
		DiscardRate:   fraction(discarded),
		BurstDensity:  fraction(f.BurstDensity),
		GapDensity:    fraction(f.GapDensity),
		BurstDuration: milliseconds(f.BurstDuration),
		GapDuration:   milliseconds(f.GapDuration),
		Gmin:          b.Gmin(),
		RFactor:       uint8(math.Round(c.R())),
		MOSLQ:         tenths(listening),
		MOSCQ:         tenths(c),
	}
}

func tenths(c Conditions) uint8 { return uint8(math.Round(10 * MOS(c.R()))) }

// §4.7.1: the fraction is multiplied by 256 and the integer part taken; what is all of it is told as 255.
func fraction(x float64) uint8 { return uint8(min(max(x*256, 0), 255)) }

func milliseconds(d time.Duration) uint16 {
	return uint16(min(max(d.Milliseconds(), 0), math.MaxUint16))
}
