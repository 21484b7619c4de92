package led_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/hw/led"
)

// drawn is a pattern as one sees it: a mark each 20 ms.
func drawn(p led.Pattern, d time.Duration) string {
	var s strings.Builder
	for t := time.Duration(0); t < d; t += 20 * time.Millisecond {
		if on, _ := p.At(t); on {
			s.WriteByte('#')
		} else {
			s.WriteByte('.')
		}
	}
	return s.String()
}

func lookup(t *testing.T, name string) led.Pattern {
	t.Helper()
	p, err := led.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// look is what a person can tell of a pattern: how many flashes come in a row before a pause of a second (0: there is no
// pause), how often it lights up in 12 s, and for how much of the time it is lit.
type look struct {
	row, flashes int
	lit          float64
}

func seen(p led.Pattern) look {
	s := "." + drawn(p, 12*time.Second)
	l := look{flashes: strings.Count(s, ".#"), lit: float64(strings.Count(s, "#")) / float64(len(s))}
	if row, _, paused := strings.Cut(s[1:], strings.Repeat(".", 50)); paused {
		l.row = strings.Count("."+row, ".#")
	}
	return l
}

func TestPatternsAreClearlyDifferent(t *testing.T) {
	names := led.Names()
	for i, a := range names {
		for _, b := range names[i+1:] {
			la, lb := seen(lookup(t, a)), seen(lookup(t, b))
			rate := float64(max(la.flashes, lb.flashes)) / float64(max(1, min(la.flashes, lb.flashes)))
			if la.row == lb.row && rate < 1.5 && max(la.lit, lb.lit)-min(la.lit, lb.lit) < 0.2 {
				t.Errorf("%s %+v looks like %s %+v", a, la, b, lb)
			}
		}
	}
}

func TestPatternHoldsUntilItSays(t *testing.T) {
	for _, name := range append(led.Names(), "config-fault 407") {
		p := lookup(t, name)
		for at := time.Duration(0); at < 30*time.Second; {
			on, until := p.At(at)
			if until == 0 {
				if len(p) != 1 {
					t.Errorf("%s holds for ever at %v", name, at)
				}
				break
			}
			if until <= at {
				t.Fatalf("%s at %v holds until %v", name, at, until)
			}
			if still, _ := p.At(until - 1); still != on {
				t.Errorf("%s at %v changes before %v", name, at, until)
			}
			if after, _ := p.At(until); after == on {
				t.Errorf("%s does not change at %v", name, until)
			}
			at = until
		}
	}
}

func TestNumberIsBlinkedDigitByDigit(t *testing.T) {
	for number, want := range map[string]string{"3": "3", "12": "1 2", "407": "4 0 7", "10": "1 0"} {
		if got := read(lookup(t, led.ConfigFault+" "+number)); got != want {
			t.Errorf("number %s reads as %q, want %q", number, got, want)
		}
	}
}

// Line 112 is one flash, one flash, two flashes and a long pause; one long flash is a nought.
func TestALineAtFaultIsBlinked(t *testing.T) {
	s := time.Second / 10
	for line, want := range map[int]led.Pattern{
		112: {3 * s, 12 * s, 3 * s, 12 * s, 3 * s, 3 * s, 3 * s, 30 * s},
		20:  {3 * s, 3 * s, 3 * s, 12 * s, 15 * s, 30 * s},
		0:   lookup(t, led.ConfigFault), -1: lookup(t, led.ConfigFault), 65536: lookup(t, led.ConfigFault),
	} {
		if got := lookup(t, led.Fault(line)); !slices.Equal(got, want) {
			t.Errorf("line %d is blinked as %v, want %v", line, got, want)
		}
	}
}

// read is a person who counts: short blinks until a pause, a long one is a nought.
func read(p led.Pattern) string {
	var seen []string
	count := 0
	for i := 0; i < len(p); i += 2 {
		if p[i] < time.Second {
			count++
		}
		if p[i+1] > time.Second {
			seen = append(seen, fmt.Sprint(count))
			count = 0
		}
	}
	return strings.Join(seen, " ")
}

func TestUnknownPatternsAreRefused(t *testing.T) {
	for _, name := range []string{"", "disco", "Ready", "config-fault ", "config-fault -1", "config-fault 1000000", "config-fault x", "ready 3"} {
		if _, err := led.Lookup(name); err == nil {
			t.Errorf("Lookup(%q) found something", name)
		} else if !strings.Contains(err.Error(), "config-fault") {
			t.Errorf("the error does not say what there is: %v", err)
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, name := range append(led.Names(), "config-fault 65535", "config-fault 007") {
		f.Add(name, int64(0))
	}
	f.Fuzz(func(t *testing.T, name string, at int64) {
		p, err := led.Lookup(name)
		if err != nil || at < 0 || at > int64(1000*time.Hour) {
			return
		}
		if _, until := p.At(time.Duration(at)); until != 0 && until <= time.Duration(at) {
			t.Errorf("%q at %v holds until %v", name, time.Duration(at), until)
		}
	})
}
