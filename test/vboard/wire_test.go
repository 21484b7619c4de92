package vboard_test

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"intercom/test/vboard"
	"intercom/ua/uatest"
)

// The networks' ends as the board sees them: QEMU stands between, as a NAT does.
const (
	outside = "10.0.2.2"  // this computer
	inside  = "10.0.2.15" // the board
	rtpPort = 16384       // the only one that the station may take
)

// outsider is a telephone outside of the board, which says what a test tells it.
type outsider struct {
	*uatest.Peer
	sip, rtp *net.UDPConn
	to       *net.UDPAddr // the station's sound
}

// newOutsider opens a telephone's sockets and a way to the board's sound.
func newOutsider(t testing.TB) *outsider {
	t.Helper()
	o := &outsider{sip: socket(t), rtp: socket(t)}
	free := socket(t)
	o.to = free.LocalAddr().(*net.UDPAddr)
	free.Close() // QEMU takes it
	o.Peer = uatest.NewPeer(t, o.sip, o.addr(o.sip))
	return o
}

// addr is where the board finds a socket.
func (*outsider) addr(s *net.UDPConn) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr(outside), s.LocalAddr().(*net.UDPAddr).AddrPort().Port())
}

func socket(t testing.TB) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// config is a station that calls this telephone.
func (o *outsider) config() string {
	return fmt.Sprintf(`
[station]
button_lock = "0s"
hang_up_after_opening = "0s"

[[button]]
name = "bell"
line = "BELL"
active_low = true
call = ["sip:house@%v"]

[[door]]
name = "front"
relay = "RELAY1"
pulse = "200ms"
code = "73914"

[sound]
card = "null"

[sip]
listen = "0.0.0.0:5060"
allow = ["%s"]

[rtp]
ports = "%d-%d"

[[account]]
name = "direct"
aor = "sip:door@%s"
`, o.addr(o.sip), outside, rtpPort, rtpPort+1, inside)
}

// board is one with this station, which runs.
func (o *outsider) board(t testing.TB, arch vboard.Arch) (*vboard.Board, *vboard.Process) {
	t.Helper()
	w := wired(t, arch, o.config())
	w.Forward = []string{fmt.Sprintf("udp:%v-:%d", o.to, rtpPort)}
	b := vboard.Boot(t, w)
	return b, station(b)
}

// answer answers a call, and returns when the station knows it: keys count from then on.
func (o *outsider) answer(invite *uatest.Message, station *vboard.Process) {
	invite.Reply(200, o.offer())
	o.WantRequest("ACK")
	station.Await("msg=answered", soon)
}

// offer is the description of this telephone's sound.
func (o *outsider) offer() string { return uatest.SDP(o.addr(o.rtp)) }

// keys presses keys as named events (RFC 4733): three packets for each and three more of its end.
type keys struct {
	*outsider
	sequence uint16
	stamp    uint32
}

// press presses them and tells when the first packet of the last one was sent.
func (k *keys) press(t testing.TB, digits string) (last time.Time) {
	t.Helper()
	for _, d := range digits {
		event := byte(d - '0')
		if d == '#' {
			event = 11
		}
		last = time.Now()
		for i := range 6 {
			packet := []byte{0x80, 101, 0, 0, 0, 0, 0, 0, 0xca, 0xfe, 0, 1, event, 10, 0, 0}
			if i == 0 {
				packet[1] |= 0x80 // marker: an event begins
			}
			if i >= 3 {
				packet[13] |= 0x80 // its end
			}
			binary.BigEndian.PutUint16(packet[2:], k.sequence)
			binary.BigEndian.PutUint32(packet[4:], k.stamp)
			binary.BigEndian.PutUint16(packet[14:], uint16(160*min(i+1, 4)))
			k.sequence++
			if _, err := k.rtp.WriteTo(packet, k.to); err != nil {
				t.Fatal(err)
			}
		}
		k.stamp += 1600
	}
	return last
}

// From the finger on the button to the INVITE on the wire, and from a key on the wire to the relay.
func TestHowLongThingsTake(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		const presses = 10
		o := newOutsider(t)
		b, p := o.board(t, arch)
		k := &keys{outsider: o, stamp: 8000}
		var calls, opens []time.Duration
		for i := range presses {
			pressed := time.Now()
			b.Set(vboard.Bell, false)
			invite := o.WantRequest("INVITE")
			calls = append(calls, invite.At.Sub(pressed))
			b.Set(vboard.Bell, true)
			o.answer(invite, p)
			typed := k.press(t, "73914#")
			opens = append(opens, b.AwaitEdge(vboard.Relay1, 2*i, soon).At.Sub(typed))
			b.AwaitEdge(vboard.Relay1, 2*i+1, soon)
			d := invite.Within()
			d.Request("BYE")
			d.Want(200)
			p.Await(`msg="call ended"`, soon) // a press before that would hang up
		}
		slices.Sort(calls)
		slices.Sort(opens)
		if calls[0] > 180*time.Millisecond || opens[0] > 100*time.Millisecond {
			t.Errorf("the quickest of %d took %v from press to INVITE and %v from key to relay, want 180 ms and 100 ms", presses, calls[0], opens[0])
		}
		t.Logf("press to INVITE: %v to %v, median %v; 80 ms are the shortest press", calls[0], calls[presses-1], calls[presses/2])
		t.Logf("key to relay: %v to %v, median %v", opens[0], opens[presses-1], opens[presses/2])
	})
}

// A telephone that only rings cannot open, whatever keys come from it; the same keys open once it has answered.
func TestKeysBeforeTheAnswerMoveNothing(t *testing.T) {
	live(t, func(t testing.TB, arch vboard.Arch) {
		o := newOutsider(t)
		b, p := o.board(t, arch)
		k := &keys{outsider: o, stamp: 8000}
		b.Set(vboard.Bell, false)
		invite := o.WantRequest("INVITE")
		b.Set(vboard.Bell, true)
		invite.Reply(183, o.offer())
		k.press(t, "73914#73914#")
		o.answer(invite, p)
		wantEdges(t, "after keys before the answer", b, vboard.Relay1, 0)
		k.press(t, "00000#")
		k.press(t, "73914#")
		b.AwaitEdge(vboard.Relay1, 0, soon)
		b.AwaitEdge(vboard.Relay1, 1, soon)
		wantEdges(t, "after the keys of the answered telephone", b, vboard.Relay1, 2)
	})
}
