package media

import (
	"math"
	"time"

	"github.com/pion/rtcp"

	"intercom/media/emodel"
)

// How packets are received (RFC 3611 §4.7.6): with an enhanced concealment of losses and an adaptive jitter buffer.
const receiverConfig = 2<<6 | 3<<4

// rating is the conditions under which the peer is heard.
func (s *Stream) rating() emodel.Conditions {
	f := s.in.fates.Figures(s.packetTime())
	return emodel.Conditions{Codec: emodel.Concealed(), Loss: f.Loss, BurstR: f.BurstR, Delay: s.rtcp.roundTrip/2 + s.systemDelay()}
}

// packetTime is the length of the sound in a packet that comes.
func (s *Stream) packetTime() time.Duration {
	return time.Duration(s.in.ticks) * time.Second / clockRate
}

// systemDelay is what this end adds to the delay (RFC 3611 §4.7.3): the sound of one packet must be there before it can be sent,
// and is then held back by the jitter buffer.
func (s *Stream) systemDelay() time.Duration { return s.packetTime() + max(0, s.player.Delay()) }

// metrics is the VoIP metrics block (RFC 3611 §4.7) on what the peer sends, nil until sound has come.
func (s *Stream) metrics() *rtcp.VoIPMetricsReportBlock {
	if !s.in.source.valid || s.in.ticks == 0 {
		return nil
	}
	buffer := s.in.buffer
	discarded := float64(buffer.Counts.Late) / float64(max(buffer.Counts.Played+buffer.Counts.Late, 1))
	m := s.in.fates.Report(s.rating(), s.packetTime(), discarded)
	return &rtcp.VoIPMetricsReportBlock{
		SSRC:           s.in.source.ssrc,
		LossRate:       m.LossRate,
		DiscardRate:    m.DiscardRate,
		BurstDensity:   m.BurstDensity,
		GapDensity:     m.GapDensity,
		BurstDuration:  m.BurstDuration,
		GapDuration:    m.GapDuration,
		RoundTripDelay: milliseconds(s.rtcp.roundTrip),
		EndSystemDelay: milliseconds(s.systemDelay()),
		SignalLevel:    emodel.Unavailable,
		NoiseLevel:     emodel.Unavailable,
		RERL:           emodel.Unavailable,
		Gmin:           m.Gmin,
		RFactor:        m.RFactor,
		ExtRFactor:     emodel.Unavailable,
		MOSLQ:          m.MOSLQ,
		MOSCQ:          m.MOSCQ,
		RXConfig:       receiverConfig,
		JBNominal:      milliseconds(buffer.Target()),
		JBMaximum:      milliseconds(s.engine.config.JitterMax),
		JBAbsMax:       milliseconds(s.engine.config.JitterMax),
	}
}

func milliseconds(d time.Duration) uint16 {
	return uint16(min(max(d.Milliseconds(), 0), math.MaxUint16))
}

// judged takes the peer's VoIP metrics on what ssrc sends.
func (r *reporter) judged(ssrc uint32, blocks []rtcp.ReportBlock) {
	for _, block := range blocks {
		// RFC 3611 §4.7.5: MOS times ten, 10 to 50; "a value of 127 indicates that this parameter is unavailable".
		if m, ok := block.(*rtcp.VoIPMetricsReportBlock); ok && m.SSRC == ssrc && m.MOSCQ >= 10 && m.MOSCQ <= 50 {
			r.mos = float64(m.MOSCQ) / 10
		}
	}
}
