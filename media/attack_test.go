package media

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"intercom/media/jitter"
)

// Between a stranger and the door stands the receiver. Each test is one way to try to press a key that nobody pressed.

var (
	house    = netip.MustParseAddrPort("192.0.2.11:20000")
	stranger = netip.MustParseAddrPort("192.0.2.66:20000")
)

const (
	pcma   = 8
	events = 101
)

func houseParams() Params {
	return Params{
		Remote: house, RemoteRTCP: netip.AddrPortFrom(house.Addr(), 20001),
		Codec: "PCMA", PayloadType: pcma, DTMF: events, Send: true, Recv: true,
		Receive: map[uint8]string{0: "PCMU", pcma: "PCMA", events: "telephone-event"},
	}
}

// door is a receiver with its clock, and what it heard.
type door struct {
	t      *testing.T
	in     receiver
	now    time.Time
	digits string
}

func newDoor(t *testing.T) *door {
	return &door{t: t, now: time.Unix(1000, 0), in: receiver{buffer: jitter.NewBuffer(jitter.Config{}), codecs: codecs()}}
}

// inCall is a door that has talked with the house for a second.
func inCall(t *testing.T) (*door, *talker) {
	d, p := newDoor(t), &talker{from: house, ssrc: 0x1111, seq: 65500, ts: 0xffffff00, ahead: 160}
	d.in.negotiate(d.now, houseParams())
	d.talk(p, 50)
	return d, p
}

func (d *door) take(from netip.AddrPort, packet []byte) {
	if digit, ok := d.in.take(d.now, from, packet); ok {
		d.digits += string(digit.Rune)
	}
}

// talk lets a talker speak for n packets of 20 ms.
func (d *door) talk(p *talker, n int) {
	for range n {
		d.now = d.now.Add(20 * time.Millisecond)
		d.take(p.from, p.speech())
	}
}

// press lets a talker press a key for 100 ms, and returns the packets.
func (d *door) press(p *talker, key byte) (packets [][]byte) {
	start := p.ts
	for i := range 8 {
		d.now = d.now.Add(20 * time.Millisecond)
		packet := p.event(key, start, min(uint16(i+1), 6)*160, i >= 5)
		packets = append(packets, packet)
		d.take(p.from, packet)
	}
	return packets
}

func (d *door) pause(by time.Duration) { d.now = d.now.Add(by) }

func (d *door) wantDigits(why, want string) {
	d.t.Helper()
	if d.digits != want {
		d.t.Errorf("%s: the digits are %q, want %q", why, d.digits, want)
	}
}

// talker makes RTP packets of 20 ms.
type talker struct {
	from  netip.AddrPort
	ssrc  uint32
	seq   uint16
	ts    uint32
	ahead uint32
}

func (p *talker) speech() []byte { return p.packet(pcma, p.ts, make([]byte, 160)) }

func (p *talker) event(key byte, start uint32, duration uint16, end bool) []byte {
	flags := byte(10)
	if end {
		flags |= 0x80
	}
	return p.packet(events, start, binary.BigEndian.AppendUint16([]byte{key - '0', flags}, duration))
}

func (p *talker) packet(pt byte, ts uint32, payload []byte) []byte {
	b := []byte{0x80, pt}
	b = binary.BigEndian.AppendUint16(b, p.seq)
	b = binary.BigEndian.AppendUint32(b, ts)
	b = binary.BigEndian.AppendUint32(b, p.ssrc)
	p.seq++
	p.ts += p.ahead
	return append(b, payload...)
}

func TestTheHousePressesAKey(t *testing.T) {
	d, p := inCall(t)
	d.press(p, '5')
	d.talk(p, 5)
	d.press(p, '5')
	d.press(p, '1')
	d.wantDigits("three keys in a call", "551")
}

func TestAPhoneThatOnlyPressesKeys(t *testing.T) {
	d, p := newDoor(t), &talker{from: house, ssrc: 7, seq: 1, ts: 1, ahead: 160}
	d.in.negotiate(d.now, houseParams())
	d.pause(time.Second)
	d.press(p, '5')
	d.wantDigits("no speech around the key", "5")
}

