package srtp

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
)

var suites = []string{"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM"}

// key is one of a suite, of an octet repeated.
func key(suite string, fill byte) Key {
	k := Key{Suite: suite, Master: Secret(bytes.Repeat([]byte{fill}, 30))}
	if suite == "AEAD_AES_128_GCM" {
		k.Master = k.Master[:28]
	}
	return k
}

// line is two sessions that talk to each other.
type line struct {
	*testing.T
	now        time.Time
	door, peer Session
	seq        uint16
}

const ssrc = 0x11112222

func newLine(t *testing.T, suite string) *line {
	l := &line{T: t, now: time.Unix(1000, 0), seq: 100}
	l.rekey(key(suite, 'd'), key(suite, 'p'))
	return l
}

// rekey gives both sides the keys that they send with.
func (l *line) rekey(door, peer Key) {
	l.Helper()
	l.rekeyDoor(door, peer)
	l.rekeyPeer(door, peer)
}

func (l *line) rekeyDoor(door, peer Key) {
	l.Helper()
	if err := l.door.Rekey(l.now, Keys{Send: door, Recv: peer}); err != nil {
		l.Fatal(err)
	}
}

func (l *line) rekeyPeer(door, peer Key) {
	l.Helper()
	if err := l.peer.Rekey(l.now, Keys{Send: peer, Recv: door}); err != nil {
		l.Fatal(err)
	}
}

// packet is the next of a source's.
func (l *line) packet(ssrc uint32) []byte {
	l.seq++
	b := binary.BigEndian.AppendUint16([]byte{0x80, 8}, l.seq)
	b = binary.BigEndian.AppendUint32(b, 160*uint32(l.seq))
	b = binary.BigEndian.AppendUint32(b, ssrc)
	return append(b, "what is said at the door"...)
}

// protect makes SRTP of the next packet.
func (l *line) protect(s *Session) []byte {
	l.Helper()
	sealed, err := s.ProtectRTP(l.now, nil, l.packet(ssrc))
	if err != nil {
		l.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("said")) {
		l.Fatal("the packet can be read")
	}
	return sealed
}

func (l *line) want(why string, s *Session, sealed []byte, taken bool) {
	l.Helper()
	plain, err := s.UnprotectRTP(l.now, nil, sealed)
	if (err == nil) != taken {
		l.Errorf("%s: taken is %v (%v), want %v", why, err == nil, err, taken)
	} else if taken && !bytes.HasSuffix(plain, []byte("at the door")) {
		l.Errorf("%s: became %q", why, plain)
	}
}

// each runs a test with every suite.
func each(t *testing.T, test func(l *line, suite string)) {
	for _, suite := range suites {
		t.Run(suite, func(t *testing.T) { test(newLine(t, suite), suite) })
	}
}

func TestBothWays(t *testing.T) {
	each(t, func(l *line, _ string) {
		for range 3 {
			l.want("to the door", &l.door, l.protect(&l.peer), true)
			l.want("to the peer", &l.peer, l.protect(&l.door), true)
		}
	})
}

func TestForgedPackets(t *testing.T) {
	each(t, func(l *line, suite string) {
		sealed := l.protect(&l.peer)
		for i := range sealed {
			forged := bytes.Clone(sealed)
			forged[i] ^= 1
			l.want(fmt.Sprint("octet changed: ", i), &l.door, forged, false)
		}
		for n := range sealed {
			l.want("cut off", &l.door, sealed[:n], false)
		}
		l.want("plain RTP", &l.door, l.packet(ssrc), false)
		l.want("plain RTP with room for a tag", &l.door, append(l.packet(ssrc), make([]byte, 16)...), false)
		l.want("our own, sent back", &l.door, l.protect(&l.door), false)
		var stranger Session
		if err := stranger.Rekey(l.now, Keys{Send: key(suite, 'x'), Recv: key(suite, 'd')}); err != nil {
			l.Fatal(err)
		}
		l.want("with another key", &l.door, l.protect(&stranger), false)
		l.want("the real one", &l.door, sealed, true)
	})
}

