package station

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The bounds of a door's pulse: shorter does not move an opener, longer leaves a door to whoever comes next.
const (
	ShortestPulse = 200 * time.Millisecond
	LongestPulse  = 30 * time.Second
)

// LongestLight bounds how long a light burns that is switched once.
const LongestLight = 30 * time.Minute

// ValueFault is one value that cannot be. Path is its place in the file, with the index of a repeated table counted from
// 0 ("button.0.call").
type ValueFault struct {
	Path string
	Text string // what is wrong; never a code
	Want string // what would be right
}

func (f ValueFault) Error() string { return fmt.Sprintf("%s: %s; %s", f.Path, f.Text, f.Want) }

// Check finds everything that the rules cannot work with. Whether a target can be called is for the user agent to know.
func (c Config) Check() []ValueFault {
	var k checker
	k.between("station.ring_time", c.RingTime, 5*time.Second, 5*time.Minute)
	k.between("station.call_limit", c.CallLimit, 10*time.Second, time.Hour)
	k.between("station.hang_up_after_opening", c.HangUpAfterOpening, 0, time.Minute)
	k.between("station.silence_limit", c.SilenceLimit, 0, time.Hour)
	k.between("station.button_lock", c.ButtonLock, 0, time.Minute)
	k.between("station.digit_timeout", c.DigitTimeout, time.Second, time.Minute)
	k.between("station.lock_out", c.LockOut, 10*time.Second, 24*time.Hour)
	k.between("station.lock_out_max", c.LockOutMax, max(c.LockOut, 10*time.Second), 24*time.Hour)
	if c.WrongCodes < 1 || c.WrongCodes > 20 {
		k.fault("station.wrong_codes", "write a number from 1 to 20", "%d is out of bounds", c.WrongCodes)
	}
	k.schedules(c)
	k.calls(c)
	k.groups(c)
	k.callers(c.AllowIncoming)
	k.buttons(c)
	k.doors(c.Doors)
	k.codes(c)
	k.doorways(c)
	return k.faults
}

type checker struct{ faults []ValueFault }

func (k *checker) fault(path, want, text string, a ...any) {
	k.faults = append(k.faults, ValueFault{Path: path, Text: fmt.Sprintf(text, a...), Want: want})
}

func (k *checker) between(path string, got, low, high time.Duration) {
	if got < low || got > high {
		k.fault(path, fmt.Sprintf("write a time from %q to %q", short(low), short(high)), "%q is out of bounds", short(got))
	}
}

func (k *checker) callers(allowed []string) {
	for i, a := range allowed {
		if a == "*" || matches(a, a) || matches(a, "sip:"+a) || matches(a, "sip:"+a+"@host") {
			continue
		}
		k.fault(fmt.Sprintf("station.allow_incoming.%d", i), `write a user ("11"), an address ("sip:11@fritz.box") or "*"`,
			"%q is no caller", a)
	}
}

func (k *checker) buttons(c Config) {
	if len(c.Buttons) == 0 {
		k.fault("button", "write a [[button]] with name and call", "there is no button")
	}
	for i, b := range c.Buttons {
		path := fmt.Sprintf("button.%d.", i)
		k.targets(path+"call", b.Call, c)
		k.targets(path+"long_press", b.LongPress, c)
		k.targets(path+"double_press", b.DoublePress, c)
		k.targets(path+"otherwise", b.Otherwise, c)
		k.shows(path, b)
		if len(b.Call) == 0 {
			k.fault(path+"call", `write whom it calls: call = ["sip:11@fritz.box"]`, "the button calls nobody")
		}
	}
}

func (k *checker) doors(doors []Door) {
	for i, d := range doors {
		path := fmt.Sprintf("door.%d.", i)
		if d.Light {
			k.between(path+"pulse", d.Pulse, ShortestPulse, LongestLight)
		} else {
			k.between(path+"pulse", d.Pulse, ShortestPulse, LongestPulse)
		}
	}
}

func notCode(c Code) string {
	if strings.Trim(string(c), "0123456789") != "" {
		return "there is more in it than digits"
	}
	return fmt.Sprintf("its length is %d", len(c))
}

// weak reports whether a code is among those that everybody tries: a run up or down, or a short part over and over.
func weak(c Code) bool {
	return run(c, 1) || run(c, 9) || slices.ContainsFunc([]int{1, 2, 3, 4, 6}, func(n int) bool { return repeats(c, n) })
}

// run reports whether each digit is the one before plus step, modulo 10.
func run(c Code, step byte) bool {
	for i := 1; i < len(c); i++ {
		if (c[i-1]-'0'+step)%10 != c[i]-'0' {
			return false
		}
	}
	return true
}

// repeats reports whether c is its first n digits at least twice.
func repeats(c Code, n int) bool {
	if len(c) < 2*n {
		return false
	}
	for i := n; i < len(c); i++ {
		if c[i] != c[i-n] {
			return false
		}
	}
	return true
}

// short writes a duration as a person would: "2m", not "2m0s".
func short(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}