// RFC 4733 §2.5.1: however many packets of a key are lost, the one that is left tells it.
func TestOneLastPacketOfEachKeyAndNothingElse(t *testing.T) {
	d, p := newDoor(t), &talker{from: house, ssrc: 7, seq: 1, ts: 1, ahead: 160}
	d.in.negotiate(d.now, houseParams())
	for _, key := range []byte("4259") {
		d.pause(time.Second)
		p.seq, p.ts = p.seq+7, p.ts+8000
		d.take(p.from, p.event(key, p.ts, 800, true))
	}
	d.wantDigits("no other packet has come", "4259")
}

func TestAStrayPacketKeepsNobodyOut(t *testing.T) {
	d, p := newDoor(t), &talker{from: house, ssrc: 7, seq: 1, ts: 1, ahead: 160}
	d.in.negotiate(d.now, houseParams())
	stray := talker{from: house, ssrc: 0x6666, seq: 100, ts: 100}
	d.take(house, stray.speech())
	d.talk(p, 3)
	if d.in.source.ssrc != p.ssrc {
		t.Errorf("the source is %#x, not the house", d.in.source.ssrc)
	}
}

func TestWrongAddress(t *testing.T) {
	d, p := inCall(t)
	forged := *p
	forged.from = stranger
	d.press(&forged, '5')
	d.pause(10 * time.Second)
	d.press(&forged, '6')
	d.wantDigits("right SSRC and sequence from another address", "")
}

func TestMappedAddressIsTheSame(t *testing.T) {
	d, p := inCall(t)
	p.from = netip.AddrPortFrom(netip.AddrFrom16(p.from.Addr().As16()), p.from.Port())
	d.press(p, '5')
	d.wantDigits("a dual-stack socket shows IPv4 as ::ffff:192.0.2.11", "5")
}

func TestOtherPortOfTheHouse(t *testing.T) {
	d, p := inCall(t)
	other := talker{from: netip.AddrPortFrom(house.Addr(), 30000), ssrc: 0x2222, seq: 9, ts: 9, ahead: 160}
	for range 20 {
		d.talk(p, 1)
		d.take(other.from, other.event('5', 9, 160, false))
	}
	d.wantDigits("while the negotiated port speaks", "")
	forged := *p
	forged.from = other.from
	start := p.ts
	for range 5 {
		d.talk(p, 1)
		forged.seq = p.seq + 1
		d.take(forged.from, forged.event('6', start, 160, false))
	}
	d.wantDigits("with the SSRC and the next sequence number of the house", "")

	d.pause(followAfter + time.Second)
	other.ts = 50000
	d.talk(&other, 10)
	d.press(&other, '7')
	d.wantDigits("the negotiated port is silent: a NAT has moved it", "7")

	d.talk(p, 2)
	d.press(p, '8')
	d.press(&other, '9')
	d.wantDigits("the negotiated port is back", "78")
}

func TestNegotiatedPortTakesItsPlaceBack(t *testing.T) {
	d, p := inCall(t)
	d.pause(time.Minute)
	other := talker{from: netip.AddrPortFrom(house.Addr(), 30000), ssrc: 0x2222, seq: 9, ts: 9, ahead: 160}
	d.talk(&other, 10)
	for range 10 {
		d.talk(p, 1)
		d.take(other.from, other.speech())
	}
	if d.in.source.ssrc != p.ssrc {
		t.Errorf("the source is %#x: another port of the house keeps the negotiated one out", d.in.source.ssrc)
	}
}

// A replay of sound disturbs nobody: the sequence in use is not left for an old one while it goes on.
func TestReplayOfSound(t *testing.T) {
	d, p := inCall(t)
	var old [][]byte
	for range 40 {
		packet := p.speech()
		old = append(old, packet)
		d.pause(20 * time.Millisecond)
		d.take(house, packet)
	}
	d.talk(p, 500)
	taken := d.in.received
	for _, packet := range old {
		d.talk(p, 1)
		d.take(house, packet)
	}
	if d.in.source.maxSeq != p.seq-1 || d.in.received != taken+40 || d.in.lost() != 0 {
		t.Errorf("at sequence number %d of %d, %d packets taken instead of 40, %d lost", d.in.source.maxSeq, p.seq-1, d.in.received-taken, d.in.lost())
	}
}

