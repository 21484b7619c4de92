package ua

import "sync"

// queue carries commands into the loop. Putting never blocks: the slice
// grows, and wake has one slot.
type queue struct {
	wake chan struct{}

	mu       sync.Mutex
	commands []func(*loop)
}

func newQueue() *queue { return &queue{wake: make(chan struct{}, 1)} }

func (q *queue) put(f func(*loop)) {
	q.mu.Lock()
	q.commands = append(q.commands, f)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns all commands in the order in which they came.
func (q *queue) take() []func(*loop) {
	q.mu.Lock()
	defer q.mu.Unlock()
	commands := q.commands
	q.commands = nil
	return commands
}
