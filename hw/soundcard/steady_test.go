package soundcard

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// socket is where a card is plugged in and pulled out.
type socket struct {
	t *testing.T

	mu    sync.Mutex
	rate  int // of the card that is in it; 0 for none
	asked []int
	now   *plugged
	told  []string

	busy atomic.Int32 // callers of process at the same time
	ran  atomic.Int64 // periods
}

// plugged is the card while it is open.
type plugged struct {
	*Paced
	lost func(error)
}

func (s *socket) open(rate int, lost func(error)) (Driver, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, rate)
	if s.rate == 0 {
		return nil, errors.New("no card is plugged in")
	}
	if rate == 0 {
		rate = s.rate
	}
	p, err := NewPaced(PacedOptions{Name: fmt.Sprint("card of ", s.rate), Rate: rate})
	if err != nil {
		s.t.Fatal(err)
	}
	s.now = &plugged{p, lost}
	return s.now, nil
}

// pull unplugs the card.
func (s *socket) pull() {
	s.plug(0)
	s.now.lost(errors.New("it was unplugged"))
	s.now.lost(errors.New("it says so twice"))
}

// plug puts a card of that rate in.
func (s *socket) plug(rate int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rate = rate
}

func (s *socket) hear(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.told = append(s.told, fmt.Sprint(err))
}

func (s *socket) steady() *Steady {
	return NewSteady(SteadyOptions{Open: s.open, Changed: s.hear})
}

func (s *socket) process(play, capture []int16) {
	if s.busy.Add(1) > 1 {
		s.t.Error("two cards play at the same time")
	}
	s.ran.Add(1)
	s.busy.Add(-1)
}

// wantPace fails unless a second has a hundred periods, one more or less.
func (s *socket) wantPace(why string) {
	s.t.Helper()
	before := s.ran.Load()
	time.Sleep(time.Second)
	synctest.Wait()
	if n := s.ran.Load() - before; n < 98 || n > 102 {
		s.t.Errorf("%s: %d periods in a second", why, n)
	}
}

func (s *socket) wantTold(want ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if fmt.Sprint(s.told) != fmt.Sprint(want) {
		s.t.Errorf("told %q, want %q", s.told, want)
	}
}

func TestACardThatIsPulledOutComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &socket{t: t, rate: 44100}
		c := s.steady()
		if c.Rate() != 44100 || c.Period() != 441 || c.String() != "card of 44100 at 44100 Hz" {
			t.Errorf("%v, %d Hz", c, c.Rate())
		}
		if err := c.Start(s.process); err != nil {
			t.Fatal(err)
		}
		s.wantPace("plugged in")
		s.pull()
		s.wantPace("pulled out")
		s.wantTold("it was unplugged")
		if c.String() != "no sound card, silence at 44100 Hz" {
			t.Errorf("it is called %v", c)
		}
		time.Sleep(time.Minute)
		s.plug(48000) // another one
		time.Sleep(retry)
		s.wantPace("another card")
		s.wantTold("it was unplugged", "<nil>")
		if c.Rate() != 44100 || s.asked[0] != 0 || s.asked[len(s.asked)-1] != 44100 {
			t.Errorf("at %d Hz; the rates asked for are %v", c.Rate(), s.asked)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		ran := s.ran.Load()
		time.Sleep(time.Second)
		if s.ran.Load() != ran {
			t.Error("it plays after Close")
		}
	})
}

func TestALateCard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &socket{t: t}
		c := s.steady()
		defer c.Close()
		s.wantTold("no card is plugged in")
		if err := c.Start(s.process); err != nil || c.Rate() != lateRate {
			t.Fatalf("%v, %d Hz", err, c.Rate())
		}
		s.wantPace("no card yet")
		s.plug(16000)
		time.Sleep(retry)
		s.wantPace("late card")
		s.wantTold("no card is plugged in", "<nil>")
	})
}

// mute is a card that stops without a word.
type mute struct{ *Paced }

func (m mute) Start(process func(play, capture []int16)) error {
	return m.Paced.Start(func(_, _ []int16) {})
}

func TestACardThatStallsIsOpenedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &socket{t: t, rate: 8000}
		opened := 0
		c := NewSteady(SteadyOptions{Changed: s.hear,
			Open: func(rate int, lost func(error)) (Driver, error) {
				opened++
				d, err := s.open(rate, lost)
				if opened == 1 {
					return mute{s.now.Paced}, err
				}
				return d, err
			}})
		defer c.Close()
		if err := c.Start(s.process); err != nil {
			t.Fatal(err)
		}
		time.Sleep(stalled + retry + 100*time.Millisecond)
		s.wantPace("opened again")
		s.wantTold("soundcard: card of 8000 at 8000 Hz gives no sound any more", "<nil>")
	})
}

func TestASteadyCardIsStartedAndClosedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &socket{t: t, rate: 8000}
		c := s.steady()
		if err := c.Start(s.process); err != nil {
			t.Fatal(err)
		}
		if c.Start(s.process) == nil {
			t.Error("started twice")
		}
		if err := errors.Join(c.Close(), c.Close()); err != nil {
			t.Error(err)
		}
		if c.Start(s.process) == nil {
			t.Error("started after Close")
		}
		unused := s.steady()
		if err := unused.Close(); err != nil {
			t.Error(err)
		}
	})
}
