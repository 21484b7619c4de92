package media

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/srtp"
	"intercom/media/voice"
	"intercom/test/memnet"
)

var suites = []string{"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AEAD_AES_128_GCM"}

// secret is a key of a suite, of an octet repeated.
func secret(suite string, fill byte) srtp.Key {
	k := srtp.Key{Suite: suite, Master: srtp.Secret(bytes.Repeat([]byte{fill}, 30))}
	if suite == "AEAD_AES_128_GCM" {
		k.Master = k.Master[:28]
	}
	return k
}

// secured are the keys of the two ends, the door's and the house's.
func secured(suite string, door, house byte) (atDoor, atHouse srtp.Keys) {
	d, h := secret(suite, door), secret(suite, house)
	return srtp.Keys{Send: d, Recv: h}, srtp.Keys{Send: h, Recv: d}
}

// secureDoor is a door in an SRTP call with the house, which has said nothing yet.
type secureDoor struct {
	*door
	guard srtp.Session // the door's
	peer  srtp.Session // the house's
	voice talker
}

func newSecureDoor(t *testing.T) *secureDoor {
	d := &secureDoor{door: newDoor(t), voice: talker{from: house, ssrc: 0x1111, seq: 100, ts: 100, ahead: 160}}
	d.in.negotiate(d.now, houseParams())
	d.in.unwrap = d.guard.UnprotectRTP
	d.rekey('d', 'h')
	return d
}

func (d *secureDoor) rekey(atDoor, atHouse byte) {
	d.t.Helper()
	ours, theirs := secured(suites[0], atDoor, atHouse)
	for _, err := range []error{d.guard.Rekey(d.now, ours), d.peer.Rekey(d.now, theirs)} {
		if err != nil {
			d.t.Fatal(err)
		}
	}
	d.now = d.now.Add(600 * time.Millisecond) // until both use the new keys
}

func (d *secureDoor) seal(packet []byte) []byte {
	sealed, err := d.peer.ProtectRTP(d.now, nil, packet)
	if err != nil {
		d.t.Fatal(err)
	}
	return sealed
}

// secureTalk has the house speak n packets.
func (d *secureDoor) secureTalk(n int) {
	for range n {
		d.now = d.now.Add(20 * time.Millisecond)
		d.take(house, d.seal(d.voice.speech()))
	}
}

// securePress has it press a key, and returns the packets as they went over the network.
func (d *secureDoor) securePress(key byte) (packets [][]byte) {
	start := d.voice.ts
	for i := range 8 {
		d.now = d.now.Add(20 * time.Millisecond)
		packet := d.seal(d.voice.event(key, start, min(uint16(i+1), 6)*160, i >= 5))
		packets = append(packets, packet)
		d.take(house, packet)
	}
	return packets
}

// wantUntouched fails if anything was learned of a source.
func (d *secureDoor) wantUntouched(why string) {
	d.t.Helper()
	if d.in.source != (source{}) || d.in.candidate != (probation{}) || d.in.received != 0 {
		d.t.Errorf("%s: a source was learned: %+v, %+v", why, d.in.source, d.in.candidate)
	}
}

func TestSecurePress(t *testing.T) {
	d := newSecureDoor(t)
	d.secureTalk(5)
	d.securePress('5')
	d.secureTalk(5)
	d.securePress('5')
	d.wantDigits("two keys in a secure call", "55")
}

func TestPlainRTPIntoASecureCall(t *testing.T) {
	d := newSecureDoor(t)
	plain := talker{from: house, ssrc: 0x1111, seq: 100, ts: 100, ahead: 160}
	d.talk(&plain, 50)
	d.press(&plain, '5')
	d.wantDigits("plain RTP, before the house has spoken", "")
	d.wantUntouched("plain RTP")
	d.secureTalk(50)
	d.press(&plain, '6')
	next := d.voice // with the right SSRC and sequence
	d.press(&next, '7')
	d.wantDigits("plain RTP in between", "")
	d.pause(time.Minute)
	d.talk(&plain, 50)
	d.press(&plain, '8')
	d.wantDigits("plain RTP, when the house has fallen silent", "")
	if at := d.in.silence(d.now); at < time.Minute {
		d.t.Errorf("plain RTP counts as a sign of life: silent for %v", at)
	}
	d.secureTalk(5)
	d.securePress('9')
	d.wantDigits("the house itself", "9")
}

