package soundcard

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

type tape struct {
	samples []int16
	fault   error
}

func (t *tape) Read(dst []int16) int {
	n := copy(dst, t.samples)
	t.samples = t.samples[n:]
	return n
}

func (t *tape) Write(samples []int16) error {
	t.samples = append(t.samples, samples...)
	return t.fault
}

func newPaced(t *testing.T, o PacedOptions) *Paced {
	t.Helper()
	p, err := NewPaced(o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPaceDoesNotDrift(t *testing.T) {
	for _, rate := range []int{8000, 11025, 44100, 48000} {
		synctest.Test(t, func(t *testing.T) {
			p := newPaced(t, PacedOptions{Name: "null", Rate: rate})
			calls := int64(0)
			if err := p.Start(func(_, _ []int16) { calls++ }); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour + time.Millisecond)
			synctest.Wait()
			if want := int64(rate) * 3600 / int64(p.Period()); calls != want {
				t.Errorf("%d Hz: %d periods in an hour, want %d", rate, calls, want)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			if p.Xruns() != 0 {
				t.Errorf("%d xruns", p.Xruns())
			}
		})
	}
}

// 60 days at 192 kHz: the schedule's arithmetic does not overflow.
func TestScheduleIsExactForMonths(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := schedule{begin: begin, rate: 192000, period: 1920, periods: 100*3600*24*60 - 1}
	if got := s.next().Sub(begin); got != 60*24*time.Hour {
		t.Errorf("after 60 days of periods it is %v", got)
	}
}

func TestDelaysAreCaughtUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, PacedOptions{Name: "null", Rate: 8000})
		calls := 0
		if err := p.Start(func(_, _ []int16) {
			if calls++; calls == 10 {
				time.Sleep(300 * time.Millisecond)
			}
		}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second + time.Millisecond)
		synctest.Wait()
		if calls != 100 || p.Xruns() != 0 {
			t.Errorf("%d periods in a second with a delay of 300 ms, %d xruns; want 100 and none", calls, p.Xruns())
		}
		p.Close()
	})
}

// A stop of the whole process delays all cards at once: none of them asks for sound that another has not had the time to bring.
func TestCardsCatchUpSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls [2]atomic.Int64
		apart := int64(0)
		for i := range calls {
			p := newPaced(t, PacedOptions{Name: "null", Rate: 8000})
			defer p.Close()
			if err := p.Start(func(_, _ []int16) {
				if calls[i].Add(1) == 10 {
					time.Sleep(300 * time.Millisecond)
				}
				if i == 0 {
					apart = max(apart, calls[0].Load()-calls[1].Load())
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := calls[0].Load(); n != 100 || apart > 2 {
			t.Errorf("%d periods in a second; one card was %d periods ahead of the other", n, apart)
		}
	})
}

func TestALongStopIsAnOverrunNotAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, PacedOptions{Name: "null", Rate: 8000})
		calls := 0
		if err := p.Start(func(_, _ []int16) {
			if calls++; calls == 10 {
				time.Sleep(time.Minute)
			}
		}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute + time.Second)
		synctest.Wait()
		if calls > 200 || p.Xruns() == 0 {
			t.Errorf("%d periods and %d xruns after a minute's stop", calls, p.Xruns())
		}
		p.Close()
	})
}

func TestMicrophoneThenSilenceAndSpeakerFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		said, heard := []int16{1, 2, 3, 4, 5}, &tape{}
		p := newPaced(t, PacedOptions{Name: "wav", Rate: 8000, Microphone: &tape{samples: slices.Clone(said)}, Speaker: heard})
		if err := p.Start(func(play, capture []int16) { copy(play, capture) }); err != nil {
			t.Fatal(err)
		}
		time.Sleep(101 * time.Millisecond)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if len(heard.samples) != 10*p.Period() || !slices.Equal(heard.samples[:5], said) {
			t.Fatalf("recorded %d samples, beginning %v", len(heard.samples), heard.samples[:5])
		}
		if loudest := slices.Max(heard.samples[5:]); loudest != 0 {
			t.Errorf("after the end of the microphone's file there is %d, want silence", loudest)
		}
	})
}

func TestSpeakerFaultIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no space left")
		p := newPaced(t, PacedOptions{Name: "wav", Rate: 8000, Speaker: &tape{fault: full}})
		if err := p.Start(func(_, _ []int16) {}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if err := p.Close(); !errors.Is(err, full) {
			t.Errorf("Close: %v, want the speaker's error", err)
		}
	})
}

func TestStartAndCloseInAnyOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(t, PacedOptions{Name: "null", Rate: 8000})
		if err := p.Close(); err != nil {
			t.Errorf("Close before Start: %v", err)
		}
		if err := p.Start(func(_, _ []int16) {}); err == nil {
			t.Error("Start after Close was accepted")
		}
		q := newPaced(t, PacedOptions{Name: "null", Rate: 8000})
		if err := q.Start(func(_, _ []int16) {}); err != nil {
			t.Fatal(err)
		}
		if err := q.Start(func(_, _ []int16) {}); err == nil {
			t.Error("a second Start was accepted")
		}
		for range 2 {
			if err := q.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestRateOutOfBoundsIsRefused(t *testing.T) {
	for _, rate := range []int{0, -8000, 7999, 1 << 30} {
		if _, err := NewPaced(PacedOptions{Rate: rate}); err == nil || !strings.Contains(err.Error(), "8000") {
			t.Errorf("rate %d: %v", rate, err)
		}
	}
}
