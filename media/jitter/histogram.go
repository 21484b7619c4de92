package jitter

const (
	bucketsPerSecond = 200 // 5 ms each
	buckets          = 200 // up to a second
	quantile         = 0.97

	// forget is what a packet leaves of those before it: half of the weight is gone after 14 s of 20 ms packets.
	forget = 0.999
)

// histogram remembers by how much packets were slower than the fastest one, the recent ones more than the old.
type histogram struct {
	width  int64 // ticks in a bucket
	weight [buckets]float64
	seen   float64
}

func newHistogram(clock int) histogram {
	return histogram{width: int64(max(clock/bucketsPerSecond, 1))}
}

// add counts one packet. The first packets of a call weigh as much as each other, so that the first second already counts.
func (h *histogram) add(late int64) {
	h.seen++
	keep := min(forget, 1-1/h.seen)
	for i := range h.weight {
		h.weight[i] *= keep
	}
	h.weight[min(max(late/h.width, 0), buckets-1)] += 1 - keep
}

// target is the delay in ticks that the wanted part of the packets meets.
func (h *histogram) target() int64 {
	sum := 0.0
	for i, w := range h.weight {
		if sum += w; sum >= quantile {
			return int64(i+1) * h.width
		}
	}
	return buckets * h.width
}
