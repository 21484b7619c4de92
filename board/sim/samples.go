package sim

// Samples is a microphone that hears these samples, once or again and again.
func Samples(samples []int16, again bool) Source {
	return &recording{all: samples, rest: samples, again: again}
}

type recording struct {
	all, rest []int16
	again     bool
}

// Read fills dst with what comes next.
func (r *recording) Read(dst []int16) int {
	n := 0
	for n < len(dst) {
		if len(r.rest) == 0 {
			if !r.again || len(r.all) == 0 {
				break
			}
			r.rest = r.all
		}
		k := copy(dst[n:], r.rest)
		n, r.rest = n+k, r.rest[k:]
	}
	return n
}
