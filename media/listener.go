package media

import (
	"intercom/media/dtmf/inband"
)

// deafFor is how much sound passes before a key is heard in it: what was pressed before keys were wanted may still wait in
// the jitter buffer then, and a key that is held goes on.
const deafFor = 600 // ms

// listener hears keys in the sound of the peer, for telephones that know no other way. It gets what was decoded, so that
// nothing which was concealed or stretched sounds like a key.
type listener struct {
	detector *inband.Detector // nil while no keys are wanted
	rate     int              // Hz
	passed   int              // samples since keys are wanted
	found    [4]inband.Digit
}

// want begins or ends to listen. Who listens already goes on.
func (l *listener) want(on bool, rate int) error {
	if !on {
		l.detector = nil
		return nil
	}
	if l.detector != nil && l.rate == rate {
		return nil
	}
	d, err := inband.NewDetector(rate)
	if err != nil {
		return err
	}
	l.detector, l.rate, l.passed = d, rate, 0
	return nil
}

// hear listens to sound at a rate in Hz and hands on the keys that begin in it. A codec of another rate begins anew, with
// a detector that is made here; that is the one time that anything is allocated.
func (l *listener) hear(sound []int16, rate int, key func(Digit)) {
	if l.detector == nil {
		return
	}
	if rate != l.rate && l.want(true, rate) != nil {
		return
	}
	for _, d := range l.detector.Process(l.found[:0], sound) {
		if !d.Ended && l.passed >= deafFor*l.rate/1000 {
			key(Digit{Rune: d.Digit, Source: "inband", Duration: d.Duration})
		}
	}
	l.passed += len(sound)
}