func TestReplay(t *testing.T) {
	each(t, func(l *line, _ string) {
		old := l.protect(&l.peer)
		l.want("first", &l.door, old, true)
		l.want("again", &l.door, old, false)
		late := l.protect(&l.peer)
		for range 2 * replayWindow {
			l.want("on and on", &l.door, l.protect(&l.peer), true)
		}
		l.want("again, beyond the window", &l.door, old, false)
		l.want("for the first time, beyond the window", &l.door, late, false)
		for range 3 {
			first, second := l.protect(&l.peer), l.protect(&l.peer)
			l.want("overtaken", &l.door, second, true)
			l.want("late", &l.door, first, true)
		}
	})
}

// stride is how many packets are lost between two, where a long call is to be short.
const stride = 996

// A call of nine sequences of 2^16 packets, with the loss of most of them.
func TestRollover(t *testing.T) {
	each(t, func(l *line, _ string) {
		for n := range 600 {
			l.seq += stride
			sealed := l.protect(&l.peer)
			if n%3 != 0 {
				l.want(fmt.Sprint("packet ", n), &l.door, sealed, true)
			}
		}
	})
}

// Packets on their way while the keys change are all taken, whoever learns of the new ones first.
func TestRekeyLeavesNoGap(t *testing.T) {
	each(t, func(l *line, suite string) {
		l.want("before", &l.door, l.protect(&l.peer), true)
		onTheWay, lateOnTheWay := l.protect(&l.peer), l.protect(&l.peer)
		door, peer := key(suite, 'D'), key(suite, 'P')
		l.rekeyDoor(door, peer) // the answer, with its new key, is on its way to the peer
		for range 5 {
			l.now = l.now.Add(20 * time.Millisecond)
			l.want("the peer has not heard of it", &l.peer, l.protect(&l.door), true)
			l.want("nor does it use it", &l.door, l.protect(&l.peer), true)
		}
		l.want("on the way", &l.door, onTheWay, true)
		l.rekeyPeer(door, peer)
		l.want("a packet of before, at the peer", &l.peer, l.protect(&l.door), true)
		l.now = l.now.Add(patience)
		renewed := l.protect(&l.peer)
		l.want("the new key", &l.door, renewed, true)
		l.want("the old one, overtaken", &l.door, lateOnTheWay, true)
		l.want("ours is new too", &l.peer, l.protect(&l.door), true)
		l.want("replayed", &l.door, renewed, false)
	})
}

// A peer that sends nothing gets the new key after a while all the same.
func TestRekeyOfAListener(t *testing.T) {
	l := newLine(t, suites[0])
	door, peer := key(suites[0], 'D'), key(suites[0], 'P')
	l.rekeyDoor(door, peer)
	l.rekeyPeer(door, peer)
	l.now = l.now.Add(patience)
	sealed := l.protect(&l.door)
	l.peer.before = nil
	l.want("under the new key", &l.peer, sealed, true)
}

// Our key alone changes where the peer has asked for an offer: it knows the key before we do.
func TestRekeyOfOneDirection(t *testing.T) {
	l := newLine(t, suites[0])
	l.rekey(key(suites[0], 'D'), key(suites[0], 'p'))
	sealed := l.protect(&l.door)
	l.peer.before = nil
	l.want("under the new key at once", &l.peer, sealed, true)
	l.want("the peer's goes on", &l.door, l.protect(&l.peer), true)
}

// The old key of the peer is of no use soon after it has a new one, and none at all to who has only recorded it.
func TestOldKey(t *testing.T) {
	each(t, func(l *line, suite string) {
		recorded := l.protect(&l.peer)
		l.want("before", &l.door, recorded, true)
		var stale Session
		if err := stale.Rekey(l.now, Keys{Send: key(suite, 'p'), Recv: key(suite, 'd')}); err != nil {
			l.Fatal(err)
		}
		l.rekey(key(suite, 'D'), key(suite, 'P'))
		l.want("replayed at once", &l.door, recorded, false)
		l.want("the old key, while the peer waits for a packet of ours", &l.door, l.protect(&l.peer), true)
		l.now = l.now.Add(patience)
		l.want("the new key, used", &l.door, l.protect(&l.peer), true)
		l.now = l.now.Add(reordering)
		l.want("the old key, when the new one is in use", &l.door, l.protect(&stale), false)
		l.want("replayed after that", &l.door, recorded, false)
		l.rekey(key(suite, 'd'), key(suite, 'p'))
		l.want("replayed when the old key has come back", &l.door, recorded, false)
		l.now = l.now.Add(patience)
		l.want("the old key, come back", &l.door, l.protect(&l.peer), true)
	})
}

