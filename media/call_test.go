package media

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/align"
	"intercom/media/voice"
	"intercom/test/memnet"
)

// tail is how long a call goes on after the last word, so that it is heard.
const tail = 400 * time.Millisecond

// wantSame compares what was said with what was heard.
func wantSame(t *testing.T, why string, said, heard []int16, correlation float64, gap time.Duration) align.Report {
	t.Helper()
	r := align.Align(said, heard, 8000)
	t.Logf("%s: lag %v, correlation %.3f, found %.2f, gain %.1f dB, longest gap %v", why, r.Lag, r.Correlation, r.Found, r.Gain, r.LongestGap())
	if r.Correlation < correlation {
		t.Errorf("%s: the correlation is %.3f, want %.2f", why, r.Correlation, correlation)
	}
	if r.LongestGap() > gap {
		t.Errorf("%s: a gap of %v, want none over %v", why, r.LongestGap(), gap)
	}
	return r
}

func TestTwoStationsTalk(t *testing.T) {
	visitor, resident := voice.New(1, 120).Speak(8, 8000), voice.New(2, 210).Speak(8, 8000)
	for _, c := range []struct {
		name string
		link memnet.Link
		want float64 // correlation
		gap  time.Duration
	}{
		{"clean", memnet.Link{Delay: 2 * time.Millisecond}, 0.95, 0},
		{"jitter of 30 ms", memnet.Link{Delay: 2 * time.Millisecond, Jitter: 30 * time.Millisecond}, 0.95, 40 * time.Millisecond},
		{"doubled and reordered", memnet.Link{Delay: 2 * time.Millisecond, Duplicate: 0.2, Reorder: 0.05}, 0.95, 40 * time.Millisecond},
		{"3 % loss", memnet.Link{Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond, Loss: 0.03}, 0.95, 40 * time.Millisecond},
		{"20 % loss", memnet.Link{Delay: 20 * time.Millisecond, Jitter: 5 * time.Millisecond, Loss: 0.2}, 0.85, 120 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t, c.link, speaking(8000, visitor), speaking(8000, resident), Options{})
				k.start()
				time.Sleep(8*time.Second + tail)
				door, house := k.end()
				wantSame(t, "the house heard the visitor", visitor, k.houseCard.heard(), c.want, c.gap)
				wantSame(t, "the visitor heard the house", resident, k.doorCard.heard(), c.want, c.gap)
				for name, s := range map[string]Stats{"door": door, "house": house} {
					t.Logf("%s: %s", name, figuresOf(s))
					if s.Sent < 415 || s.Sent > 420 {
						t.Errorf("the %s sent %d packets in 8.4 s", name, s.Sent)
					}
					if s.Rejected > 10 {
						t.Errorf("the %s refused %d packets", name, s.Rejected)
					}
				}
			})
		})
	}
}

func figuresOf(s Stats) string {
	return fmt.Sprintf("sent %d, received %d, lost %d, late %d, doubled %d, jitter %v, delay %v (mean %v), concealed %v, cut %v, stretched %v, peer lost %d, round trip %v",
		s.Sent, s.Received, s.Lost, s.Late, s.Duplicates, s.Jitter, s.Delay, s.MeanDelay, s.Concealed, s.Cut, s.Stretched, s.RemoteLost, s.RoundTrip)
}

// The sound card of the door has another rate and another period than the engine.
func TestCardsOfAnyRate(t *testing.T) {
	visitor, resident := voice.New(3, 120), voice.New(4, 210)
	for _, c := range []struct{ rate, period, engine int }{
		{48000, 480, 8000}, {44100, 441, 8000}, {48000, 256, 8000}, {16000, 160, 8000}, {8000, 80, 16000}, {48000, 1024, 16000}, {8000, 160, 8000}, {32000, 100, 8000},
	} {
		t.Run(fmt.Sprintf("%d Hz by %d in an engine of %d Hz", c.rate, c.period, c.engine), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				said, err := prompt(visitor.Speak(4, 8000), 8000, c.rate)
				if err != nil {
					t.Fatal(err)
				}
				card := newCard(c.rate, c.period, func(n int, capture []int16) {
					clear(capture)
					copy(capture, said[min(n*c.period, len(said)):])
				})
				k := newCall(t, memnet.Link{Delay: time.Millisecond}, card, speaking(8000, resident.Speak(4, 8000)), Options{Rate: c.engine})
				k.start()
				time.Sleep(4*time.Second + tail)
				k.end()
				wantSame(t, "the house heard the visitor", visitor.Speak(4, 8000), k.houseCard.heard(), 0.95, 0)
				heard, err := prompt(card.heard(), c.rate, 8000)
				if err != nil {
					t.Fatal(err)
				}
				wantSame(t, "the visitor heard the house", resident.Speak(4, 8000), heard, 0.95, 0)
			})
		})
	}
}

