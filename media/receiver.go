package media

import (
	"net/netip"
	"strings"
	"time"

	"github.com/pion/rtp"

	"intercom/media/comfort"
	"intercom/media/dtmf"
	"intercom/media/emodel"
	"intercom/media/jitter"
)

// followAfter is how long the negotiated port must have been silent before another port of the same address is listened to.
const followAfter = 500 * time.Millisecond

// headStart is by how much the peer may know before us that the call is answered.
const headStart = 100 * time.Millisecond

// What a payload type carries.
const (
	payloadUnknown = iota
	payloadAudio
	payloadEvent
	payloadNoise
)

type payload struct {
	kind  uint8
	codec uint8 // index into codecs()
}

// receiver is the way in: from a datagram to sound in the jitter buffer or a digit. It is pure, and everything that an
// attacker could send passes through take.
type receiver struct {
	buffer *jitter.Buffer
	codecs []codec

	open     bool // started and not closed
	listen   bool // direction: sound and digits are wanted
	remote   netip.AddrPort
	payloads [128]payload
	unwrap   func(now time.Time, dst, packet []byte) ([]byte, error) // of SRTP; nil for plain RTP

	source    source
	candidate probation
	held      heldPacket // the candidate's packet before this one
	heardAt   time.Time  // negotiated port, or when it was negotiated
	lastTaken time.Time  // any packet, or when listening began
	epoch     time.Time

	noise      comfort.Generator // of clockRate
	events     dtmf.Receiver
	digitsFrom time.Time // since when digits are taken
	barrier    uint32    // timestamp that an event must be newer than, if the source is the one of then
	barred     bool
	taken      recentDigits

	ours     uint32 // the SSRC of what is sent
	collided bool   // the other side uses it too
	fates    emodel.Bursts
	ticks    int // length of the sound in the newest packet

	packet rtp.Packet
	plain  []byte

	lostBefore int64 // by sources that have ended
	received   uint64
	octets     uint64
	rejected   uint64
	digits     uint64

	unauthentic uint64 // of those rejected: packets that SRTP does not let in
}

// negotiate takes what changes with an offer and answer.
func (r *receiver) negotiate(now time.Time, p Params) {
	tookDigits := r.takesDigits()
	if p.Remote != r.remote {
		r.end()
		r.heardAt = now
	}
	if !r.open || p.Recv && !r.listen {
		r.lastTaken = now
	}
	r.open, r.listen, r.remote = true, p.Recv, p.Remote
	r.payloads = [128]payload{}
	for pt, name := range p.Receive {
		if pt < 128 {
			r.payloads[pt] = r.payloadNamed(name)
		}
	}
	if r.takesDigits() && !tookDigits {
		// A key that was pressed before digits were wanted stays unheard, even if the end of the press comes after.
		r.digitsFrom, r.barrier, r.barred = now, r.source.newest, r.source.valid
	}
	if r.epoch.IsZero() {
		r.epoch = now
	}
}

func (r *receiver) payloadNamed(name string) payload {
	switch {
	case strings.EqualFold(name, telephoneEvent):
		return payload{kind: payloadEvent}
	case strings.EqualFold(name, comfortNoise):
		return payload{kind: payloadNoise}
	}
	for i, c := range r.codecs {
		if strings.EqualFold(name, c.name) {
			return payload{payloadAudio, uint8(i)}
		}
	}
	return payload{}
}

func (r *receiver) takesDigits() bool {
	if !r.open || !r.listen {
		return false
	}
	for _, p := range r.payloads {
		if p.kind == payloadEvent {
			return true
		}
	}
	return false
}

// end forgets the source.
func (r *receiver) end() {
	r.lostBefore += r.source.lost()
	r.source, r.candidate, r.barred = source{}, probation{}, false
}

// take is given every datagram on the RTP socket. It returns a digit if this one brought it.
func (r *receiver) take(now time.Time, from netip.AddrPort, datagram []byte) (Digit, bool) {
	if !r.open || !r.expects(now, from) || !r.parse(now, datagram) || !r.admit(now, from.Port()) {
		r.rejected++
		return Digit{}, false
	}
	if from.Port() == r.remote.Port() {
		r.heardAt = now
	}
	r.collided = r.collided || r.packet.SSRC == r.ours
	r.lastTaken = now
	h := &r.packet.Header
	r.received++
	r.octets += uint64(len(r.packet.Payload))
	defer r.source.advance(h.Timestamp)
	if !r.listen {
		return Digit{}, false
	}
	switch p := r.payloads[h.PayloadType]; p.kind {
	case payloadAudio:
		r.sound(now, p.codec, h.SequenceNumber, h.Timestamp, r.packet.Payload)
	case payloadEvent:
		return r.event(now)
	case payloadNoise:
		r.describe()
	default:
		r.noSound(now)
	}
	return Digit{}, false
}

