package led_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"intercom/hw/led"
	"intercom/hw/memline"

	"periph.io/x/conn/v3/gpio"
)

func TestLightShowsItsPattern(t *testing.T) {
	for _, activeLow := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			pin := memline.NewOutput("led", gpio.Level(!activeLow)) // found lit
			l, err := led.New(pin, led.Options{ActiveLow: activeLow})
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range led.Names() {
				if err := l.Show(name); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				p, begin := lookup(t, name), time.Now()
				for range 300 {
					time.Sleep(7 * time.Millisecond)
					synctest.Wait()
					if want, _ := p.At(time.Since(begin)); (pin.Level() == gpio.High) != (want != activeLow) {
						t.Fatalf("%s, active low %v: lit wrongly at %v", name, activeLow, time.Since(begin))
					}
				}
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if pin.Level() != gpio.Level(activeLow) || !pin.Halted() {
				t.Error("Close leaves the light on or the line held")
			}
			if err := l.Close(); err != nil {
				t.Errorf("a second Close: %v", err)
			}
		})
	}
}

func TestTheSamePatternAgainDoesNotStartAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := memline.NewOutput("led", gpio.Low)
		l, err := led.New(pin, led.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		for range 8 { // lit for 500 ms, dark for 500 ms; asked for each 100 ms
			if err := l.Show(led.Booting); err != nil {
				t.Fatal(err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		if pin.Level() != gpio.Low {
			t.Error("asking again started the pattern anew")
		}
		if got := l.Shown(); got != led.Booting {
			t.Errorf("Shown is %q", got)
		}
	})
}

func TestAFailingLineIsReportedOnceAndTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pin := memline.NewOutput("led", gpio.Low)
		faults := 0
		l, err := led.New(pin, led.Options{OnFault: func(error) { faults++ }})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		pin.Fail(func(gpio.Level) error { return errors.New("gone") })
		if err := l.Show(led.Calling); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if faults != 1 {
			t.Errorf("%d faults told, want 1", faults)
		}
		pin.Fail(nil)
		lit := 0
		pin.Watch(func(l gpio.Level) {
			if l {
				lit++
			}
		})
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if lit < 8 {
			t.Errorf("lit %d times in 4 s after the line came back", lit)
		}
	})
}

func TestShowRefusesWhatItDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := led.New(memline.NewOutput("led", gpio.Low), led.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if err := l.Show("disco"); err == nil || l.Shown() != led.Off {
			t.Errorf("Show of an unknown pattern: %v, shows %q", err, l.Shown())
		}
	})
}

func BenchmarkAt(b *testing.B) {
	p, err := led.Lookup(led.ConfigFault)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.At(12345 * time.Millisecond)
	}
}
