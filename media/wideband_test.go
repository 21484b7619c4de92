package media

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/align"
	"intercom/media/voice"
	"intercom/test/memnet"
)

// wide makes the door send G.722, and both sides take it.
func (c *call) wide() {
	c.doorParams.Codec, c.doorParams.PayloadType = "G722", 9
	c.doorParams.Receive[9], c.hseParams.Receive[9] = "G722", "g722"
}

// levelAt is the level in dB of what x has at a frequency.
func levelAt(x []int16, hz, rate float64) float64 {
	var re, im float64
	for i, v := range x {
		re += float64(v) * math.Cos(2*math.Pi*hz*float64(i)/rate)
		im += float64(v) * math.Sin(2*math.Pi*hz*float64(i)/rate)
	}
	return 10 * math.Log10(4*(re*re+im*im)/float64(len(x)*len(x))/(32768*32768)+1e-12)
}

// What is said at 6 kHz is heard at 6 kHz: from card to card nothing on the way is narrower than the codec.
func TestSevenKilohertzFromCardToCard(t *testing.T) {
	for _, codec := range []string{"G722", "PCMA"} {
		synctest.Test(t, func(t *testing.T) {
			whistle := make([]int16, 3*48000)
			for i := range whistle {
				whistle[i] = int16(8000 * math.Sin(2*math.Pi*6000*float64(i)/48000))
			}
			k := newCall(t, memnet.Link{Delay: time.Millisecond}, speaking(48000, whistle), speaking(48000, nil), Options{Rate: 16000})
			if k.wide(); codec == "PCMA" {
				k.doorParams.Codec, k.doorParams.PayloadType = codec, pcma
			}
			k.start()
			time.Sleep(2 * time.Second)
			k.end()
			heard := k.houseCard.heard()
			at := levelAt(heard[48000:72000], 6000, 48000)
			said := levelAt(whistle[:24000], 6000, 48000)
			if wide := at > said-1.5; wide != (codec == "G722") {
				t.Errorf("%s: 6 kHz said at %.1f dB is heard at %.1f", codec, said, at)
			}
		})
	}
}

func TestTwoStationsTalkWide(t *testing.T) {
	visitor, resident := voice.New(31, 120).Speak(6, 16000), voice.New(32, 210).Speak(6, 16000)
	for name, link := range map[string]memnet.Link{
		"clean": {Delay: 2 * time.Millisecond},
		"rough": {Delay: 20 * time.Millisecond, Jitter: 15 * time.Millisecond, Loss: 0.03},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newCall(t, link, speaking(16000, visitor), speaking(16000, resident), Options{Rate: 16000})
				k.wide()
				k.start()
				time.Sleep(2 * time.Second)
				k.start() // an offer and answer that change nothing
				time.Sleep(4*time.Second + tail)
				door, house := k.end()
				for _, x := range []struct {
					why         string
					said, heard []int16
				}{{"G.722", visitor, k.houseCard.heard()}, {"A-law in a wide engine", resident, k.doorCard.heard()}} {
					if r := align.Align(x.said, x.heard, 16000); r.Correlation < 0.95 || r.LongestGap() > 40*time.Millisecond {
						t.Errorf("%s: correlation %.3f, longest gap %v", x.why, r.Correlation, r.LongestGap())
					}
				}
				// RFC 3551 §4.5.2: the RTP clock is 8000 Hz, so that 20 ms are as long for every codec.
				if name == "clean" && (house.Jitter != 0 || house.Concealed != 0 || house.Lost != 0) {
					t.Errorf("the house: %s", figuresOf(house))
				}
				if door.Codec != "G722" || house.Codec != "PCMA" || door.SentBytes != 160*door.Sent {
					t.Errorf("sent %s and %s, %d octets in %d packets", door.Codec, house.Codec, door.SentBytes, door.Sent)
				}
			})
		})
	}
}

// Wide and narrow take turns without a gap. Where the card's periods fall between the packets decides whether a change costs a
// few milliseconds of concealment.
func TestWidthChangesInMidCall(t *testing.T) {
	visitor := voice.New(33, 120).Speak(6, 16000)
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: 2 * time.Millisecond}, speaking(16000, visitor), speaking(16000, nil), Options{Rate: 16000})
		k.wide()
		for _, codec := range []string{"G722", "PCMU", "G722"} {
			k.doorParams.Codec, k.doorParams.PayloadType = codec, codecNamed(t, codec).static
			k.start()
			time.Sleep(2 * time.Second)
		}
		time.Sleep(tail)
		_, house := k.end()
		r := align.Align(visitor, k.houseCard.heard(), 16000)
		if r.Correlation < 0.95 || r.LongestGap() > 20*time.Millisecond || house.Concealed > 30*time.Millisecond || house.Lost != 0 {
			t.Errorf("correlation %.3f, longest gap %v; %s", r.Correlation, r.LongestGap(), figuresOf(house))
		}
	})
}

// An engine is as wide as the best codec that may be used.
func TestRateOfTheEngine(t *testing.T) {
	for rate, names := range map[int][]string{16000: {"PCMA", "g722"}, 8000: {"PCMU", "PCMA"}} {
		c := Default()
		c.Codecs = names
		e, err := NewEngine(&handCard{rate: 48000, samples: 480}, Options{Config: c})
		if err != nil {
			t.Fatal(err)
		}
		if e.Rate() != rate {
			t.Errorf("with %q the engine has %d Hz", names, e.Rate())
		}
		e.Close()
	}
}
