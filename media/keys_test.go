package media

import (
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/voice"
	"intercom/test/memnet"
)

// Keys are sent in place of sound: a clean call with keys both ways reports nothing as concealed, the jitter of its network, and
// the delay that it had before.
func TestKeysAreNotHeardAsLoss(t *testing.T) {
	visitor, resident := voice.New(21, 120).Speak(8, 8000), voice.New(22, 210).Speak(8, 8000)
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, visitor), speaking(8000, resident), Options{})
		k.start()
		time.Sleep(2 * time.Second)
		before := k.door.Stats()
		for s, digits := range map[*Stream]string{k.house: "1234#", k.door: "5"} {
			if err := s.SendDigits(digits); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(6*time.Second + tail)
		if got := pressed(k.door); got != "1234#" {
			t.Errorf("the door heard %q", got)
		}
		door, house := k.end()
		for name, s := range map[string]Stats{"door": door, "house": house} {
			if s.Concealed != 0 || s.Late != 0 || s.Lost != 0 || s.Jitter != 0 {
				t.Errorf("the %s, without a loss: %s", name, figuresOf(s))
			}
		}
		if door.Delay != before.Delay || door.Cut != before.Cut || door.Stretched != before.Stretched {
			t.Errorf("the delay adapted to keys: before %s, after %s", figuresOf(before), figuresOf(door))
		}
		// Five keys of 100 ms, the last packet of each three times; one packet may be waiting at the end.
		if missing := time.Duration(door.Received)*20*time.Millisecond - door.Played; missing != 700*time.Millisecond && missing != 720*time.Millisecond {
			t.Errorf("%v of what was received is no sound", missing)
		}
		wantSame(t, "after the keys the visitor hears the house", resident[4*8000:], k.doorCard.heard()[4*8000:], 0.95, 0)
	})
}

// Keys that are not wanted, in early media for example, are no loss either.
func TestUnwantedKeysAreNotHeardAsLoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		resident := voice.New(23, 210).Speak(4, 8000)
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(8000, nil), speaking(8000, resident), Options{})
		delete(k.doorParams.Receive, events)
		k.start()
		time.Sleep(time.Second)
		if err := k.house.SendDigits("12"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		door, _ := k.end()
		if got := pressed(k.door); got != "" || door.Concealed != 0 || door.Lost != 0 {
			t.Errorf("the digits are %q; %s", got, figuresOf(door))
		}
	})
}