func TestOldKeyOfASilentPeer(t *testing.T) {
	l := newLine(t, suites[0])
	l.want("before", &l.door, l.protect(&l.peer), true)
	l.rekeyDoor(key(suites[0], 'D'), key(suites[0], 'P'))
	l.now = l.now.Add(overlap)
	l.want("the old key, long after", &l.door, l.protect(&l.peer), false)
}

// A peer that follows RFC 3711 §3.3.1 goes on counting rollovers under its new key; one that begins at zero is heard too.
func TestRolloversAcrossKeys(t *testing.T) {
	for _, carries := range []bool{true, false} {
		each(t, func(l *line, suite string) {
			for range 70 {
				l.seq += stride
				l.want("before", &l.door, l.protect(&l.peer), true)
			}
			l.rekey(key(suite, 'D'), key(suite, 'P'))
			l.now = l.now.Add(patience)
			if carries {
				l.peer.next.context.SetROC(ssrc, 1)
			}
			first := l.protect(&l.peer)
			l.want("the first", &l.door, first, true)
			l.want("replayed", &l.door, first, false)
			for range 70 {
				l.seq += stride
				l.want("after", &l.door, l.protect(&l.peer), true)
			}
		})
	}
}

func TestSRTCP(t *testing.T) {
	each(t, func(l *line, suite string) {
		report := append([]byte{0x80, 201, 0, 1}, 0x11, 0x11, 0x22, 0x22)
		seal := func() []byte {
			sealed, err := l.peer.ProtectRTCP(l.now, nil, report)
			if err != nil {
				l.Fatal(err)
			}
			return sealed
		}
		want := func(why string, sealed []byte, taken bool) {
			l.Helper()
			plain, err := l.door.UnprotectRTCP(l.now, nil, sealed)
			if (err == nil) != taken || taken && !bytes.Equal(plain, report) {
				l.Errorf("%s: %q, %v", why, plain, err)
			}
		}
		first := seal()
		for i := range first {
			forged := bytes.Clone(first)
			forged[i] ^= 0x10
			want("forged", forged, false)
			want("cut off", first[:i], false)
		}
		want("the first", first, true)
		want("replayed", first, false)
		want("plain", report, false)
		old := seal()
		l.rekey(key(suite, 'D'), key(suite, 'P'))
		want("on the way", old, true)
		l.now = l.now.Add(patience)
		want("under the new key", seal(), true)
	})
}

func TestMKI(t *testing.T) {
	each(t, func(l *line, suite string) {
		peer := key(suite, 'P')
		peer.MKI = "\x00\x00\x00\x07"
		l.rekey(key(suite, 'D'), peer)
		l.now = l.now.Add(patience)
		sealed := l.protect(&l.peer)
		if !bytes.Contains(sealed, []byte(peer.MKI)) {
			l.Error("the packet does not name its key")
		}
		l.want("with its MKI", &l.door, sealed, true)
		l.want("the other way has none", &l.peer, l.protect(&l.door), true)
	})
}

// State grows with authentic sources alone, and not without end.
func TestSourcesAreBounded(t *testing.T) {
	l := newLine(t, suites[0])
	for n := range uint32(2 * maxSources) {
		sealed, err := l.peer.ProtectRTP(l.now, nil, l.packet(n))
		if err != nil {
			t.Fatal(err)
		}
		_, err = l.door.UnprotectRTP(l.now, nil, sealed)
		if (err == nil) != (n < maxSources) {
			t.Errorf("source %d: %v", n, err)
		}
	}
	forged := newLine(t, suites[0])
	for n := range uint32(1000) {
		forged.want("forged", &forged.door, append(forged.packet(n), make([]byte, 10)...), false)
	}
	if n := len(forged.door.recv.sources); n != 0 {
		t.Errorf("%d forged sources are kept", n)
	}
	for n := range 100 {
		forged.rekey(key(suites[0], byte(2*n)), key(suites[0], byte(2*n+1)))
	}
	if a, b := len(forged.door.openers), len(forged.door.sealers); a > maxKeys || b > maxKeys {
		t.Errorf("%d and %d keys are kept", a, b)
	}
}

