package call

import (
	"time"

	"intercom/media"
	"intercom/ua"
)

// leg is one call's media stream, with the goroutine that carries its digits to the switchboard.
type leg struct {
	stream   *media.Stream
	answered bool
	infos    chan Digit // keys that came as INFO
	quit     chan struct{}
	done     chan struct{}
}

// maxInfos is how many keys of one call may wait for somebody to take them.
const maxInfos = 16

func newLeg(id ua.CallID, stream *media.Stream, digits chan<- Digit) *leg {
	l := &leg{stream: stream, infos: make(chan Digit, maxInfos), quit: make(chan struct{}), done: make(chan struct{})}
	go l.forward(id, digits)
	return l
}

// forward makes one stream of the digits of all ways. It ends when the leg is closed, whether or not anybody still takes
// digits.
func (l *leg) forward(id ua.CallID, digits chan<- Digit) {
	defer close(l.done)
	heard := l.stream.Digits()
	var all once
	for {
		var digit Digit
		select {
		case d, ok := <-heard:
			if !ok {
				heard = nil
				continue
			}
			digit = Digit{Call: id, Rune: d.Rune, Way: d.Source}
		case digit = <-l.infos:
		case <-l.quit:
			return
		}
		if !all.counts(time.Now(), digit.Rune, digit.Way) {
			continue
		}
		select {
		case digits <- digit:
		case <-l.quit:
			return
		}
	}
}

func (l *leg) close() media.Stats {
	stats := l.stream.Close()
	close(l.quit)
	<-l.done
	return stats
}