// expects reports whether anything may come from this address now.
func (r *receiver) expects(now time.Time, from netip.AddrPort) bool {
	if !r.remote.IsValid() || from.Addr().Unmap() != r.remote.Addr().Unmap() {
		return false
	}
	return from.Port() == r.remote.Port() || now.Sub(r.heardAt) >= followAfter
}

// parse makes packet of a datagram and checks what RFC 3550 §A.1 wants checked of the header.
func (r *receiver) parse(now time.Time, datagram []byte) bool {
	if r.unwrap != nil {
		plain, err := r.unwrap(now, r.plain[:0], datagram)
		if err != nil {
			r.unauthentic++
			return false
		}
		r.plain, datagram = plain, plain
	}
	if len(datagram) < 12 || r.packet.Unmarshal(datagram) != nil {
		return false
	}
	// "RTP version field must equal 2."
	return r.packet.Version == 2
}

// admit reports whether the packet belongs to the source that is listened to. The first one is heard at once if it comes from
// where the peer said that it would: of a key whose packets are lost, the only one left may be all that ever comes. A further
// one must pass its probation, and finds the place free only when the old one has fallen silent, has shown but one packet,
// or had come from another port than the negotiated one.
func (r *receiver) admit(now time.Time, port uint16) bool {
	h := &r.packet.Header
	if r.source.valid && h.SSRC == r.source.ssrc {
		lost := r.source.lost()
		ok, anew := r.source.update(now, h.SequenceNumber)
		if anew {
			r.lostBefore += lost
			r.events, r.barred, r.source.newest = dtmf.Receiver{}, false, h.Timestamp
		}
		if ok {
			r.source.port = port
		}
		return ok
	}
	if r.payloads[h.PayloadType].kind == payloadUnknown {
		return false
	}
	if first := !r.source.valid && port == r.remote.Port(); !r.candidate.passed(h.SSRC, port, h.SequenceNumber) && !first {
		r.held.keep(now, &r.packet)
		return false
	}
	displaces := port == r.remote.Port() && (r.source.port != port || r.source.received <= 1)
	if r.source.valid && !displaces && now.Sub(r.source.lastHeard) < activeFor {
		return false
	}
	r.succeed(now, port)
	return true
}

// succeed makes the source of the packet the one that is listened to. The packet that it showed first is heard with it, so
// that probation costs no sound; a key in it is not.
func (r *receiver) succeed(now time.Time, port uint16) {
	h := &r.packet.Header
	r.end()
	r.source = source{ssrc: h.SSRC, port: port, valid: true, newest: h.Timestamp}
	r.source.begin(h.SequenceNumber)
	r.events = dtmf.Receiver{}
	r.noise.Reset()
	r.buffer.Reset()
	if f := &r.held; f.ssrc == h.SSRC && f.seq == h.SequenceNumber-1 && now.Sub(f.at) < time.Second {
		r.source.begin(f.seq)
		r.source.update(f.at, f.seq)
		r.received++
		if p := r.payloads[f.pt]; p.kind == payloadAudio && r.listen {
			r.octets += uint64(f.size)
			r.sound(f.at, p.codec, f.seq, f.timestamp, f.payload[:f.size])
		}
	}
	r.source.update(now, h.SequenceNumber)
}

func (r *receiver) sound(now time.Time, c uint8, seq uint16, timestamp uint32, octets []byte) {
	r.source.clock(r.arrival(now), timestamp)
	r.ticks = r.codecs[c].ticks(octets)
	r.buffer.Push(now, jitter.Packet{
		Seq:       seq,
		Timestamp: timestamp,
		Ticks:     r.ticks,
		Type:      c,
		Payload:   octets,
	})
}

// describe takes a description of the silence that follows. One that cannot be read is silence all the same.
func (r *receiver) describe() {
	if n, err := comfort.Parse(r.packet.Payload); err == nil {
		r.noise.Set(n)
	}
	r.buffer.Describe(r.packet.SequenceNumber)
}

// arrival is a time in ticks of the RTP clock.
func (r *receiver) arrival(now time.Time) int64 {
	return now.Sub(r.epoch).Microseconds() * clockRate / 1_000_000
}

// silence is how long nothing has been taken, 0 while nothing is wanted.
func (r *receiver) silence(now time.Time) time.Duration {
	if !r.open || !r.listen {
		return 0
	}
	return now.Sub(r.lastTaken)
}

// lost is the cumulative number of packets lost, all sources together.
func (r *receiver) lost() int64 { return r.lostBefore + r.source.lost() }
