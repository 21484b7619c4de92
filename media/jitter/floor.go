package jitter

// floorBuckets is how finely the window of a floor slides.
const floorBuckets = 8

// floor is the smallest value of the last window: the transit time of the fastest packet, the moment of the earliest pull. A
// window of seconds forgets fast enough to follow two clocks that drift apart by 200 ppm, 1.6 ticks a second.
type floor struct {
	width   int64 // of one bucket, in ticks
	latest  int64 // number of the newest bucket
	least   [floorBuckets]int64
	filled  [floorBuckets]bool
	minimum int64
	any     bool
}

func newFloor(window int64) floor { return floor{width: max(window/floorBuckets, 1)} }

// add takes the value v seen at time now; now may not go backwards by more than the window.
func (f *floor) add(now, v int64) {
	n := now / f.width
	if !f.any {
		f.latest, f.any = n, true
	}
	for ; f.latest < n && n-f.latest < floorBuckets; f.latest++ {
		f.filled[(f.latest+1)%floorBuckets] = false
	}
	if f.latest < n { // a whole window without a value: what it knew is out of date
		f.filled, f.latest = [floorBuckets]bool{}, n
	}
	i := f.latest % floorBuckets
	if !f.filled[i] || v < f.least[i] {
		f.least[i], f.filled[i] = v, true
	}
	f.settle()
}

func (f *floor) settle() {
	first := true
	for i, ok := range f.filled {
		if ok && (first || f.least[i] < f.minimum) {
			f.minimum, first = f.least[i], false
		}
	}
}

// reset forgets everything.
func (f *floor) reset() { *f = floor{width: f.width} }