// What a stranger to the negotiation sends cannot even become the source that the house would have to displace.
func TestSourceNeedsANegotiatedPayload(t *testing.T) {
	d, p := newDoor(t), &talker{from: house, ssrc: 1, seq: 1, ts: 1, ahead: 160}
	d.in.negotiate(d.now, houseParams())
	for range 10 {
		d.take(house, p.packet(97, p.ts, make([]byte, 320)))
	}
	if d.in.source.valid || d.in.received != 0 {
		t.Errorf("%d packets of a payload type never negotiated were taken", d.in.received)
	}
}

func TestStrangerWithTheHousesAddressAndAnotherSSRC(t *testing.T) {
	d, p := inCall(t)
	forged := talker{from: house, ssrc: 0x6666, seq: 100, ts: 100, ahead: 160}
	for range 50 {
		d.talk(p, 1)
		d.take(forged.from, forged.event('5', 100, 320, true))
	}
	d.wantDigits("fifty packets in sequence between those of the house", "")
	if d.in.source.ssrc != p.ssrc {
		t.Errorf("the source is %#x, no longer the house", d.in.source.ssrc)
	}
}

func TestNewSourceNeedsProbation(t *testing.T) {
	d, _ := inCall(t)
	d.pause(time.Second)
	forged := talker{from: house, ssrc: 0x6666, seq: 100, ts: 100, ahead: 160}
	for range 50 {
		d.take(forged.from, forged.event('5', 100, 320, true))
		forged.seq += 7
	}
	d.wantDigits("packets out of sequence from a source never heard", "")
}

func TestNewSourceAfterTransfer(t *testing.T) {
	d, p := inCall(t)
	d.press(p, '1')
	next := talker{from: house, ssrc: 0x3333, seq: 4000, ts: 77, ahead: 160}
	d.talk(&next, 20)
	d.press(&next, '2')
	d.wantDigits("the exchange put somebody else through", "12")
	if lost := d.in.lost(); lost != 0 {
		t.Errorf("%d packets are counted lost", lost)
	}
}

func TestReplay(t *testing.T) {
	d, p := inCall(t)
	key := d.press(p, '5')
	d.wantDigits("the key itself", "5")
	replay := func(why string) {
		t.Helper()
		for range 3 {
			for _, packet := range key {
				d.pause(20 * time.Millisecond)
				d.take(house, packet)
			}
		}
		d.wantDigits(why, "5")
	}
	replay("the same packets at once")
	d.talk(p, 5)
	replay("a moment later")
	d.talk(p, 500)
	replay("ten seconds later")
	d.pause(time.Minute)
	replay("after a minute of silence, when any sequence may start anew")
	other := talker{from: house, ssrc: 0x4444, seq: 1, ts: 1, ahead: 160}
	d.talk(&other, 50)
	replay("when the house speaks with another SSRC")
	d.pause(time.Minute)
	replay("when that has fallen silent")
	d.talk(p, 10)
	d.press(p, '6')
	d.wantDigits("the house itself is still heard", "56")
}

func TestKeyBeforeStart(t *testing.T) {
	d, p := newDoor(t), &talker{from: house, ssrc: 1, seq: 1, ts: 1, ahead: 160}
	d.press(p, '5')
	d.wantDigits("nothing is negotiated", "")
	// The end of a press that began before: it says itself how old it is.
	start := p.ts
	for i := range 6 {
		d.take(p.from, p.event('5', start, uint16(i)*160, false))
	}
	d.in.negotiate(d.now, houseParams())
	for range 5 {
		d.pause(20 * time.Millisecond)
		d.take(p.from, p.event('5', start, 1200, true))
	}
	d.wantDigits("pressed before, released after", "")
	d.press(p, '6')
	d.wantDigits("a key pressed after", "6")
}

func TestKeyInEarlyMedia(t *testing.T) {
	d, p := newDoor(t), &talker{from: house, ssrc: 1, seq: 1, ts: 1, ahead: 160}
	early := houseParams()
	delete(early.Receive, events)
	d.in.negotiate(d.now, early)
	d.talk(p, 50)
	start := p.ts
	for i := range 4 {
		d.pause(20 * time.Millisecond)
		d.take(p.from, p.event('5', start, uint16(i)*160, false))
	}
	d.in.negotiate(d.now, houseParams())
	for range 3 {
		d.pause(20 * time.Millisecond)
		d.take(p.from, p.event('5', start, 40, true)) // and lies about its age
	}
	d.wantDigits("pressed before the answer", "")
	d.press(p, '6')
	d.wantDigits("pressed after the answer", "6")
}

