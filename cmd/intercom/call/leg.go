package call

import (
	"intercom/media"
	"intercom/ua"
)

// leg is one call's media stream, with the goroutine that carries its digits to the switchboard.
type leg struct {
	stream   *media.Stream
	answered bool
	quit     chan struct{}
	done     chan struct{}
}

func newLeg(id ua.CallID, stream *media.Stream, digits chan<- Digit) *leg {
	l := &leg{stream: stream, quit: make(chan struct{}), done: make(chan struct{})}
	go l.forward(id, digits)
	return l
}

// forward ends when the leg is closed, whether or not anybody still takes digits.
func (l *leg) forward(id ua.CallID, digits chan<- Digit) {
	defer close(l.done)
	for {
		select {
		case d, ok := <-l.stream.Digits():
			if !ok {
				return
			}
			select {
			case digits <- Digit{Call: id, Rune: d.Rune, Way: d.Source}:
			case <-l.quit:
				return
			}
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
