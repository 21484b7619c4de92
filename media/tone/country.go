package tone

import (
	"fmt"
	"slices"
	"strings"
)

// Set is what differs from country to country.
type Set struct {
	Country     string // ISO 3166 code; EU for the European recommendation
	RingBack    Tone   // the called phone rings
	Busy        Tone   // the called party is speaking
	Congestion  Tone   // the call cannot be put through
	CallWaiting Tone   // somebody else is calling
}

// The names of the tones of a [Set].
const (
	RingBack    = "ringback"
	Busy        = "busy"
	Congestion  = "congestion"
	CallWaiting = "call-waiting"
)

// Countries lists the codes that [ForCountry] knows.
func Countries() []string { return []string{"DE", "EU", "FR", "GB", "IT", "US"} }

// ForCountry returns the tones of a country by its ISO 3166 code in either case; UK is accepted for GB. The cadences are
// those of ITU-T E.180 Supplement 2, of BT SIN 350 for GB and of ANSI T1.401 for the US.
func ForCountry(code string) (Set, error) {
	switch strings.ToUpper(code) {
	case "DE":
		return germany(), nil
	case "EU":
		return europe(), nil
	case "FR":
		return france(), nil
	case "GB", "UK":
		return britain(), nil
	case "IT":
		return italy(), nil
	case "US":
		return america(), nil
	}
	return Set{}, fmt.Errorf("tone: country %q has no tones here; choose one of %s", code, strings.Join(Countries(), ", "))
}

// Named returns the tone of this name: one of the set's own, one of the station's [Signals] or [AlertTone].
func (s Set) Named(name string) (Tone, error) {
	all := append([]Tone{s.RingBack, s.Busy, s.Congestion, s.CallWaiting, AlertTone()}, Signals()...)
	if i := slices.IndexFunc(all, func(t Tone) bool { return t.Name == name }); i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	return Tone{}, fmt.Errorf("tone: there is no tone %q; the tones are %s", name, strings.Join(names, ", "))
}

// E.180 recommends a tone of one frequency at -10 ±5 dBm0 at the caller's exchange.
const recommended = -13

func germany() Set {
	return Set{"DE",
		endless(RingBack, on(1000, recommended, 425), off(4000)),
		endless(Busy, on(480, recommended, 425), off(480)),
		endless(Congestion, on(240, recommended, 425), off(240)),
		endless(CallWaiting, on(200, recommended, 425), off(200), on(200, recommended, 425), off(5000)),
	}
}

func europe() Set {
	return Set{"EU",
		endless(RingBack, on(1000, recommended, 425), off(4000)),
		endless(Busy, on(500, recommended, 425), off(500)),
		endless(Congestion, on(250, recommended, 425), off(250)),
		endless(CallWaiting, on(200, recommended, 425), off(600), on(200, recommended, 425), off(3000)),
	}
}

func france() Set {
	return Set{"FR",
		endless(RingBack, on(1500, recommended, 440), off(3500)),
		endless(Busy, on(500, recommended, 440), off(500)),
		endless(Congestion, on(250, recommended, 440), off(250)),
		endless(CallWaiting, on(300, recommended, 440), off(10000)),
	}
}

func italy() Set {
	return Set{"IT",
		endless(RingBack, on(1000, recommended, 425), off(4000)),
		endless(Busy, on(500, recommended, 425), off(500)),
		endless(Congestion, on(200, recommended, 425), off(200)),
		endless(CallWaiting, on(400, recommended, 425), off(100), on(250, recommended, 425), off(100), on(150, recommended, 425), off(14000)),
	}
}

// The double ring of Britain is two frequencies together, each 3 dB below a single one.
func britain() Set {
	return Set{"GB",
		endless(RingBack, on(400, recommended-3, 400, 450), off(200), on(400, recommended-3, 400, 450), off(2000)),
		endless(Busy, on(375, recommended, 400), off(375)),
		endless(Congestion, on(400, recommended, 400), off(350), on(225, recommended, 400), off(525)),
		endless(CallWaiting, on(100, recommended, 400), off(3000)),
	}
}

// The precise tone plan sets a level for each frequency of a pair.
func america() Set {
	return Set{"US",
		endless(RingBack, on(2000, -19, 440, 480), off(4000)),
		endless(Busy, on(500, -24, 480, 620), off(500)),
		endless(Congestion, on(250, -24, 480, 620), off(250)),
		endless(CallWaiting, on(300, recommended, 440), off(10000)),
	}
}

func endless(name string, parts ...Part) Tone { return Tone{Name: name, Parts: parts} }
