package aec

import (
	"math"

	"intercom/media/spectrum"
)

// trust holds what the filter foretells against what the microphone hears, band by band. Before the filter has learnt, and where
// there is no echo at all, its estimate is chance, and subtracting chance adds it. As much of the estimate is believed as
// the microphone's sound is correlated with it: the factor that leaves least behind (N. Wiener).
type trust struct {
	both, own []float32 // of each band: the cross-power of microphone and estimate, and the estimate's power, smoothed
	share     []float32 // of each band: how much of the estimate is believed, 0 to 1

	crossed, foretold, heard float32 // the same of all bands together, and the microphone's power
	blocks                   float32 // how many blocks these stand for

	// shown is how sure it is that there is an echo at all, 0 to 1.
	shown float32

	power         []float32 // of each bin, for a while
	band, binGain []float32
}

const (
	// trustDecay and shownDecay smooth the powers, per block: over 500 and 300 ms.
	trustDecay = 0.98
	shownDecay = 0.97

	// shownFall is how fast the certainty of an echo goes when nothing more is seen of it.
	shownFall = 0.99

	// An echo is shown by a correlation from leastShown on, and surely so by surelyShown more. Few blocks are alike by chance: there it must
	// be more by chanceShown over the root of their number.
	leastShown, surelyShown, chanceShown = 0.2, 0.2, 0.6
)

func newTrust(bins, bands int) trust {
	return trust{
		both: make([]float32, bands), own: make([]float32, bands), share: make([]float32, bands),
		power: make([]float32, bins), band: make([]float32, bands), binGain: make([]float32, bins),
	}
}

// listen takes the spectra of what is left and of the estimate, while the far end speaks.
func (t *trust) listen(bands *spectrum.Bands, err, echo []complex64) {
	var crossed, foretold, heard float32
	for k, s := range echo {
		y := err[k] + s // as a sum it is never negative in power, whatever is rounded
		heard += real(y)*real(y) + imag(y)*imag(y)
		t.power[k] = real(s)*real(y) + imag(s)*imag(y)
	}
	bands.Mean(t.band, t.power)
	for b, v := range t.band {
		t.both[b] = trustDecay*t.both[b] + v
	}
	for k, s := range echo {
		own := real(s)*real(s) + imag(s)*imag(s)
		foretold += own
		crossed += t.power[k]
		t.power[k] = own
	}
	bands.Mean(t.band, t.power)
	for b, v := range t.band {
		t.own[b] = trustDecay*t.own[b] + v
		t.share[b] = min(max(t.both[b]/(t.own[b]+1), 0), 1)
	}
	t.show(crossed, foretold, heard)
}

// show takes the powers of a block.
func (t *trust) show(crossed, foretold, heard float32) {
	t.crossed = shownDecay*t.crossed + crossed
	t.foretold = shownDecay*t.foretold + foretold
	t.heard = shownDecay*t.heard + heard
	t.blocks = shownDecay*t.blocks + 1
	correlation := t.crossed / float32(math.Sqrt(float64(t.foretold)*float64(t.heard)+1))
	least := leastShown + chanceShown/float32(math.Sqrt(float64(t.blocks)))
	t.shown = max(min((correlation-least)/surelyShown, 1), shownFall*t.shown, 0)
}

// apply moves what is not believed of the estimate from there to what is left.
func (t *trust) apply(bands *spectrum.Bands, err, echo []complex64) {
	bands.Spread(t.binGain, t.share)
	for k, g := range t.binGain {
		s := echo[k]
		kept := complex(g*real(s), g*imag(s))
		err[k] += s - kept
		echo[k] = kept
	}
}

// forget makes the next block the first one. That there is an echo stays known.
func (t *trust) forget() {
	clear(t.both)
	clear(t.own)
	t.crossed, t.foretold, t.heard, t.blocks = 0, 0, 0, 0
}
