package soundcard

// blocks cuts whatever counts of samples a driver asks for into blocks of exactly one period. While the driver keeps to
// whole periods, samples pass straight through; the first time that it does not, a delay of one period is taken on and
// kept. It does not allocate.
type blocks struct {
	process  func(play, capture []int16)
	heard    []int16 // captured, less than a period
	play     []int16 // the last block that was played
	ready    int     // samples of play not handed out yet, its end
	capture  []int16
	buffered bool
}

func newBlocks(period int, process func(play, capture []int16)) *blocks {
	return &blocks{process: process, play: make([]int16, period), capture: make([]int16, period)}
}

// run takes what the driver captured and fills what it will play; both have the same length.
func (b *blocks) run(play, capture []int16) {
	period := len(b.play)
	if !b.buffered && len(play)%period == 0 {
		for ; len(play) > 0; play, capture = play[period:], capture[period:] {
			b.process(play[:period], capture[:period])
		}
		return
	}
	if !b.buffered {
		b.buffered, b.ready, b.heard = true, period, b.capture[:0]
		clear(b.play)
	}
	for len(play) > 0 {
		n := min(len(play), period-len(b.heard))
		copy(play, b.play[period-b.ready:][:n])
		b.ready -= n
		b.heard = append(b.heard, capture[:n]...)
		if len(b.heard) == period {
			b.process(b.play, b.heard)
			b.ready, b.heard = period, b.capture[:0]
		}
		play, capture = play[n:], capture[n:]
	}
}
