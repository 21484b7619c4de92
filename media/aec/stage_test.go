package aec_test

import (
	"fmt"
	"testing"

	"intercom/media"
	"intercom/media/aec"
	"intercom/media/voice"
)

var _ media.Stage = (*aec.Canceller)(nil)

// heard is a talker as the microphone hears him from a loudspeaker 25 ms away.
func heard(seed uint64, seconds float64, rate int) (near, far []int16) {
	far = voice.New(seed, 120).Speak(seconds, rate)
	near = make([]int16, len(far))
	for i, v := range far[:len(far)-rate/40] {
		near[i+rate/40] = v / 2
	}
	return near, far
}

func TestNothingAllocates(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		c := aec.New(rate)
		near, far := heard(1, 2, rate)
		if n := testing.AllocsPerRun(3, func() { c.Process(near, far) }); n != 0 {
			t.Errorf("%v allocations in 2 s at %d Hz, want none", n, rate)
		}
	}
}

func BenchmarkBlock(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		talking, far := heard(1, 2, rate)
		for name, loudspeaker := range map[string][]int16{"talk": far, "silence": make([]int16, len(far))} {
			b.Run(fmt.Sprintf("%s/%dHz", name, rate), func(b *testing.B) {
				c := aec.New(rate)
				near := make([]int16, len(talking))
				i, n := 0, rate/100
				b.ReportAllocs()
				for b.Loop() {
					copy(near[i:i+n], talking[i:i+n])
					c.Process(near[i:i+n], loudspeaker[i:i+n])
					i = (i + n) % len(near)
				}
			})
		}
	}
}