func TestWrongKeyOfAPress(t *testing.T) {
	d := newSecureDoor(t)
	_, wrong := secured(suites[0], 'd', 'x')
	right := d.peer
	d.peer = srtp.Session{}
	if err := d.peer.Rekey(d.now, wrong); err != nil {
		t.Fatal(err)
	}
	d.secureTalk(50)
	d.securePress('5')
	d.wantDigits("with another key", "")
	d.wantUntouched("another key")
	d.peer = right
	d.securePress('6')
	d.wantDigits("with the right one", "6")
}

// Every octet of a press matters: header, event and tag.
func TestForgedPress(t *testing.T) {
	d := newSecureDoor(t)
	d.secureTalk(5)
	start := d.voice.ts
	taken := d.in.received
	sealed := d.seal(d.voice.event('1', start, 160, false))
	for i := range sealed {
		for bit := range 8 {
			forged := bytes.Clone(sealed)
			forged[i] ^= 1 << bit
			d.take(house, forged)
		}
		d.take(house, sealed[:i])
	}
	d.wantDigits("forged", "")
	if d.in.received != taken {
		t.Errorf("%d forged packets were taken", d.in.received-taken)
	}
	d.take(house, sealed)
	d.wantDigits("as it was sent", "1")
}

func TestReplayOfASecurePress(t *testing.T) {
	d := newSecureDoor(t)
	d.secureTalk(5)
	key := d.securePress('5')
	replay := func(why string) {
		t.Helper()
		taken := d.in.received
		for _, packet := range key {
			d.pause(20 * time.Millisecond)
			d.take(house, packet)
		}
		d.wantDigits(why, "5")
		if d.in.received != taken {
			t.Errorf("%s: %d packets were taken again", why, d.in.received-taken)
		}
	}
	replay("at once")
	d.secureTalk(500)
	replay("beyond the window")
	d.pause(time.Minute)
	replay("after a minute of silence")
	d.voice.ssrc, d.voice.seq = 0x3333, 7
	d.secureTalk(50)
	replay("when the house has another source")
	d.rekey('D', 'H')
	d.secureTalk(5)
	replay("when the keys have changed")
	d.rekey('d', 'h')
	d.secureTalk(5)
	replay("when they have changed back")
	d.pause(time.Minute)
	replay("and much later")
	d.securePress('6')
	d.wantDigits("the house itself is still heard", "56")
}

// The one who had the call before, and so its keys, cannot press in it any more.
func TestOldKeyAfterReinvite(t *testing.T) {
	d := newSecureDoor(t)
	d.secureTalk(5)
	var before srtp.Session
	_, keys := secured(suites[0], 'd', 'h')
	if err := before.Rekey(d.now, keys); err != nil {
		t.Fatal(err)
	}
	d.rekey('D', 'H')
	d.secureTalk(50)
	now := d.peer
	d.peer = before
	stolen := d.voice
	d.voice.ssrc = 0x7777
	d.pause(time.Second)
	d.secureTalk(50)
	d.securePress('5')
	d.wantDigits("with the keys of before", "")
	d.peer, d.voice = now, stolen
	d.securePress('6')
	d.wantDigits("with those of now", "6")
}