func TestKeyWhileNotReceiving(t *testing.T) {
	d, p := inCall(t)
	held := houseParams()
	held.Recv = false
	d.in.negotiate(d.now, held)
	key := d.press(p, '5')
	d.wantDigits("on hold", "")
	d.in.negotiate(d.now, houseParams())
	d.take(p.from, key[len(key)-1])
	d.wantDigits("the end of a press on hold", "")
	d.talk(p, 5)
	d.press(p, '6')
	d.wantDigits("back in the call", "6")
}

func TestAfterClose(t *testing.T) {
	d, p := inCall(t)
	d.in.open = false
	d.press(p, '5')
	d.wantDigits("closed", "")
}

func TestPayloadTypeNotNegotiated(t *testing.T) {
	d, p := inCall(t)
	params := houseParams()
	params.Receive = map[uint8]string{pcma: "PCMA", 96: "telephone-event", 97: "L16"}
	d.in.negotiate(d.now, params)
	d.press(p, '5')
	d.wantDigits("telephone events under the payload type of before", "")
	played := d.in.received
	d.take(house, p.packet(97, p.ts, make([]byte, 320)))
	d.take(house, p.packet(13, p.ts, []byte{30}))
	if got := d.in.received - played; got != 2 {
		t.Errorf("%d of 2 packets of the source are counted: the others would be reported lost", got)
	}
	if lost := d.in.lost(); lost != 0 {
		t.Errorf("%d packets are counted lost", lost)
	}
}

func TestWrongVersionAndTornPackets(t *testing.T) {
	d, p := inCall(t)
	whole := p.event('5', p.ts, 160, false)
	for n := range whole {
		d.take(house, whole[:n])
	}
	for version := byte(0); version < 4; version++ {
		if version != 2 {
			d.take(house, append([]byte{version << 6}, whole[1:]...))
		}
	}
	for _, first := range []byte{0x8f, 0x90, 0xa0, 0xbf} { // CSRCs, extension, padding that are not there
		d.take(house, append([]byte{first}, whole[1:]...))
	}
	d.wantDigits("no packet was whole", "")
	d.take(house, whole)
	d.wantDigits("a whole one", "5")
}

func TestDigitsInAnyOrderOfLoss(t *testing.T) {
	for mask := range 1 << 8 {
		d, p := inCall(t)
		start := p.ts
		for i := range 8 {
			packet := p.event('5', start, min(uint16(i+1), 6)*160, i >= 5)
			d.pause(20 * time.Millisecond)
			if mask>>i&1 != 0 {
				d.take(p.from, packet)
			}
		}
		want := "5"
		if mask == 0 {
			want = ""
		}
		d.talk(p, 3)
		d.wantDigits("with packets "+time.Duration(mask).String()+" of 8 left", want)
	}
}

func FuzzReceiver(f *testing.F) {
	p := talker{from: house, ssrc: 0x1111, seq: 14, ts: 8000, ahead: 160}
	f.Add(uint16(20000), p.speech())
	f.Add(uint16(20000), p.event('5', p.ts, 160, true))
	f.Add(uint16(30000), append([]byte{0xbf, 101}, make([]byte, 90)...))
	f.Add(uint16(20000), []byte{})
	f.Add(uint16(20000), p.packet(9, p.ts, make([]byte, 33)))
	f.Add(uint16(20000), p.packet(13, p.ts, []byte{0, 255, 1, 2}))
	f.Fuzz(func(t *testing.T, port uint16, packet []byte) {
		d, p := inCall(t)
		every := houseParams()
		every.Receive[9], every.Receive[13] = "G722", "CN"
		d.in.negotiate(d.now, every)
		player := jitter.NewPlayer(d.in.buffer, 8000, func(dst []int16, kind uint8, b []byte) int { return d.in.codecs[kind].decode(dst, b) })
		player.Describe(d.in.noise.Read)
		block := make([]int16, 80)
		for range 3 {
			d.take(netip.AddrPortFrom(house.Addr(), port), packet)
			d.take(stranger, packet)
			d.talk(p, 1)
			player.Read(d.now, block)
			player.Read(d.now.Add(10*time.Millisecond), block)
		}
		d.talk(p, 20)
		if d.in.source.ssrc != p.ssrc {
			t.Errorf("one packet took the call over")
		}
	})
}