func TestPacketLengths(t *testing.T) {
	visitor, resident := voice.New(5, 120).Speak(5, 8000), voice.New(6, 210).Speak(5, 8000)
	for ms := 10; ms <= 60; ms += 10 {
		t.Run(fmt.Sprintf("%d ms", ms), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond, Jitter: 8 * time.Millisecond}, speaking(8000, visitor), speaking(8000, resident), Options{})
				k.doorParams.Ptime = time.Duration(ms) * time.Millisecond
				k.start()
				time.Sleep(5*time.Second + tail)
				door, house := k.end()
				wantSame(t, "the house heard the visitor", visitor, k.houseCard.heard(), 0.95, 20*time.Millisecond)
				if want := uint64(5400 / ms); door.Sent < want-2 || door.Sent > want {
					t.Errorf("the door sent %d packets of %d ms in 5.4 s", door.Sent, ms)
				}
				if house.Concealed > 40*time.Millisecond {
					t.Errorf("%v were concealed without a loss", house.Concealed)
				}
			})
		})
	}
}

func TestCodecChangesInMidCall(t *testing.T) {
	visitor := voice.New(7, 120).Speak(6, 8000)
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, visitor), speaking(8000, nil), Options{})
		k.start()
		time.Sleep(2 * time.Second)
		k.doorParams.Codec, k.doorParams.PayloadType = "pcmu", 0
		k.start()
		time.Sleep(2 * time.Second)
		k.doorParams.Ptime = 30 * time.Millisecond
		k.start()
		time.Sleep(2*time.Second + tail)
		door, house := k.end()
		wantSame(t, "A-law, µ-law, longer packets", visitor, k.houseCard.heard(), 0.95, 0)
		if house.Lost != 0 || house.Concealed > 20*time.Millisecond || door.Codec != "PCMU" {
			t.Errorf("the changes were heard: %s", figuresOf(house))
		}
	})
}

func TestHold(t *testing.T) {
	visitor, resident := voice.New(8, 120).Speak(15, 8000), voice.New(9, 210).Speak(15, 8000)
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, visitor), speaking(8000, resident), Options{})
		k.start()
		time.Sleep(3 * time.Second)

		k.doorParams.Send, k.doorParams.Recv = false, false
		k.hseParams.Send, k.hseParams.Recv = true, false
		k.start()
		time.Sleep(time.Second)
		sent, said := k.door.Stats().Sent, len(k.doorCard.heard())
		time.Sleep(6 * time.Second)
		if n := k.door.Stats().Sent - sent; n != 0 {
			t.Errorf("the door sent %d packets on hold", n)
		}
		for i, v := range k.doorCard.heard()[said:] {
			if v != 0 {
				t.Fatalf("the loudspeaker says %d, %d samples into the hold", v, i)
			}
		}
		if d := k.door.Silence(); d != 0 {
			t.Errorf("%v of silence are counted on hold", d)
		}

		k.doorParams.Send, k.doorParams.Recv, k.hseParams.Recv = true, true, true
		k.start()
		time.Sleep(5*time.Second + tail)
		_, house := k.end()
		wantSame(t, "after the hold the house hears the visitor", visitor[10*8000:], k.houseCard.heard()[10*8000:], 0.95, 0)
		wantSame(t, "after the hold the visitor hears the house", resident[10*8000:], k.doorCard.heard()[10*8000:], 0.95, 0)
		if house.Concealed > 100*time.Millisecond {
			t.Errorf("the hold was taken for a loss: %v were concealed", house.Concealed)
		}
	})
}

