package media

import (
	"fmt"
	"math"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"intercom/media/tone"
	"intercom/media/voice"
	"intercom/test/memnet"
)

// handCard is a card whose periods the test calls itself.
type handCard struct {
	rate, samples int
	process       func(play, capture []int16)
	closed        bool
}

func (c *handCard) Rate() int   { return c.rate }
func (c *handCard) Period() int { return c.samples }
func (c *handCard) Close() error {
	c.closed = true
	return nil
}
func (c *handCard) Start(process func(play, capture []int16)) error {
	c.process = process
	return nil
}

// run calls the card for n periods with the same microphone block and returns what the loudspeaker said.
func (c *handCard) run(n int, capture []int16) (said []int16) {
	play := make([]int16, c.samples)
	for range n {
		c.process(play, capture)
		said = append(said, play...)
	}
	return said
}

func byHand(t testing.TB, o Options) (*Engine, *handCard) {
	card := &handCard{rate: 8000, samples: 80}
	o.Rate = 8000
	e, err := NewEngine(card, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e, card
}

// sine is one second of a sine of a level in dBFS.
func sine(hz, dBFS float64) []int16 {
	x := make([]int16, 8000)
	for i := range x {
		x[i] = int16(32767 * math.Pow(10, dBFS/20) * math.Sin(2*math.Pi*hz*float64(i)/8000))
	}
	return x
}

// steepest is the largest step from one sample to the next.
func steepest(x []int16) (step int) {
	for i := 1; i < len(x); i++ {
		step = max(step, abs(int(x[i])-int(x[i-1])))
	}
	return step
}

func abs(x int) int { return max(x, -x) }

func play(t *testing.T, e *Engine, s Signal) {
	t.Helper()
	if err := e.Play(s); err != nil {
		t.Fatal(err)
	}
}

func TestTonesComeAndGoWithoutAClick(t *testing.T) {
	e, card := byHand(t, Options{})
	mute := make([]int16, 80)
	steady := tone.Tone{Name: "test", Parts: []tone.Part{{Sines: []tone.Sine{{Hz: 425, Level: -10}}, For: time.Second}}}
	var said []int16
	say := func(n int) { said = append(said, card.run(n, mute)...) }

	play(t, e, Signal{Tone: steady})
	say(7)
	// The largest step of the sine itself: its amplitude times 2 pi f / rate.
	limit := steepest(said)*5/4 + 2
	e.Stop()
	say(3)
	if said[len(said)-1] != 0 {
		t.Error("the tone goes on after Stop")
	}
	play(t, e, Signal{Tone: steady})
	say(4)
	play(t, e, Signal{Tone: steady}) // in place of the one that plays
	say(1)
	e.Stop()
	play(t, e, Signal{Tone: steady})
	say(5)
	play(t, e, Signal{Samples: sine(425, -13), Rate: 8000})
	say(120)
	if last := said[len(said)-80:]; steepest(last) != 0 || last[0] != 0 {
		t.Error("the prompt did not end")
	}
	if step := steepest(said); step > 2*limit { // two may play at once while they change places
		t.Errorf("a step of %d samples, more than the %d of two tones", step, 2*limit)
	}
	play(t, e, Signal{Samples: sine(425, -13), Rate: 8000})
	said = nil
	say(10)
	e.Stop()
	say(3)
	if said[len(said)-1] != 0 || steepest(said) > limit {
		t.Errorf("Stop: last sample %d, step %d", said[len(said)-1], steepest(said))
	}
}

func TestPromptOfAnyRate(t *testing.T) {
	e, card := byHand(t, Options{})
	loud, err := prompt(sine(440, -6), 8000, 22050)
	if err != nil {
		t.Fatal(err)
	}
	play(t, e, Signal{Samples: loud, Rate: 22050})
	card.run(20, make([]int16, 80))
	if _, l := e.Levels(); l < -7 || l > -5 {
		t.Errorf("a prompt of −6 dBFS is played at %.1f", l)
	}
	if err := e.Play(Signal{Samples: loud}); err == nil {
		t.Error("a prompt of 0 Hz was taken")
	}
}

func TestLevels(t *testing.T) {
	e, card := byHand(t, Options{MicrophoneGain: 6})
	if m, l := e.Levels(); m != quietest || l != quietest {
		t.Errorf("the levels are %.1f and %.1f before any sound", m, l)
	}
	card.run(1, sine(1000, -20)[:80])
	if m, l := e.Levels(); math.Abs(m+14) > 0.3 || l != quietest {
		t.Errorf("−20 dBFS with 6 dB of gain show as %.1f, the loudspeaker as %.1f", m, l)
	}
	card.run(100, make([]int16, 80))
	if m, _ := e.Levels(); math.Abs(m+34) > 1 {
		t.Errorf("a second later the meter shows %.1f, want −34", m)
	}
}

func TestMixSaturates(t *testing.T) {
	e, card := byHand(t, Options{ToneGain: 20})
	play(t, e, Signal{Samples: sine(100, 0), Rate: 8000})
	said := card.run(50, make([]int16, 80))
	clipped := false
	for i := 1; i < len(said); i++ {
		if abs(int(said[i])-int(said[i-1])) > 40000 {
			t.Fatalf("sample %d wraps round from %d to %d", i, said[i-1], said[i])
		}
		clipped = clipped || said[i] == math.MaxInt16
	}
	if !clipped {
		t.Error("20 dB above full scale were not limited")
	}
}

// halver is a stage that shows what it was given.
type halver struct{ far []int16 }

func (h *halver) Process(near, far []int16) {
	h.far = append(h.far, far...)
	for i := range near {
		near[i] /= 2
	}
}

func TestStagesSeeBothEnds(t *testing.T) {
	h := &halver{}
	e, card := byHand(t, Options{Stages: []Stage{h}})
	play(t, e, Signal{Samples: sine(440, -10), Rate: 8000})
	capture := sine(1000, -20)[:80]
	if card.run(1, make([]int16, 80)); len(h.far) > 0 {
		t.Error("the stage works although nobody listens")
	}
	if _, err := e.Listen(netip.MustParseAddr("127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	first := capture[1]
	said := card.run(10, capture)
	for i := range said {
		if h.far[i] != said[i] {
			t.Fatalf("sample %d of the far end is %d, the loudspeaker says %d", i, h.far[i], said[i])
		}
	}
	if m, _ := e.Levels(); math.Abs(m+26) > 0.3 {
		t.Errorf("the microphone is at %.1f after the stage, want −26", m)
	}
	if capture[1] != first {
		t.Error("the card's own block was changed")
	}
}

// The house must not hear itself by way of a loudspeaker that stands next to the microphone.
func TestEchoIsCancelled(t *testing.T) {
	e, card := byHand(t, Options{EchoCanceller: true})
	if _, err := e.Listen(netip.MustParseAddr("127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	play(t, e, Signal{Samples: voice.New(7, 120).Speak(5, 8000), Rate: 8000})
	echo := make([]int16, 80)
	var worst float64
	for period := range 500 {
		said := card.run(1, echo)
		for i, v := range said {
			echo[i] = v / 2
		}
		if m, _ := e.Levels(); period > 150 { // the meter has forgotten the first moment, which teaches the path
			worst = max(worst, m+96)
		}
	}
	if worst > 96-45 { // the talker is at −20 dBFS, his echo at −26
		t.Errorf("the echo comes through at %.1f dBFS", worst-96)
	}
}

func TestEngineOptionsThatCannotBe(t *testing.T) {
	if _, err := NewEngine(&handCard{rate: 8000, samples: 80}, Options{Rate: 11025}); err == nil {
		t.Error("an engine of 11025 Hz was made")
	}
	if _, err := NewEngine(&handCard{rate: 8000}, Options{}); err == nil {
		t.Error("a card without a period was taken")
	}
	bad := Default()
	bad.Ports = "20-20"
	if _, err := NewEngine(&handCard{rate: 8000, samples: 80}, Options{Config: bad}); err == nil {
		t.Error("a port range without a pair was taken")
	}
}

// inLoop is an engine with one stream that talks to itself over a network that keeps nothing: every packet out comes in.
func inLoop(tb testing.TB, rate, inside int, codec string) (s *Stream, step func()) {
	card := &handCard{rate: rate, samples: rate / 100}
	loop := &mirror{}
	e, err := NewEngine(card, Options{Rate: inside, Listen: func(local netip.AddrPort) (PacketConn, error) {
		c := newVoid(local)
		if loop.rtp == nil {
			loop.void, loop.rtp = c, c
			return loop, nil
		}
		return c, nil
	}})
	if err != nil {
		tb.Fatal(err)
	}
	s, err = e.Listen(doorAddr)
	if err != nil {
		tb.Fatal(err)
	}
	loop.stream = s
	p := houseParams()
	p.Codec, p.PayloadType = codec, codecNamed(tb, codec).static
	p.Receive[p.PayloadType] = codec
	if err := s.Start(p); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close() })
	now := time.Now()
	e.adapter.process = func(play, capture []int16) { e.period(now, play, capture) }
	play := make([]int16, card.samples)
	speech := voice.New(1, 120).Speak(1, rate)
	at := 0
	return s, func() {
		now = now.Add(10 * time.Millisecond)
		card.process(play, speech[at:at+card.samples])
		at = (at + card.samples) % (len(speech) - card.samples)
		loop.deliver(now.Add(time.Millisecond))
	}
}

func codecNamed(tb testing.TB, name string) codec {
	c, ok := codecByName(name)
	if !ok {
		tb.Fatalf("no codec %q", name)
	}
	return c
}

// loops are cards, engines and codecs of every rate.
var loops = []struct {
	card, engine int
	codec        string
}{{8000, 8000, "PCMA"}, {16000, 16000, "G722"}, {8000, 16000, "PCMA"}, {8000, 16000, "G722"}, {48000, 8000, "PCMA"}, {48000, 16000, "PCMA"}, {48000, 16000, "G722"}}

// The card's callback, with a stream in a call and a tone, allocates nothing; nor does a packet on its way in.
func TestNothingIsAllocatedInTheAudioPath(t *testing.T) {
	for _, c := range loops {
		s, step := inLoop(t, c.card, c.engine, c.codec)
		for range 500 {
			step()
		}
		if n := testing.AllocsPerRun(1000, step); n != 0 {
			t.Errorf("%+v: %v allocations a period", c, n)
		}
		if f := s.Stats(); f.Received < 700 || f.Played < 14*time.Second || f.Concealed > 0 {
			t.Errorf("%+v: the call was none: %s", c, figuresOf(f))
		}
	}
}

func BenchmarkPeriod(b *testing.B) {
	for _, c := range loops {
		b.Run(fmt.Sprintf("card=%d/engine=%d/%s", c.card, c.engine, c.codec), func(b *testing.B) {
			_, step := inLoop(b, c.card, c.engine, c.codec)
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

func TestTwoCallsAreMixed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newCall(t, memnet.Link{Delay: time.Millisecond}, speaking(8000, nil), speaking(8000, voice.New(1, 120).Speak(5, 8000)), Options{})
		second := newCard(8000, 80, func(n int, capture []int16) { copy(capture, sine(1000, -20)[n%100*80:]) })
		e := newEngineOn(t, k.network.Host(netip.MustParseAddr("192.0.2.12")), second, Options{})
		a, b := listenOn(t, k.doorEngine, doorAddr), listenOn(t, e, netip.MustParseAddr("192.0.2.12"))
		k.start()
		if err := a.Start(paramsTo(netip.MustParseAddr("192.0.2.12"), b)); err != nil {
			t.Fatal(err)
		}
		if err := b.Start(paramsTo(doorAddr, a)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		e.Close()
		k.end()
		heard := k.doorCard.heard()[8000:32000]
		var at1k, all float64
		var re, im float64
		for i, v := range heard {
			re += float64(v) * math.Cos(2*math.Pi*1000*float64(i)/8000)
			im += float64(v) * math.Sin(2*math.Pi*1000*float64(i)/8000)
			all += float64(v) * float64(v)
		}
		at1k = 2 * (re*re + im*im) / float64(len(heard))
		if part := at1k / all; part < 0.1 || part > 0.9 {
			t.Errorf("%.0f %% of what the door hears is the second call's sine; the rest should be the first call's speech", part*100)
		}
	})
}
