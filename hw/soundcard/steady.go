package soundcard

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Driver is one open card. Card is one.
type Driver interface {
	Rate() int
	Period() int
	String() string
	Xruns() uint64
	Start(process func(play, capture []int16)) error
	Close() error
}

// SteadyOptions of a Steady card.
type SteadyOptions struct {
	// Open opens the real card. A rate other than 0 is one that it must have, converting if it has another of its own.
	// Lost is to be called once if the card stops by itself.
	Open func(rate int, lost func(error)) (Driver, error)

	// Changed is told when the card goes, and why, and with nil when it is back. It must not block. It may be nil.
	Changed func(error)

	Log *slog.Logger // nil discards
}

// What a card is like that was never there, and how often it is looked for.
const (
	lateRate = 48000 // Hz, which every USB card can do
	retry    = 2 * time.Second
	stalled  = 2 * time.Second // without a period, a card that does not say that it has stopped has
)

// Steady is a card that is always there: while the real one is not, because its plug was pulled or the kernel has not found
// it yet, a clock takes its place that plays to nobody and hears silence. So calls go on, and their sound comes back with
// the card.
type Steady struct {
	o      SteadyOptions
	log    *slog.Logger
	rate   int
	lost   chan error // one slot, of the card that is open
	stop   chan struct{}
	alive  atomic.Int64 // periods of the card that is open
	gone   uint64       // xruns of cards that were closed
	ended  sync.WaitGroup
	closed sync.Once

	mu      sync.Mutex
	card    Driver // nil while there is none
	started bool
	err     error // of Close
}

// NewSteady opens the card if it is there.
func NewSteady(o SteadyOptions) *Steady {
	if o.Changed == nil {
		o.Changed = func(error) {}
	}
	s := &Steady{o: o, log: Options{Log: o.Log}.withDefaults().Log, stop: make(chan struct{})}
	card, err := s.open()
	s.rate = lateRate
	if err == nil {
		s.card, s.rate = card, card.Rate()
		return s
	}
	s.change(err)
	return s
}

// Rate is in Hz, and stays what it was when the card was made.
func (s *Steady) Rate() int { return s.rate }

// Period is in samples.
func (s *Steady) Period() int { return s.rate / 100 }

// String names the card for people.
func (s *Steady) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.card == nil {
		return describe("no sound card, silence", s.rate)
	}
	return s.card.String()
}

// Xruns counts those of all cards that there were.
func (s *Steady) Xruns() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.card == nil {
		return s.gone
	}
	return s.gone + s.card.Xruns()
}

// Start has process called once a period, by one card at a time, until Close.
func (s *Steady) Start(process func(play, capture []int16)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.stop:
		return errors.New("soundcard: it is closed")
	default:
	}
	if s.started {
		return errors.New("soundcard: it is started already")
	}
	s.started = true
	s.ended.Go(func() { s.run(process) })
	return nil
}

// Close ends the periods and waits for the last one.
func (s *Steady) Close() error {
	s.closed.Do(func() {
		s.mu.Lock()
		close(s.stop)
		s.mu.Unlock()
		s.ended.Wait()
		s.err = s.drop()
	})
	return s.err
}

// run takes turns between the card and the clock.
func (s *Steady) run(process func(play, capture []int16)) {
	counted := func(play, capture []int16) {
		s.alive.Add(1)
		process(play, capture)
	}
	for {
		if err := s.play(counted); err != nil {
			s.change(err)
			if err := s.drop(); err != nil {
				s.log.Debug("the lost sound card does not close", "err", err)
			}
		}
		select {
		case <-s.stop:
			return
		default:
		}
		if !s.wait(process) {
			return
		}
		s.log.Info("the sound card is back", "card", s.String())
		s.o.Changed(nil)
	}
}

// play lets the card play until it is lost, and says why; nil if there is no card or the end has come.
func (s *Steady) play(process func(play, capture []int16)) error {
	card := s.current()
	if card == nil {
		return nil
	}
	if err := card.Start(process); err != nil {
		return err
	}
	look := time.NewTicker(stalled)
	defer look.Stop()
	for before := s.alive.Load(); ; before = s.alive.Load() {
		select {
		case <-s.stop:
			return nil
		case err := <-s.lost:
			return err
		case <-look.C:
			if s.alive.Load() == before {
				return fmt.Errorf("soundcard: %s gives no sound any more", card)
			}
		}
	}
}

// wait lets a clock take the card's place until there is one again; false if the end comes first.
func (s *Steady) wait(process func(play, capture []int16)) bool {
	clock, err := NewPaced(PacedOptions{Name: "silence", Rate: s.rate})
	if err == nil {
		err = clock.Start(process)
	}
	if err != nil { // the rate is one that a card had
		s.log.Error("nothing takes the place of the sound card", "err", err)
		return false
	}
	defer clock.Close()
	again := time.NewTicker(retry)
	defer again.Stop()
	for {
		select {
		case <-s.stop:
			return false
		case <-again.C:
		}
		card, err := s.open()
		if err != nil {
			s.log.Debug("still no sound card", "err", err)
			continue
		}
		s.mu.Lock()
		s.card = card
		s.mu.Unlock()
		return true
	}
}

// open opens the card afresh; what the one before it may still have to say is forgotten.
func (s *Steady) open() (Driver, error) {
	lost := make(chan error, 1)
	card, err := s.o.Open(s.rate, func(err error) {
		select {
		case lost <- err:
		default:
		}
	})
	if err == nil {
		s.lost = lost
	}
	return card, err
}

func (s *Steady) current() Driver {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.card
}

// drop closes the card if there is one.
func (s *Steady) drop() error {
	s.mu.Lock()
	card := s.card
	if s.card = nil; card != nil {
		s.gone += card.Xruns()
	}
	s.mu.Unlock()
	if card == nil {
		return nil
	}
	return card.Close()
}

func (s *Steady) change(err error) {
	s.log.Warn("no sound: the card is looked for until it is there", "err", err)
	s.o.Changed(err)
}
