// Package led shows named blink patterns on a light. A pattern is a pure function of the time since it began; the runner
// only switches the line when the pattern says so.
package led

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Names of the patterns. ConfigFault may be followed by a number ("config-fault 23"), whose digits are then blinked.
const (
	Off           = "off"
	Booting       = "booting"
	NoNetwork     = "no-network"
	NotRegistered = "not-registered"
	Ready         = "ready"
	Calling       = "calling"
	Ringing       = "ringing"
	InCall        = "in-call"
	DoorOpen      = "door-open"
	NoAnswer      = "no-answer"
	LockedOut     = "locked-out"
	ConfigFault   = "config-fault"
	HardwareFault = "hardware-fault"
)

// Names lists all patterns.
func Names() []string {
	return []string{Off, Booting, NoNetwork, NotRegistered, Ready, Calling, Ringing, InCall, DoorOpen, NoAnswer, LockedOut, ConfigFault, HardwareFault}
}

// Fault is the name of the pattern that blinks the line of a configuration at fault, digit by digit: short flashes are counted, one
// long flash is a nought, and a long pause comes before the number begins anew. Without such a line it is ConfigFault.
func Fault(line int) string {
	if line < 1 || line > maxNumber {
		return ConfigFault
	}
	return fmt.Sprintf("%s %d", ConfigFault, line)
}

// maxNumber is the longest number that somebody will count.
const maxNumber = 65535

// Pattern is a cycle of lit and dark stretches that begins lit and repeats for ever. A pattern of one stretch is steady:
// lit if the stretch is longer than nothing.
type Pattern []time.Duration

// Lookup finds a pattern by its name.
func Lookup(name string) (Pattern, error) {
	switch name {
	case Off:
		return Pattern{0}, nil
	case Ready:
		return Pattern{1}, nil
	case Booting: // slow and even
		return ms(500, 500), nil
	case Calling: // faster and even
		return ms(200, 200), nil
	case DoorOpen: // a flicker
		return ms(60, 60), nil
	case Ringing: // the cadence of a bell: twice, then a rest
		return ms(400, 200, 400, 1500), nil
	case InCall: // lit, with a wink
		return ms(1850, 150), nil
	case NoAnswer: // lit, with two winks
		return ms(1550, 150, 150, 150), nil
	case NoNetwork: // faults are short flashes, counted
		return flashes(1), nil
	case NotRegistered:
		return flashes(2), nil
	case HardwareFault:
		return flashes(3), nil
	case ConfigFault:
		return flashes(4), nil
	case LockedOut:
		return flashes(5), nil
	}
	if number, ok := strings.CutPrefix(name, ConfigFault+" "); ok {
		return digits(number)
	}
	return nil, fmt.Errorf("led: no pattern %q; there are %s", name, strings.Join(Names(), ", "))
}

// At says whether the light is lit at a time since the pattern began, and until when that holds. A steady pattern holds
// for ever: until is then 0.
func (p Pattern) At(since time.Duration) (on bool, until time.Duration) {
	if len(p) < 2 {
		return len(p) == 1 && p[0] > 0, 0
	}
	end := since - since%p.cycle()
	for i, d := range p {
		if end += d; since < end {
			return i%2 == 0, end
		}
	}
	return false, end // not reached: the cycle is the sum of its stretches
}

func (p Pattern) cycle() time.Duration {
	var sum time.Duration
	for _, d := range p {
		sum += d
	}
	return sum
}

func ms(stretches ...int) Pattern {
	p := make(Pattern, len(stretches))
	for i, s := range stretches {
		p[i] = time.Duration(s) * time.Millisecond
	}
	return p
}

// flashes is n short flashes and a pause that tells one count from the next.
func flashes(n int) Pattern {
	p := slices.Repeat(ms(120, 280), n)
	p[len(p)-1] = 1500 * time.Millisecond
	return p
}

// digits blinks each digit of a number, most significant first; a nought is one long blink.
func digits(number string) (Pattern, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("led: %q after %s is no number of 0 to %d", number, ConfigFault, maxNumber)
	}
	var p Pattern
	for _, d := range strconv.FormatUint(n, 10) {
		blinks := slices.Repeat(ms(300, 300), int(d-'0'))
		if d == '0' {
			blinks = ms(1500, 300)
		}
		blinks[len(blinks)-1] = 1200 * time.Millisecond
		p = append(p, blinks...)
	}
	p[len(p)-1] = 3 * time.Second
	return p, nil
}
