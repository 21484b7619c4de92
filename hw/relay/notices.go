package relay

import (
	"sync"
	"time"
)

type notice struct {
	closed bool
	at     time.Time
	fault  error
}

// notices hands changes to their listeners in order and never while the relay is locked: a listener that hangs or panics
// holds back notices, not the relay.
type notices struct {
	change func(bool, time.Time)
	fault  func(error)

	mu      sync.Mutex
	waiting []notice
	busy    bool // somebody delivers
}

func (n *notices) add(x notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting = append(n.waiting, x)
}

// deliver hands on what waits, unless somebody does so already: then that one hands on ours too.
func (n *notices) deliver() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.busy {
		return
	}
	n.busy = true
	defer func() { n.busy = false }()
	for len(n.waiting) > 0 {
		x := n.waiting[0]
		n.waiting = n.waiting[1:]
		n.tell(x)
	}
}

func (n *notices) tell(x notice) {
	n.mu.Unlock()
	defer n.mu.Lock()
	switch {
	case x.fault != nil && n.fault != nil:
		n.fault(x.fault)
	case x.fault == nil && n.change != nil:
		n.change(x.closed, x.at)
	}
}
