package media

import (
	"math"
	"time"

	"github.com/pion/rtcp"
)

// reportEvery is the least interval between reports (RFC 3550 §6.2), before it is made random.
const reportEvery = 5 * time.Second

// reporter is RTCP's state: what the peer said in its last sender report, and what it reported about us. It is pure.
type reporter struct {
	cname string

	peer      uint32    // source of the last sender report
	lastSR    uint32    // middle 32 bits of its NTP timestamp
	lastSRAt  time.Time // when it came
	reports   uint64
	lost      int64
	fraction  float64
	jitter    uint32 // ticks
	roundTrip time.Duration
	mos       float64 // of the peer's VoIP metrics
}

// interval is the time to the next report. RFC 3550 §6.2: "The calculated interval ... is varied randomly over the range
// [0.5,1.5] times the calculated interval"; the first one comes after half of that (§6.3.2).
func interval(random float64, first bool) time.Duration {
	d := time.Duration(float64(reportEvery) * (0.5 + random))
	if first {
		d /= 2
	}
	return d
}

// take reads a compound packet that came from the peer about what ssrc sends. What is no RTCP, by the checks of RFC 3550
// §A.2, is refused.
func (r *reporter) take(now time.Time, ssrc uint32, datagram []byte) bool {
	if len(datagram) < 8 || datagram[0]>>6 != 2 {
		return false
	}
	packets, ok := readReports(datagram)
	if !ok {
		return false
	}
	for _, p := range packets {
		switch p := p.(type) {
		case *rtcp.SenderReport:
			r.peer, r.lastSR, r.lastSRAt = p.SSRC, uint32(p.NTPTime>>16), now
			r.about(now, ssrc, p.Reports)
		case *rtcp.ReceiverReport:
			r.about(now, ssrc, p.Reports)
		case *rtcp.ExtendedReport:
			r.judged(ssrc, p.Reports)
		}
	}
	return true
}

// readReports reads the reports of a compound packet. What else is in it only has to be framed: the feedback on pictures that
// rtcp.Unmarshal would read as well is no concern of a door's, and would be an eightieth of the program.
func readReports(datagram []byte) (reports []rtcp.Packet, ok bool) {
	for first := true; len(datagram) > 0; first = false {
		var h rtcp.Header
		if h.Unmarshal(datagram) != nil {
			return nil, false
		}
		// RFC 3550 §A.2: "The payload type field of the first RTCP packet in a compound packet must be equal to SR or RR."
		if first && h.Type != rtcp.TypeSenderReport && h.Type != rtcp.TypeReceiverReport {
			return nil, false
		}
		size := 4 * (int(h.Length) + 1) // RFC 3550 §6.4.1: "in 32-bit words minus one, including the header and any padding"
		if size > len(datagram) {
			return nil, false
		}
		if p := newReport(h.Type); p != nil {
			if p.Unmarshal(datagram[:size]) != nil {
				return nil, false
			}
			reports = append(reports, p)
		}
		datagram = datagram[size:]
	}
	return reports, true
}

// newReport is an empty report of a type, nil if it is no report.
func newReport(t rtcp.PacketType) rtcp.Packet {
	switch t {
	case rtcp.TypeSenderReport:
		return &rtcp.SenderReport{}
	case rtcp.TypeReceiverReport:
		return &rtcp.ReceiverReport{}
	case rtcp.TypeExtendedReport:
		return &rtcp.ExtendedReport{}
	}
	return nil
}

// about takes the reception reports on what ssrc sends.
func (r *reporter) about(now time.Time, ssrc uint32, reports []rtcp.ReceptionReport) {
	for _, b := range reports {
		if b.SSRC != ssrc {
			continue
		}
		r.reports++
		r.fraction, r.jitter = float64(b.FractionLost)/256, b.Jitter
		r.lost = int64(int32(b.TotalLost<<8) >> 8) // a signed number of 24 bits
		if b.LastSenderReport == 0 {
			continue
		}
		// RFC 3550 §6.4.1: "calculating the total round-trip time A-LSR and then subtracting this field to leave the
		// round-trip propagation delay as (A - LSR - DLSR)".
		if d := int32(middle(ntp(now)) - b.LastSenderReport - b.Delay); d >= 0 && d < 60<<16 {
			r.roundTrip = time.Duration(d) * time.Second >> 16
		}
	}
}

// block is the reception report on a source.
func (r *reporter) block(now time.Time, s *source) rtcp.ReceptionReport {
	b := rtcp.ReceptionReport{
		SSRC:               s.ssrc,
		FractionLost:       s.fraction(),
		TotalLost:          uint32(min(max(s.lost(), -1<<23), 1<<23-1)) & (1<<24 - 1),
		LastSequenceNumber: s.extended(),
		Jitter:             uint32(s.jitter),
	}
	if r.peer == s.ssrc && !r.lastSRAt.IsZero() {
		b.LastSenderReport = r.lastSR
		b.Delay = uint32(now.Sub(r.lastSRAt).Seconds() * 65536)
	}
	return b
}

// compound is a report of both directions: a sender report if something was sent since the last one, else a receiver report
// (RFC 3550 §6.4), the CNAME, the VoIP metrics if there are any, and BYE at the end.
func (r *reporter) compound(now time.Time, out *sender, in *source, metrics *rtcp.VoIPMetricsReportBlock, bye bool) ([]byte, error) {
	var blocks []rtcp.ReceptionReport
	if in.valid {
		blocks = append(blocks, r.block(now, in))
	}
	ssrc := out.header.SSRC
	var report rtcp.Packet = &rtcp.ReceiverReport{SSRC: ssrc, Reports: blocks}
	if out.packets != out.reported {
		out.reported = out.packets
		report = &rtcp.SenderReport{
			SSRC: ssrc, NTPTime: ntp(now), RTPTime: out.now(now),
			PacketCount: out.packets - out.before.packets, OctetCount: uint32(out.octets - out.before.octets), Reports: blocks,
		}
	}
	packets := []rtcp.Packet{report, rtcp.NewCNAMESourceDescription(ssrc, r.cname)}
	if metrics != nil {
		packets = append(packets, &rtcp.ExtendedReport{SenderSSRC: ssrc, Reports: []rtcp.ReportBlock{metrics}})
	}
	if bye {
		packets = append(packets, &rtcp.Goodbye{Sources: []uint32{ssrc}})
	}
	return rtcp.Marshal(packets)
}

// ntp is a time as RFC 3550 §4 has it: seconds since 1900, 32 bits of them and 32 of their fraction.
func ntp(t time.Time) uint64 {
	const from1900 = 2_208_988_800
	fraction := float64(t.Nanosecond()) * (math.MaxUint32 + 1) / 1e9
	return uint64(t.Unix()+from1900)<<32 | uint64(fraction)
}

func middle(ntp uint64) uint32 { return uint32(ntp >> 16) }
