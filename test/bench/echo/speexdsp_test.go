//go:build speexdsp && cgo

package echo

import (
	"fmt"
	"testing"
	"time"

	"intercom/media/aec"
	"intercom/media/voice"
)

// partitions is how many blocks of 10 ms either filter spans.
const partitions = aec.Partitions

// BenchmarkBlock is the price of 10 ms, both in turn on the same sound so that what else the machine does strikes them alike.
func BenchmarkBlock(b *testing.B) {
	for _, rate := range []int{8000, 16000} {
		b.Run(fmt.Sprintf("%dHz", rate), func(b *testing.B) {
			far := voice.New(1, 120).Speak(1, rate)
			heard := make([]int16, len(far))
			copy(heard[rate/40:], far) // a loudspeaker 25 ms away
			near := make([]int16, len(far))
			block, blocks := rate/100, len(far)*100/rate
			ours, theirs := aec.New(rate), newSpeexdsp(rate, partitions)
			defer theirs.close()
			var mine, others time.Duration
			n := 0
			b.ReportAllocs()
			for b.Loop() {
				copy(near, heard)
				start := time.Now()
				for i := 0; i < len(near); i += block {
					ours.Process(near[i:i+block], far[i:i+block])
				}
				middle := time.Now()
				theirs.process(heard, far)
				others += time.Since(middle)
				mine += middle.Sub(start)
				n += blocks
			}
			b.ReportMetric(float64(mine.Nanoseconds())/float64(n), "ns/block")
			b.ReportMetric(float64(others.Nanoseconds())/float64(n), "speexdsp-ns/block")
			b.ReportMetric(float64(mine)/float64(others), "ratio")
		})
	}
}
