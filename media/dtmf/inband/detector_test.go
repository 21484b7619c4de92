package inband

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// keypress is a digit as it may arrive: every field is a departure from the ideal.
type keypress struct {
	name    string
	ms      float64 // its length; 50 if 0
	low     float64 // how far the low frequency is off, as a part of it
	high    float64
	level   float64 // dBm0 of each tone; -10 if 0
	twist   float64 // dB of the high tone above the low one, by lowering the other
	hole    float64 // ms of silence at some place in the middle
	snr     float64 // dB of both tones above white noise that is always there; 0 for none
	refused bool
}

// Every digit ten times, each time at another phase, another place of its beginning and of its hole, with other noise.
func TestKeypresses(t *testing.T) {
	for i, k := range keypresses() {
		if raceDetector && i%10 != 0 {
			continue
		}
		for _, rate := range []int{8000, 16000} {
			heard, wrong := score(t, k, rate, uint64(i))
			want := 160
			if k.refused {
				want = 0
			}
			if heard != want || wrong != 0 {
				t.Errorf("%s at %d Hz: %d of 160 heard and %d wrong, want %d and none", k.name, rate, heard, wrong, want)
			}
		}
	}
}

func keypresses() []keypress {
	list := []keypress{
		{name: "as it should be"},
		{name: "40 ms", ms: 40},
		{name: "1 s", ms: 1000},
		{name: "-25 dBm0", level: -25},
		{name: "-25 dBm0, 40 ms", level: -25, ms: 40},
		{name: "0 dBm0", level: -0.5},
		{name: "10 dB above noise", snr: 10},
		{name: "10 dB above noise, 40 ms", snr: 10, ms: 40},
		{name: "twist +4", twist: 4},
		{name: "twist -8", twist: -8},
		{name: "twist +8", twist: 8},
		{name: "twist +4, -25 dBm0", twist: 4, level: -25},
		{name: "twist -8, -25 dBm0", twist: -8, level: -25},
		{name: "a 5 ms hole", hole: 5},
		{name: "a 5 ms hole, 40 ms", hole: 5, ms: 40},
		{name: "a 5 ms hole, 100 ms", hole: 5, ms: 100},
		{name: "a 10 ms hole, 100 ms", hole: 10, ms: 100},
		{name: "a 5 ms hole, 10 dB above noise, 100 ms", hole: 5, snr: 10, ms: 100},
		{name: "20 ms", ms: 20, refused: true},
		{name: "20 ms, +4", ms: 20, twist: 4, refused: true},
		{name: "20 ms, -8", ms: 20, twist: -8, refused: true},
		{name: "20 ms, 10 dB above noise", ms: 20, snr: 10, refused: true},
		{name: "-45 dBm0", level: -45, refused: true},
		{name: "twist +12", twist: 12, refused: true},
		{name: "twist -12", twist: -12, refused: true},
	}
	for _, low := range []float64{-1, 0, 1} {
		for _, high := range []float64{-1, 0, 1} {
			if low == 0 && high == 0 {
				continue
			}
			for _, twist := range []float64{0, 4, -8} {
				for _, ms := range []float64{40, 100} {
					list = append(list,
						keypress{name: fmt.Sprintf("%+.1f %% and %+.1f %%, twist %+.0f, %v ms", 1.5*low, 1.5*high, twist, ms), ms: ms, low: .015 * low, high: .015 * high, twist: twist},
						keypress{name: fmt.Sprintf("%+.1f %% and %+.1f %%, twist %+.0f, %v ms", 3.5*low, 3.5*high, twist, ms), ms: ms, low: .035 * low, high: .035 * high, twist: twist, refused: true})
				}
			}
			list = append(list,
				keypress{name: fmt.Sprintf("%+.1f %% and %+.1f %%, 10 dB above noise", 1.5*low, 1.5*high), low: .015 * low, high: .015 * high, snr: 10},
				keypress{name: fmt.Sprintf("%+.1f %% and %+.1f %%, 10 dB above noise", 3.5*low, 3.5*high), low: .035 * low, high: .035 * high, snr: 10, refused: true})
		}
	}
	return list
}

// score sends every digit ten times; heard is how many of them were heard exactly once, wrong what was heard besides.
func score(t *testing.T, k keypress, rate int, seed uint64) (heard, wrong int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	d := newDetector(t, rate)
	for range 10 {
		for i := range keys {
			before := d.pause(random.IntN(rate / 50))
			right, other := 0, before
			for _, got := range d.listen(k.sound(keys[i], rate, random)) {
				if got == keys[i] {
					right++
				} else {
					other++
				}
			}
			if right > 0 {
				heard++
				other += right - 1
			}
			wrong += other
		}
	}
	return heard, wrong
}

// sound is a keypress between pauses of 20 ms before and 40 ms after it.
func (k keypress) sound(digit byte, rate int, random *rand.Rand) []int16 {
	ms, level := k.ms, k.level
	if ms == 0 {
		ms = 50
	}
	if level == 0 {
		level = -10
	}
	row, column, _ := place(digit)
	low := sine{peak: peak(level - max(0, k.twist)), step: 2 * math.Pi * rows[row] * (1 + k.low) / float64(rate), phase: 7 * random.Float64()}
	high := sine{peak: peak(level + min(0, k.twist)), step: 2 * math.Pi * columns[column] * (1 + k.high) / float64(rate), phase: 7 * random.Float64()}
	noise := 0.0
	if k.snr != 0 { // within 4 kHz, whatever the rate
		noise = math.Sqrt((low.peak*low.peak+high.peak*high.peak)/2) * math.Pow(10, -k.snr/20) * math.Sqrt(float64(rate)/8000)
	}
	perMs := float64(rate) / 1000
	from, to := int(20*perMs), int((20+ms)*perMs)
	hole := from + int((ms-k.hole)*perMs*(0.3+0.4*random.Float64()))
	out := make([]int16, to+int(40*perMs))
	for i := range out {
		v := noise * random.NormFloat64()
		if i >= from && i < to && (i < hole || i >= hole+int(k.hole*perMs)) {
			v += low.at(i) + high.at(i)
		}
		out[i] = int16(math.Round(max(math.MinInt16, min(math.MaxInt16, v))))
	}
	return out
}

type sine struct{ peak, step, phase float64 }

func (s sine) at(i int) float64 { return s.peak * math.Sin(s.phase+s.step*float64(i)) }

// peak is the largest sample of a sine of a level in dBm0.
func peak(level float64) float64 { return math.MaxInt16 * math.Pow(10, (level-fullScale)/20) }

// ear is a detector under test.
type ear struct {
	*Detector
	room []Digit
}

func newDetector(t testing.TB, rate int) *ear {
	t.Helper()
	d, err := NewDetector(rate)
	if err != nil {
		t.Fatal(err)
	}
	return &ear{d, make([]Digit, 0, 16)}
}

// listen returns the digits that began.
func (e *ear) listen(sound []int16) (digits []byte) {
	for _, d := range e.Process(e.room, sound) {
		if !d.Ended {
			digits = append(digits, d.Digit)
		}
	}
	return digits
}

// pause plays silence, and returns how many digits were heard in it.
func (e *ear) pause(samples int) int { return len(e.listen(make([]int16, samples))) }
