// Package headset is what a telephone without a face speaks and listens with: a sound card whose microphone may be a file,
// silence or its own loudspeaker, and whose loudspeaker may be kept in a file.
package headset

import (
	"errors"
	"sync"

	"intercom/cmd/intercom/wavcard"
	"intercom/media"
	"intercom/ua"
)

// What can be the microphone, beside a file.
const (
	Default = "default" // the computer's own, with its loudspeaker
	Loop    = "loop"    // the loudspeaker: a caller hears what is said, 10 ms later
	Silence = "silence"
)

// Headset is a card for a media engine.
type Headset struct {
	media.Card // the clock, and the sound of Default

	hears func(capture []int16) // nil leaves what the card hears
	keeps *wavcard.Speaker      // nil keeps nothing

	mu      sync.Mutex
	talking map[ua.CallID]bool
	said    []int16 // of the file, from its beginning
	rest    []int16 // what is still to be said
	looped  []int16 // the last block of the loudspeaker
	fault   error   // of keeps
}

// New makes a headset around a card: the computer's own if microphone is Default, and one that is only a clock for all
// others. Record is a WAV file for what is heard during calls; empty for none.
func New(card media.Card, microphone, record string) (_ *Headset, err error) {
	h := &Headset{Card: card, talking: map[ua.CallID]bool{}}
	switch microphone {
	case Default:
	case Silence:
		h.hears = func(capture []int16) { clear(capture) }
	case Loop:
		h.hears = h.loop
	default:
		h.hears = h.read
		if h.said, err = wavcard.Samples(microphone, card.Rate()); err != nil {
			return nil, err
		}
	}
	if record != "" {
		if h.keeps, err = wavcard.CreateSpeaker(record, card.Rate()); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Start has process called once a period until Close.
func (h *Headset) Start(process func(play, capture []int16)) error {
	return h.Card.Start(func(play, capture []int16) {
		h.hear(capture)
		process(play, capture)
		h.keep(play)
	})
}

// Close ends the periods and completes the recording.
func (h *Headset) Close() error {
	err := h.Card.Close()
	if h.keeps == nil {
		return err
	}
	return errors.Join(err, h.fault, h.keeps.Close())
}

// Follow makes the headset do what calls need: the file is said from its beginning in each call that is answered, and what
// is heard is kept while a call has sound.
func (h *Headset) Follow(e ua.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := e.(type) {
	case ua.Early:
		h.talking[e.Call] = true
	case ua.Answered:
		h.talking[e.Call] = true
		h.rest = h.said
	case ua.Ended:
		delete(h.talking, e.Call)
	}
}

func (h *Headset) hear(capture []int16) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.hears != nil {
		h.hears(capture)
	}
}

// loop hears what was played in the period before.
func (h *Headset) loop(capture []int16) {
	n := copy(capture, h.looped)
	clear(capture[n:])
}

// read hears the file once, and then silence.
func (h *Headset) read(capture []int16) {
	n := copy(capture, h.rest)
	h.rest = h.rest[n:]
	clear(capture[n:])
}

func (h *Headset) keep(play []int16) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looped = append(h.looped[:0], play...)
	if h.keeps != nil && len(h.talking) > 0 && h.fault == nil {
		h.fault = h.keeps.Write(play)
	}
}
