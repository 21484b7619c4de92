package media

import (
	"fmt"

	"intercom/media/resample"
)

// adapter stands between a card of any rate and period and an engine that works in blocks of 10 ms at its own rate.
type adapter struct {
	block   int
	process func(play, capture []int16) // one block of the engine

	in, out *resample.Resampler // nil: the same rate
	heard   queue               // from the microphone, at the engine's rate
	spoken  queue               // to the loudspeaker, at the card's rate
	scratch []int16
	mic     []int16
	speaker []int16
}

func newAdapter(card Card, rate, block int, process func(play, capture []int16)) (*adapter, error) {
	a := &adapter{block: block, process: process, mic: make([]int16, block), speaker: make([]int16, block)}
	period := card.Period()
	if period <= 0 || period > card.Rate() {
		return nil, fmt.Errorf("the sound card's period of %d samples at %d Hz is no period", period, card.Rate())
	}
	room := period*rate/card.Rate() + block
	if card.Rate() != rate {
		var err error
		if a.in, err = resample.New(card.Rate(), rate); err != nil {
			return nil, err
		}
		if a.out, err = resample.New(rate, card.Rate()); err != nil {
			return nil, err
		}
		room = max(a.in.Len(period), a.out.Len(block))
	}
	a.scratch = make([]int16, room)
	a.heard.samples = make([]int16, 2*(room+block+period))
	a.spoken.samples = make([]int16, 4*(room+block+period))
	return a, nil
}

// period is one call of the card.
func (a *adapter) period(play, capture []int16) {
	if a.in == nil && len(play) == a.block && len(capture) == a.block {
		a.process(play, capture)
		return
	}
	a.hear(capture)
	for a.heard.take(a.mic) {
		a.process(a.speaker, a.mic)
		a.speak()
	}
	if short := len(play) - a.spoken.n; short > 0 {
		// The card wants sound in other portions than blocks: one portion ahead from now on.
		a.spoken.prepend(short)
	}
	a.spoken.take(play)
}

func (a *adapter) hear(capture []int16) {
	if a.in == nil {
		a.heard.put(capture)
		return
	}
	a.heard.put(a.scratch[:a.in.Process(a.scratch, capture)])
}

func (a *adapter) speak() {
	if a.out == nil {
		a.spoken.put(a.speaker)
		return
	}
	a.spoken.put(a.scratch[:a.out.Process(a.scratch, a.speaker)])
}

// queue is samples in order, in room that is fixed.
type queue struct {
	samples []int16
	n       int
}

// put adds samples; without room the oldest ones go.
func (q *queue) put(x []int16) {
	x = x[max(0, len(x)-len(q.samples)):]
	if over := q.n + len(x) - len(q.samples); over > 0 {
		q.n = copy(q.samples, q.samples[over:q.n])
	}
	q.n += copy(q.samples[q.n:], x)
}

// take fills dst, or reports that there is too little.
func (q *queue) take(dst []int16) bool {
	if q.n < len(dst) {
		return false
	}
	copy(dst, q.samples)
	q.n = copy(q.samples, q.samples[len(dst):q.n])
	return true
}

// prepend puts n samples of silence in front.
func (q *queue) prepend(n int) {
	n = min(n, len(q.samples)-q.n)
	copy(q.samples[n:], q.samples[:q.n])
	clear(q.samples[:n])
	q.n += n
}
