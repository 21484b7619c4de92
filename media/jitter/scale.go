package jitter

import "math"

const (
	// The part of the time that may be cut or inserted. Time that is only a little too long shrinks slowly: what was late a
	// moment ago may well be late again.
	slowly  = 0.04
	swiftly = 0.12
	inQuiet = 4.0 // so many times that where nothing is said

	likeEnough = 0.6 // correlation of two pieces that may be faded into each other
	quietBelow = 48  // root mean square of samples that nobody hears changed, -57 dBFS
)

// scaler makes sound shorter or longer by whole pitch periods, by fading from one piece of the waveform into the most alike
// piece some milliseconds away.
type scaler struct {
	rate   int
	budget float64 // samples that may be changed now
}

// passed accounts for sound x that went by unchanged.
func (s *scaler) passed(x []int16, part float64) {
	if rms(x) < quietBelow {
		part *= inQuiet
	}
	s.budget = min(s.budget+part*float64(len(x)), float64(s.longest()))
}

// allow lets the next change be as long as one may be.
func (s *scaler) allow() { s.budget = float64(s.longest()) }

// ready reports whether something may be changed.
func (s *scaler) ready() bool { return int(s.budget) >= s.shortest() }

func (s *scaler) shortest() int { return s.rate / 200 } // 5 ms
func (s *scaler) longest() int  { return s.rate * 15 / 1000 }
func (s *scaler) fade() int     { return s.rate / 200 }

// cut removes at most limit samples from the front of x and returns how many; what stays is at the end of x.
func (s *scaler) cut(x []int16, limit int) int {
	fade := s.fade()
	most := min(limit, int(s.budget), len(x)-fade, s.longest())
	if most < s.shortest() {
		return 0
	}
	lag, likeness := mostAlikeAhead(x, fade, s.shortest(), most)
	if likeness < likeEnough && rms(x) >= quietBelow {
		return 0
	}
	for i := fade - 1; i >= 0; i-- {
		w := float32(i+1) / float32(fade+1)
		x[lag+i] = int16(float32(x[i])*(1-w) + float32(x[lag+i])*w)
	}
	s.budget -= float64(lag)
	return lag
}

// insert finds a piece of at most limit samples that can stand between past and x, writes it to dst and returns its length.
func (s *scaler) insert(dst, past, x []int16, limit int) int {
	fade := s.fade()
	most := min(limit, int(s.budget), len(past), s.longest(), len(dst))
	if most < s.shortest() || len(x) < fade {
		return 0
	}
	lag, likeness := mostAlike(x[:fade], past, len(past), s.shortest(), most)
	if likeness < likeEnough && rms(x) >= quietBelow {
		return 0
	}
	copy(dst, past[len(past)-lag:])
	for i := range fade {
		w := float32(i+1) / float32(fade+1)
		dst[i] = int16(float32(x[i])*(1-w) + float32(dst[i])*w)
	}
	s.budget -= float64(lag)
	return lag
}

// mostAlikeAhead finds the distance by which the samples after x's first n are most like them.
func mostAlikeAhead(x []int16, n, least, most int) (distance int, likeness float32) {
	distance, likeness = least, -1
	for d := least; d <= most; d++ {
		if r := correlation(x[:n], x[d:d+n]); r > likeness {
			distance, likeness = d, r
		}
	}
	return distance, likeness
}

func correlation(x, y []int16) float32 {
	var xy, xx, yy float32
	for i, v := range x {
		a, b := float32(v), float32(y[i])
		xy, xx, yy = xy+a*b, xx+a*a, yy+b*b
	}
	return xy / root(xx*yy)
}

func rms(x []int16) float32 {
	var sum float32
	for _, v := range x {
		sum += float32(v) * float32(v)
	}
	return root(sum / float32(max(len(x), 1)))
}

// root is the square root, 1 for what is not positive: it divides.
func root(x float32) float32 {
	if x <= 0 {
		return 1
	}
	return float32(math.Sqrt(float64(x)))
}