func TestSecureCall(t *testing.T) {
	visitor, resident := voice.New(31, 120).Speak(6, 8000), voice.New(32, 210).Speak(6, 8000)
	for _, suite := range suites {
		for _, mux := range []bool{false, true} {
			t.Run(fmt.Sprint(suite, ", mux ", mux), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, visitor), speaking(8000, resident), Options{})
					k.doorParams.Keys, k.hseParams.Keys = secured(suite, 'd', 'h')
					k.doorParams.Mux, k.hseParams.Mux = mux, mux
					k.start()
					time.Sleep(3 * time.Second)
					if err := k.house.SendDigits("1234#"); err != nil {
						t.Fatal(err)
					}
					time.Sleep(12 * time.Second)
					if got := pressed(k.door); got != "1234#" {
						t.Errorf("the digits are %q", got)
					}
					door, house := k.end()
					for name, s := range map[string]Stats{"door": door, "house": house} {
						if s.Received == 0 || s.Unauthentic != 0 || s.Lost != 0 || s.Concealed != 0 || s.RoundTrip == 0 || s.Reports == 0 {
							t.Errorf("the %s: %s, %d not authentic, round trip %v", name, figuresOf(s), s.Unauthentic, s.RoundTrip)
						}
					}
					wantSame(t, "the visitor hears the house", resident[:2*8000], k.doorCard.heard()[:2*8000+tailSamples], 0.9, 0)
				})
			})
		}
	}
}

const tailSamples = 2000

func TestDifferentKeys(t *testing.T) {
	plain := srtp.Keys{}
	door, house := secured(suites[0], 'd', 'h')
	_, other := secured(suites[0], 'd', 'x')
	_, suite := secured(suites[2], 'd', 'h')
	for name, keys := range map[string][2]srtp.Keys{
		"another key": {door, other}, "another suite": {door, suite}, "the house is plain": {door, plain}, "the door is plain": {plain, house},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				k := newCall(t, memnet.Link{Delay: time.Millisecond}, speaking(8000, nil), speaking(8000, nil), Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
				k.doorParams.Keys, k.hseParams.Keys = keys[0], keys[1]
				k.start()
				time.Sleep(time.Second)
				if err := k.house.SendDigits("5"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(20 * time.Second)
				if got := pressed(k.door); got != "" {
					t.Errorf("the digits are %q", got)
				}
				silent := k.door.Silence()
				stats, _ := k.end()
				if keys[0] == plain {
					// Nobody can tell noise from speech: the header is that of RTP. But no key is in it.
					return
				}
				if stats.Received != 0 || stats.RoundTrip != 0 || stats.Unauthentic == 0 || silent < 20*time.Second {
					t.Errorf("received %d, round trip %v, %d not authentic, silent for %v", stats.Received, stats.RoundTrip, stats.Unauthentic, silent)
				}
				if n := strings.Count(log.String(), "fits the keys"); n == 0 || n > 2 { // one for each end
					t.Errorf("it is told %d times: %s", n, &log)
				}
				if strings.Contains(log.String(), "ddd") || strings.Contains(log.String(), "hhh") {
					t.Errorf("a key is in the log: %s", &log)
				}
			})
		})
	}
}

// New keys in mid-call, which one end has before the other: nothing is lost, whoever is first.
func TestRekeyWithoutAGap(t *testing.T) {
	resident := voice.New(33, 210).Speak(8, 8000)
	for _, doorFirst := range []bool{true, false} {
		t.Run(fmt.Sprint("door first: ", doorFirst), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t, memnet.Link{Delay: 30 * time.Millisecond}, speaking(8000, resident), speaking(8000, resident), Options{})
				k.doorParams.Keys, k.hseParams.Keys = secured(suites[0], 'd', 'h')
				k.start()
				time.Sleep(2 * time.Second)
				for n, suite := range []string{suites[0], suites[2], suites[1], suites[0]} {
					k.doorParams.Keys, k.hseParams.Keys = secured(suite, byte(2*n+1), byte(2*n+2))
					steps := []func() error{func() error { return k.door.Start(k.doorParams) }, func() error { return k.house.Start(k.hseParams) }}
					if !doorFirst {
						steps[0], steps[1] = steps[1], steps[0]
					}
					for _, step := range steps {
						if err := step(); err != nil {
							t.Fatal(err)
						}
						time.Sleep(100 * time.Millisecond) // the answer on its way
					}
					time.Sleep(900 * time.Millisecond)
				}
				door, house := k.end()
				for name, s := range map[string]Stats{"door": door, "house": house} {
					if s.Unauthentic != 0 || s.Lost != 0 || s.Concealed != 0 {
						t.Errorf("the %s: %s, %d not authentic", name, figuresOf(s), s.Unauthentic)
					}
				}
			})
		})
	}
}

