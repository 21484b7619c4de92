package jitter

const (
	bucketsPerSecond = 200 // 5 ms each
	buckets          = 200 // up to a second
	quantile         = 0.97

	// patience is the part of the packets that is waited for if it takes no more than unnoticed, in ms.
	patience  = 0.985
	unnoticed = 45

	// usual is the part of the packets after which the network counts as stalled.
	usual = 0.9

	// forget is what a packet leaves of those before it: half of the weight is gone after 14 s of 20 ms packets.
	forget = 0.999
)

// histogram remembers by how much packets were slower than the fastest one, the recent ones more than the old. Instead of
// making all old ones lighter with each packet it makes each packet heavier than the one before.
type histogram struct {
	width  int64 // ticks in a bucket
	weight [buckets]float64
	sum    float64
	heavy  float64 // weight of the next packet
}

func newHistogram(clock int) histogram {
	return histogram{width: int64(max(clock/bucketsPerSecond, 1)), heavy: 1}
}

// add counts one packet.
func (h *histogram) add(late int64) {
	h.weight[min(max(late/h.width, 0), buckets-1)] += h.heavy
	h.sum += h.heavy
	if h.heavy /= forget; h.heavy > 1e9 {
		h.lighten()
	}
}

// lighten makes all weights small again, which changes nothing between them.
func (h *histogram) lighten() {
	for i := range h.weight {
		h.weight[i] /= h.heavy
	}
	h.sum /= h.heavy
	h.heavy = 1
}

// within is the delay in ticks that a part of the packets meets.
func (h *histogram) within(part float64) int64 {
	sum := 0.0
	for i, w := range h.weight {
		if sum += w; sum >= part*h.sum {
			return int64(i+1) * h.width
		}
	}
	return buckets * h.width
}
