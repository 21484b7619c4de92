package demo

import (
	"sync/atomic"
	"time"

	"intercom/media/voice"
)

// talker is a microphone with somebody in front of it: silent until told to speak, then one utterance.
type talker struct {
	utterance []int16
	next      atomic.Int64 // index of the next sample to be spoken
}

// newTalker returns a talker whose voice is made from seed: the same seed speaks the same words.
func newTalker(seed uint64, pitch float64, length time.Duration, rate int) *talker {
	t := &talker{utterance: voice.New(seed, pitch).Speak(length.Seconds(), rate)}
	t.hush()
	return t
}

// speak starts the utterance from its beginning.
func (t *talker) speak() { t.next.Store(0) }

// hush makes the talker silent.
func (t *talker) hush() { t.next.Store(int64(len(t.utterance))) }

// Read fills dst with what the microphone hears.
func (t *talker) Read(dst []int16) int {
	at := t.next.Load()
	n := copy(dst, t.utterance[min(at, int64(len(t.utterance))):])
	clear(dst[n:])
	t.next.CompareAndSwap(at, at+int64(n))
	return len(dst)
}
