package soundcard

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Source is what a paced card hears: it fills dst and returns how many samples there were; the rest is silence.
type Source interface{ Read(dst []int16) int }

// Sink gets what a paced card plays.
type Sink interface{ Write(samples []int16) error }

// PacedOptions of a Paced card.
type PacedOptions struct {
	Name       string // for people
	Rate       int    // Hz, 8000 to 192000
	Microphone Source // nil is silence
	Speaker    Sink   // nil is nobody
}

// Paced is a card without hardware. Its periods follow an absolute schedule from Start on, so that it does not drift; after
// a delay it catches up, as a card's buffer does, and what no buffer would hold is an overrun.
type Paced struct {
	o     PacedOptions
	xruns atomic.Uint64
	stop  chan struct{}
	once  sync.Once

	mu      sync.Mutex
	started bool
	closed  bool
	fault   error // the first of the speaker
	done    chan struct{}
}

// NewPaced makes a card that is silent until Start.
func NewPaced(o PacedOptions) (*Paced, error) {
	if o.Rate < 8000 || o.Rate > 192000 {
		return nil, fmt.Errorf("soundcard: %s has a rate of %d Hz; 8000 to 192000 would do", o.Name, o.Rate)
	}
	return &Paced{o: o, stop: make(chan struct{}), done: make(chan struct{})}, nil
}

// Rate is in Hz.
func (p *Paced) Rate() int { return p.o.Rate }

// Period is in samples.
func (p *Paced) Period() int { return p.o.Rate / 100 }

// String names the card for people.
func (p *Paced) String() string { return describe(p.o.Name, p.o.Rate) }

// Xruns counts the delays that were too long to catch up.
func (p *Paced) Xruns() uint64 { return p.xruns.Load() }

// Start has process called once a period, on the card's own goroutine, until Close.
func (p *Paced) Start(process func(play, capture []int16)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errors.New("soundcard: " + p.String() + " is closed")
	case p.started:
		return errors.New("soundcard: " + p.String() + " is started already")
	}
	p.started = true
	go p.run(process)
	return nil
}

// Close ends the periods and waits for the last one. It returns the first error of the speaker.
func (p *Paced) Close() error {
	p.mu.Lock()
	p.closed = true
	started := p.started
	p.mu.Unlock()
	p.once.Do(func() { close(p.stop) })
	if started {
		<-p.done
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault
}

func (p *Paced) run(process func(play, capture []int16)) {
	defer close(p.done)
	play, capture := make([]int16, p.Period()), make([]int16, p.Period())
	s := schedule{begin: time.Now(), rate: int64(p.o.Rate), period: int64(p.Period())}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		now := time.Now()
		for s.due(now) {
			p.period(process, play, capture)
			if !now.Before(s.next()) && !p.breathe() {
				return
			}
		}
		if s.skip(now) {
			p.xruns.Add(1)
		}
		timer.Reset(time.Until(s.next()))
		select {
		case <-p.stop:
			return
		case <-timer.C:
		}
	}
}

// breath is the pause between periods that are caught up. A card's buffer is emptied at the pace of the card; without a pause
// the sound of half a second is asked for in no time, before whoever brings it has had a chance to.
const breath = time.Millisecond

// breathe takes a breath and reports whether the card is still wanted.
func (p *Paced) breathe() bool {
	select {
	case <-p.stop:
		return false
	case <-time.After(breath):
		return true
	}
}

func (p *Paced) period(process func(play, capture []int16), play, capture []int16) {
	n := 0
	if p.o.Microphone != nil {
		n = p.o.Microphone.Read(capture)
	}
	clear(capture[n:])
	clear(play)
	process(play, capture)
	if p.o.Speaker == nil {
		return
	}
	if err := p.o.Speaker.Write(play); err != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.fault == nil {
			p.fault = fmt.Errorf("soundcard: %s: loudspeaker: %w", p.o.Name, err)
		}
	}
}

// buffer is how many periods of delay are caught up, half a second.
const buffer = 50

// schedule says when each period is complete: sample n of a card that began at begin is there at begin + n/rate.
type schedule struct {
	begin        time.Time
	rate, period int64
	periods      int64 // done since begin
	caught       int64 // done since the last skip
}

// next is when the next period is complete.
func (s *schedule) next() time.Time {
	n := (s.periods + 1) * s.period
	return s.begin.Add(time.Duration(n/s.rate)*time.Second + time.Duration(n%s.rate)*time.Second/time.Duration(s.rate))
}

// due takes the next period if it is complete and the delay is one that a buffer holds.
func (s *schedule) due(now time.Time) bool {
	if s.caught == buffer || now.Before(s.next()) {
		return false
	}
	s.periods++
	s.caught++
	return true
}

// skip gives up what is still owed after a full buffer was caught up, and says whether that was anything.
func (s *schedule) skip(now time.Time) bool {
	s.caught = 0
	if now.Before(s.next()) {
		return false
	}
	s.begin, s.periods = now, 0
	return true
}
