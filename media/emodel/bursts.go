package emodel

import "time"

// gmin is the least number of packets in a row that end a burst by arriving (RFC 3611 §4.7.2: the recommended value is 16, for a
// burst to be a time in which the quality is poor).
const gmin = 16

// Bursts tells times of heavy loss (bursts) from the time between (gaps), packet by packet, as RFC 3611 §4.7.2 defines them: a
// burst begins and ends with a lost packet, has at least two, and never gmin in a row that arrived. The zero value is ready.
type Bursts struct {
	runs     uint64 // of losses without an arrival between
	lastLost bool

	burst, gap section // closed

	// What is not yet known to be of a burst or of a gap: packets since the last closed loss, and in them the packets from the
	// first to the last that was lost.
	quiet   uint64 // arrived before the first loss
	span    uint64
	lost    uint64
	arrived uint64 // since the last loss
}

// section is the sum over all stretches of one kind.
type section struct{ stretches, packets, lost uint64 }

// Gmin is the value that the VoIP metrics of RFC 3611 tell beside the rest.
func (b *Bursts) Gmin() uint8 { return gmin }

// Packet counts the next packet in sequence: lost if it never came or was discarded because it came too late.
func (b *Bursts) Packet(lost bool) {
	if lost && !b.lastLost {
		b.runs++
	}
	b.lastLost = lost
	switch {
	case lost:
		b.span, b.arrived = b.span+b.arrived+1, 0
		b.lost++
	case b.lost == 0:
		b.quiet++
	default:
		if b.arrived++; b.arrived == gmin {
			b.close()
		}
	}
}

// close decides about the losses of the latest stretch: one alone is of the gap around it.
func (b *Bursts) close() {
	if b.lost == 1 {
		b.gap.lost++
		b.quiet += b.span
	} else if b.lost > 1 {
		if b.quiet > 0 {
			b.gap.stretches++
			b.gap.packets += b.quiet
			b.quiet = 0
		}
		b.burst.stretches++
		b.burst.packets += b.span
		b.burst.lost += b.lost
	}
	b.quiet += b.arrived
	b.span, b.lost, b.arrived = 0, 0, 0
}

// Figures are the results of Bursts.
type Figures struct {
	Loss          float64       // part of all packets, 0 to 1
	BurstR        float64       // G.107's burst ratio, 1 for random loss
	BurstDensity  float64       // part lost within bursts
	GapDensity    float64       // part lost between them
	BurstDuration time.Duration // mean
	GapDuration   time.Duration // mean
}

// Figures returns what was counted up to now, for packets of the given length of sound. The losses of the last packets count as
// if the call ended here; counting may go on.
func (b Bursts) Figures(packet time.Duration) Figures {
	b.close() // of this copy
	if b.quiet > 0 {
		b.gap.stretches++
		b.gap.packets += b.quiet
	}
	lost := b.burst.lost + b.gap.lost
	f := Figures{
		Loss:          ratio(lost, b.burst.packets+b.gap.packets),
		BurstR:        1,
		BurstDensity:  ratio(b.burst.lost, b.burst.packets),
		GapDensity:    ratio(b.gap.lost, b.gap.packets),
		BurstDuration: mean(b.burst, packet),
		GapDuration:   mean(b.gap, packet),
	}
	if b.runs > 0 {
		f.BurstR = max(1, ratio(lost, b.runs)*(1-f.Loss))
	}
	return f
}

func ratio(a, b uint64) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func mean(s section, packet time.Duration) time.Duration {
	return time.Duration(ratio(s.packets, s.stretches) * float64(packet))
}
