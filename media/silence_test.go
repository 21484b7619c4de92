package media

import (
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/comfort"
	"intercom/media/voice"
	"intercom/test/memnet"
)

const frame20 = 20 * time.Millisecond

// hears feeds a level for a time, and counts the frames that were left out and the descriptions.
func (s *silence) hears(level float64, d time.Duration) (left, described int) {
	for range d / frame20 {
		out, describe := s.hear(level, frame20)
		if out {
			left++
		}
		if describe {
			described++
		}
	}
	return left, described
}

func TestSilence(t *testing.T) {
	var s silence
	steps := []struct {
		why             string
		level           float64
		d               time.Duration
		left, described int
	}{
		{"the noise of the place", -62, 3 * time.Second, 131, 3}, // after the hangover, at once and each second
		{"speech", -20, time.Second, 0, 0},
		{"the end of a word", -62, 300 * time.Millisecond, 0, 0},
		{"speech", -25, 100 * time.Millisecond, 0, 0},
		{"silence", -62, time.Second, 31, 1},
		{"a little louder", -58, time.Second, 50, 1},
		{"a car", -39, time.Second, 0, 0},
		{"digital silence", -127, 10 * time.Second, 481, 10},
		{"nearly digital silence", -70, time.Second, 50, 1},
	}
	for _, c := range steps {
		if left, described := s.hears(c.level, c.d); left != c.left || described != c.described {
			t.Errorf("%s: %d frames left out, %d descriptions, want %d and %d", c.why, left, described, c.left, c.described)
		}
	}
	if left, _ := new(silence).hears(-30, time.Minute); left != 0 {
		t.Errorf("%d frames of a loud street are left out", left)
	}
	var street silence
	street.hears(-60, time.Minute)
	if left, _ := street.hears(-45, 20*time.Second); left == 0 {
		t.Error("a place that has become louder is sent for ever")
	}
}

// murmuring is speech in the noise of a place, with a pause in the middle.
func murmuring(seed uint64, rate int) []int16 {
	r := rand.New(rand.NewPCG(seed, 1))
	speech := voice.New(seed, 150).Speak(3, rate)
	sound := append(append(append([]int16{}, speech...), make([]int16, 6*rate)...), speech...)
	for i := range sound {
		sound[i] += int16(r.NormFloat64() * 20) // -64 dBov
	}
	return sound
}

// A pause is a description a second, and to be heard as the noise that it was; nothing of it counts as lost.
func TestSilenceSuppression(t *testing.T) {
	for _, codec := range []string{"PCMA", "G722"} {
		t.Run(codec, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := Options{Config: Default(), Rate: 8000}
				o.Config.SilenceSuppression = true
				pt := uint8(pcma)
				if codec == "G722" {
					o.Rate, pt = 16000, 9
				}
				resident := murmuring(41, o.Rate)
				k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(o.Rate, nil), speaking(o.Rate, resident), o)
				for _, p := range []*Params{&k.doorParams, &k.hseParams} {
					p.Receive[9], p.Receive[13] = "G722", "CN"
					p.Codec, p.PayloadType, p.Noise = codec, pt, 13
				}
				k.start()
				time.Sleep(4 * time.Second)
				before := k.house.Stats().Sent
				time.Sleep(4 * time.Second)
				if sent := k.house.Stats().Sent - before; sent != 4 {
					t.Errorf("%d packets in 4 s of silence, want one a second", sent)
				}
				if d := k.door.Silence(); d > 1100*time.Millisecond {
					t.Errorf("the house seems to be gone for %v", d)
				}
				if err := k.house.SendDigits("7"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(4*time.Second + tail)
				if got := pressed(k.door); got != "7" {
					t.Errorf("a key in a silence: %q", got)
				}
				door, _ := k.end()
				if door.Lost != 0 || door.Concealed != 0 || door.Late != 0 {
					t.Errorf("the door: %s", figuresOf(door))
				}
				heard := k.doorCard.heard()
				wantSame(t, "before the pause", resident[:2*o.Rate], heard[:3*o.Rate], 0.95, 0)
				wantSame(t, "after the pause", resident[9*o.Rate:11*o.Rate], heard[9*o.Rate:], 0.9, 0)
				pause := comfort.Measure(heard[5*o.Rate:7*o.Rate], 0).Level
				want := comfort.Measure(resident[5*o.Rate:7*o.Rate], 0).Level
				if codec == "G722" {
					want -= 3 // RFC 3389 describes noise of 8 kHz: the upper half of its band is not heard
				}
				if math.Abs(pause-want) > 3 {
					t.Errorf("the pause is heard at %.1f dBov, and was %.1f", pause, want)
				}
			})
		})
	}
}

// Without the setting, or without a peer that takes descriptions, silence is sent as sound.
func TestSilenceIsSound(t *testing.T) {
	for _, wanted := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			o := Options{Config: Default()}
			o.Config.SilenceSuppression = wanted
			k := newCall(t, memnet.Link{}, speaking(8000, nil), speaking(8000, nil), o)
			if !wanted {
				k.doorParams.Noise, k.hseParams.Noise = 13, 13
			}
			k.start()
			time.Sleep(10 * time.Second)
			if s := k.house.Stats(); s.Sent < 499 {
				t.Errorf("%d packets in 10 s", s.Sent)
			}
			k.end()
		})
	}
}
