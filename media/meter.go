package media

import (
	"math"
	"sync/atomic"

	"intercom/media/level"
)

const (
	quietest = -96.0 // dBFS, what a meter shows for silence
	decay    = 20.0  // dB a second by which a meter falls
)

// meter shows a level. One goroutine feeds it, any may read it.
type meter struct{ bits atomic.Uint64 }

func (m *meter) level() float64 {
	if b := m.bits.Load(); b != 0 {
		return math.Float64frombits(b)
	}
	return quietest
}

// clipped counts the samples of a block at the end of the scale. One alone may be there by chance; what is cut off stays
// there for two at least.
func clipped(block []int16) (n uint64) {
	for i := 1; i < len(block); i++ {
		if v := block[i]; v == block[i-1] && (v >= math.MaxInt16-1 || v <= math.MinInt16+1) {
			n++
		}
	}
	return n
}

// feed takes a block that lasts seconds.
func (m *meter) feed(block []int16, seconds float64) {
	now := level.DBFS(level.Power(block))
	m.bits.Store(math.Float64bits(max(now, m.level()-decay*seconds, quietest)))
}