// A plain call that is protected from now on takes nothing plain any more, and one on hold keeps its keys.
func TestKeysComeAndStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: time.Millisecond}, speaking(8000, nil), speaking(8000, nil), Options{})
		k.start()
		time.Sleep(time.Second)
		restart := func(s *Stream, p Params) {
			t.Helper()
			if err := s.Start(p); err != nil {
				t.Fatal(err)
			}
		}
		k.doorParams.Keys, k.hseParams.Keys = secured(suites[0], 'd', 'h')
		restart(k.door, k.doorParams)
		time.Sleep(time.Second)
		if err := k.house.SendDigits("1"); err != nil { // still plain
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if got := pressed(k.door); got != "" {
			t.Errorf("plain digits after the call is protected: %q", got)
		}
		restart(k.house, k.hseParams)
		time.Sleep(time.Second)
		refused := k.door.Stats().Rejected
		held := k.doorParams
		held.Send, held.Recv = false, false
		restart(k.door, held)
		time.Sleep(time.Second)
		restart(k.door, k.doorParams)
		time.Sleep(time.Second)
		if err := k.house.SendDigits("2"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if got := pressed(k.door); got != "2" {
			t.Errorf("after hold and resumption the digits are %q", got)
		}
		if s := k.door.Stats(); s.Rejected != refused {
			t.Errorf("%d packets were refused after hold", s.Rejected-refused)
		}
		bad := k.doorParams
		bad.Keys.Recv = bad.Keys.Send
		if err := k.door.Start(bad); err == nil {
			t.Error("one key for both directions was taken")
		}
		if err := k.house.SendDigits("3"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if got := pressed(k.door); got != "3" {
			t.Errorf("after keys that cannot be, the digits are %q", got)
		}
		k.end()
	})
}

// RTCP that is not authentic is no report, on either port.
func TestForgedSRTCP(t *testing.T) {
	for _, mux := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			k := newCall(t, memnet.Link{}, speaking(8000, nil), speaking(8000, nil), Options{})
			k.doorParams.Keys, k.hseParams.Keys = secured(suites[0], 'd', 'h')
			k.doorParams.Mux = mux
			k.hseParams.Send = false // and its RTCP goes to the other port
			k.start()
			time.Sleep(time.Second)
			report := []byte{0x81, 201, 0, 7, 0, 0, 0, 1}
			report = append(report, byte(k.door.out.header.SSRC>>24), byte(k.door.out.header.SSRC>>16), byte(k.door.out.header.SSRC>>8), byte(k.door.out.header.SSRC))
			report = append(report, make([]byte, 20)...)
			before := k.door.Stats()
			from, to := netip.AddrPortFrom(houseAddr, k.house.Port()+1), netip.AddrPortFrom(doorAddr, k.door.Port()+1)
			conn := k.house.pair.rtcp
			if mux {
				from, to, conn = netip.AddrPortFrom(houseAddr, k.house.Port()), netip.AddrPortFrom(doorAddr, k.door.Port()), k.house.pair.rtp
			}
			conn.WriteToUDPAddrPort(report, to)
			conn.WriteToUDPAddrPort(append(report, make([]byte, 14)...), to)
			time.Sleep(100 * time.Millisecond)
			if s := k.door.Stats(); s.Reports != 0 || s.Unauthentic != before.Unauthentic+2 {
				t.Errorf("mux %v, from %v: %d reports, %d not authentic", mux, from, s.Reports, s.Unauthentic-before.Unauthentic)
			}
			k.end()
		})
	}
}

// The audio path of a secure call allocates as little as that of a plain one.
func BenchmarkSecureReceive(b *testing.B) {
	d := newSecureDoor(&testing.T{})
	d.secureTalk(5)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		packet := d.seal(d.voice.speech())
		d.now = d.now.Add(20 * time.Millisecond)
		b.StartTimer()
		d.in.take(d.now, house, packet)
	}
}
