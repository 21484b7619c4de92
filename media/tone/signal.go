package tone

// The names of the station's own signals.
const (
	DoorOpen     = "door-open"     // the opener is on: come in
	WrongCode    = "wrong-code"    // that was no door code
	LockedOut    = "locked-out"    // too many wrong codes: none is taken for a while
	LimitWarning = "limit-warning" // the call ends in a few seconds
	Ready        = "ready"         // the station has started and can call
	NetworkLost  = "network-lost"  // nobody can be called
	Error        = "error"         // something else failed
	Confirm      = "confirm"       // a digit or a setting was taken
	Alert        = "alert"         // somebody calls the station
)

// loud carries across a street from a door's loudspeaker and leaves room for mixing with speech.
const loud = -9

// Signals returns the station's own signals, the same in every country and all finite. Good news rises, bad news falls,
// and none is like a supervisory tone: all lie above 500 Hz.
func Signals() []Tone {
	return []Tone{
		once(DoorOpen, on(120, loud, 659.26), on(120, loud, 830.61), on(260, loud, 987.77)),
		once(WrongCode, on(200, loud, 784), off(60), on(350, loud, 523.25)),
		times(3, LockedOut, on(150, loud, 523.25), off(100)),
		times(2, LimitWarning, on(120, loud-6, 1400), off(180)),
		once(Ready, on(100, loud, 523.25), on(180, loud, 784)),
		once(NetworkLost, on(150, loud, 783.99), on(150, loud, 659.26), on(300, loud, 523.25)),
		times(4, Error, on(90, loud, 622.25), off(70)),
		once(Confirm, on(60, loud-3, 1046.5)),
	}
}

// AlertTone is the station's own ringing, a warble that goes on without end: 1 s of it every 4 s.
func AlertTone() Tone {
	t := endless(Alert)
	for range 10 {
		t.Parts = append(t.Parts, on(50, loud, 880), on(50, loud, 1108.73))
	}
	t.Parts = append(t.Parts, off(3000))
	return t
}

func once(name string, parts ...Part) Tone { return times(1, name, parts...) }

func times(n int, name string, parts ...Part) Tone { return Tone{Name: name, Parts: parts, Times: n} }