func TestKeysThatCannotBe(t *testing.T) {
	good, other := key(suites[0], 1), key(suites[0], 2)
	short, unknown := good, good
	short.Master, unknown.Suite = short.Master[1:], "NULL"
	for name, keys := range map[string]Keys{
		"one direction": {Send: good}, "the other": {Recv: good}, "one key for both": {good, good},
		"a short key": {other, short}, "an unknown suite": {unknown, other},
	} {
		var s Session
		if err := s.Rekey(time.Now(), keys); err == nil || strings.Contains(err.Error(), "\x01") {
			t.Errorf("%s: %v", name, err)
		}
	}
	var s Session
	for name, f := range map[string]func(time.Time, []byte, []byte) ([]byte, error){
		"ProtectRTP": s.ProtectRTP, "UnprotectRTP": s.UnprotectRTP, "ProtectRTCP": s.ProtectRTCP, "UnprotectRTCP": s.UnprotectRTCP,
	} {
		if _, err := f(time.Now(), nil, make([]byte, 40)); err == nil {
			t.Errorf("%s works without keys", name)
		}
	}
	if shown := fmt.Sprintf("%v %+v %#v %x", good, good, good, good); strings.Contains(shown, "\x01") || strings.Contains(shown, "0101") {
		t.Errorf("the key is shown: %s", shown)
	}
}

// FuzzUnprotect throws packets at a session whose keys change.
func FuzzUnprotect(f *testing.F) {
	l := newLine(&testing.T{}, suites[0])
	sealed, _ := l.peer.ProtectRTP(l.now, nil, l.packet(ssrc))
	f.Add(sealed, uint8(0))
	f.Add(bytes.Repeat([]byte{0x90}, 60), uint8(1))
	f.Add(append([]byte{0x80, 201, 0, 1}, make([]byte, 40)...), uint8(2))
	f.Fuzz(func(t *testing.T, packet []byte, suite uint8) {
		l := newLine(t, suites[int(suite)%len(suites)])
		l.want("before", &l.door, l.protect(&l.peer), true)
		l.rekey(key(suites[0], 'D'), key(suites[0], 'P'))
		if bytes.Equal(packet, sealed) {
			return
		}
		if plain, err := l.door.UnprotectRTP(l.now, nil, packet); err == nil {
			t.Errorf("taken, as %q", plain)
		}
		if plain, err := l.door.UnprotectRTCP(l.now, nil, packet); err == nil {
			t.Errorf("taken as RTCP, %q", plain)
		}
		l.want("after", &l.door, l.protect(&l.peer), true)
	})
}

func BenchmarkProtect(b *testing.B) {
	for _, suite := range suites {
		b.Run(suite, func(b *testing.B) {
			l := newLine(&testing.T{}, suite)
			packet, dst := append(l.packet(ssrc), make([]byte, 136)...), make([]byte, 0, 300)
			b.ReportAllocs()
			for b.Loop() {
				l.seq++
				binary.BigEndian.PutUint16(packet[2:], l.seq)
				if _, err := l.peer.ProtectRTP(l.now, dst, packet); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnprotect(b *testing.B) {
	for _, suite := range suites {
		b.Run(suite, func(b *testing.B) {
			l := newLine(&testing.T{}, suite)
			packet, sealed, dst := append(l.packet(ssrc), make([]byte, 136)...), make([]byte, 0, 300), make([]byte, 0, 300)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				l.seq++
				binary.BigEndian.PutUint16(packet[2:], l.seq)
				sealed, _ = l.peer.ProtectRTP(l.now, sealed[:0], packet)
				b.StartTimer()
				if _, err := l.door.UnprotectRTP(l.now, dst, sealed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// What an attacker without the key costs.
func BenchmarkForged(b *testing.B) {
	for _, suite := range suites {
		b.Run(suite, func(b *testing.B) {
			l := newLine(&testing.T{}, suite)
			packet, dst := append(l.packet(ssrc), make([]byte, 150)...), make([]byte, 0, 300)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := l.door.UnprotectRTP(l.now, dst, packet); err == nil {
					b.Fatal("taken")
				}
			}
		})
	}
}
