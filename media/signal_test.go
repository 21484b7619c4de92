package media

import (
	"math"
	"testing"

	"intercom/media/tone"
)

// levelOf is that of a sine, dBFS.
func levelOf(x []int16) float64 {
	sum := 0.0
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(2*sum/float64(len(x))/math.MaxInt16/math.MaxInt16)
}

func TestASignalHasItsOwnGain(t *testing.T) {
	for _, gain := range []float64{-20, 0, 6} {
		e, card := byHand(t, Options{ToneGain: -3})
		play(t, e, Signal{Samples: sine(400, -20), Rate: 8000, Gain: gain})
		said := card.run(50, make([]int16, 80))
		if l := levelOf(said[800:]); math.Abs(l-(-23+gain)) > 0.2 {
			t.Errorf("a prompt of −20 dBFS with %v dB, tones with −3 dB: played at %.1f", gain, l)
		}
	}
}

func TestAPromptThatIsRepeatedGoesOnUntilStop(t *testing.T) {
	e, card := byHand(t, Options{})
	play(t, e, Signal{Samples: sine(400, -20)[:1000], Rate: 8000, Repeat: true})
	said := card.run(500, make([]int16, 80))
	if l := levelOf(said[len(said)-4000:]); l < -23 {
		t.Errorf("after 5 s it is at %.1f dBFS", l)
	}
	e.Stop()
	said = card.run(50, make([]int16, 80))
	if last := said[len(said)-1]; last != 0 {
		t.Errorf("it goes on after Stop, at %d", last)
	}
}

func TestAnEmptyPromptDoesNotHang(t *testing.T) {
	e, card := byHand(t, Options{})
	play(t, e, Signal{Samples: []int16{}, Rate: 8000, Repeat: true})
	if said := card.run(10, make([]int16, 80)); levelOf(append(said, 1)) > -60 {
		t.Error("an empty prompt is heard")
	}
}

// A signal that ducks is heard over the conversation, which comes back to its level after it.
func TestCallsAreSofterDuringASignal(t *testing.T) {
	m := mixer{rate: 8000, gain: 1, calls: 1, scratch: make([]int16, 80)}
	voice := func() float64 {
		var out []int16
		for at := 0; at < 4000; at += 80 {
			block := make([]int32, 80)
			for i, v := range sine(500, -20)[at : at+80] {
				block[i] = int32(v)
			}
			m.duck(block)
			for _, v := range block {
				out = append(out, int16(v))
			}
		}
		return levelOf(out[2000:])
	}
	endless := tone.Tone{Name: "test", Parts: []tone.Part{{For: 1e9}}}
	for _, duck := range []float64{0, 12} {
		m.start(sounding{tone: tone.NewGenerator(endless, 8000), level: 1, calls: decibels(-duck)})
		if l := voice(); math.Abs(l-(-20-duck)) > 0.2 {
			t.Errorf("ducked by %v dB the call is at %.1f dBFS, it was at −20", duck, l)
		}
	}
	m.stop()
	m.add(make([]int32, 80))
	if l := voice(); math.Abs(l+20) > 0.2 {
		t.Errorf("after the signal the call is at %.1f dBFS", l)
	}
}

func TestClippingIsCounted(t *testing.T) {
	e, card := byHand(t, Options{})
	loud := make([]int16, 80)
	for i := range loud {
		loud[i] = math.MaxInt16
	}
	card.run(1, sine(500, -20)[:80])
	if n := e.Clipped(); n != 0 {
		t.Errorf("%d samples of −20 dBFS are clipped", n)
	}
	card.run(10, loud)
	if n := e.Clipped(); n != 790 {
		t.Errorf("%d samples are clipped of 800 that are, ten of which are the first of a block", n)
	}
}
