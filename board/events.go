package board

import (
	"log/slog"
	"sync"
)

// eventsKept is how many events wait for the reader. A person presses a button a few times a second.
const eventsKept = 256

// events puts what the parts tell into one order. It never blocks: a part that waited for the roof could not switch off.
type events struct {
	ch  chan Event
	log *slog.Logger

	mu     sync.Mutex
	closed bool
}

func (q *events) init(log *slog.Logger) { q.ch, q.log = make(chan Event, eventsKept), log }

func (q *events) emit(e Event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return
	}
	select {
	case q.ch <- e:
	default:
		q.log.Error("event lost: nobody reads the board's events", "kind", e.Kind.String(), "name", e.Name)
	}
}

func (q *events) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	close(q.ch)
}