func TestSilenceOfThePeer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{}, speaking(8000, nil), speaking(8000, nil), Options{})
		if d := k.door.Silence(); d != 0 {
			t.Errorf("%v of silence before Start", d)
		}
		k.start()
		time.Sleep(3 * time.Second)
		if d := k.door.Silence(); d > 30*time.Millisecond {
			t.Errorf("%v of silence in a call", d)
		}
		k.network.Cut(doorAddr, houseAddr)
		time.Sleep(20 * time.Second)
		if d := k.door.Silence(); d < 19*time.Second || d > 20*time.Second+30*time.Millisecond {
			t.Errorf("%v of silence after 20 s without a packet", d)
		}
		k.end()
	})
}

func TestDigitsBothWays(t *testing.T) {
	const code, answer = "1234567890*#", "ABCD5"
	for _, loss := range []float64{0, 0.05, 0.2} {
		t.Run(fmt.Sprintf("%.0f %% loss", loss*100), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t, memnet.Link{Delay: 5 * time.Millisecond, Jitter: 10 * time.Millisecond, Loss: loss}, speaking(8000, nil), speaking(8000, nil), Options{})
				k.start()
				time.Sleep(time.Second)
				for s, digits := range map[*Stream]string{k.house: code, k.door: answer} {
					if err := s.SendDigits(digits); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(5 * time.Second)
				if got := pressed(k.door); got != code {
					t.Errorf("the door heard %q, want %q", got, code)
				}
				if got := pressed(k.house); got != answer {
					t.Errorf("the house heard %q, want %q", got, answer)
				}
				door, _ := k.end()
				if door.DigitsReceived != uint64(len(code)) || door.DigitsSent != uint64(len(answer)) {
					t.Errorf("the figures say %d received and %d sent", door.DigitsReceived, door.DigitsSent)
				}
			})
		})
	}
}

func TestDigitsThatCannotBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{}, speaking(8000, nil), speaking(8000, nil), Options{})
		if err := k.door.SendDigits("1"); err == nil {
			t.Error("a digit was taken before Start")
		}
		k.doorParams.DTMF = 0
		k.start()
		if err := k.door.SendDigits("1"); err == nil {
			t.Error("a digit was taken for a peer that takes none")
		}
		if err := k.house.SendDigits("1x"); err == nil {
			t.Error(`"x" was taken for a digit`)
		}
		k.end()
		if err := k.house.SendDigits("1"); err == nil {
			t.Error("a digit was taken after Close")
		}
	})
}

func TestReports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		link := memnet.Link{Delay: 40 * time.Millisecond, Jitter: 10 * time.Millisecond, Loss: 0.05}
		k := newCall(t, link, speaking(8000, nil), speaking(8000, nil), Options{})
		k.start()
		time.Sleep(2 * time.Minute)
		door, house := k.end()
		t.Logf("door: %s", figuresOf(door))
		if door.Reports < 15 || door.Reports > 35 {
			t.Errorf("%d reports in two minutes", door.Reports)
		}
		if door.RoundTrip < 80*time.Millisecond || door.RoundTrip > 101*time.Millisecond {
			t.Errorf("the round trip is %v, want 80 to 100 ms", door.RoundTrip)
		}
		if d := house.Lost - door.RemoteLost; d < 0 || d > 30 || door.RemoteLost < 200 {
			t.Errorf("the house lost %d, of which it reported %d", house.Lost, door.RemoteLost)
		}
		if lost := int64(door.Sent) - int64(house.Received) - house.Lost; lost < -2 || lost > 10 {
			t.Errorf("sent %d, received %d, lost %d: %d are missing", door.Sent, house.Received, house.Lost, lost)
		}
		if house.Jitter < time.Millisecond || house.Jitter > 10*time.Millisecond || door.RemoteJitter == 0 {
			t.Errorf("the jitter is %v, reported as %v", house.Jitter, door.RemoteJitter)
		}
	})
}
