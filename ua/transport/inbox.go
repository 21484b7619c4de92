package transport

import "sync/atomic"

// inbox is the queue in which what came waits for the reader of Packets. Several transports may fill one.
type inbox struct {
	packets chan Packet
	closing chan struct{} // closed when nothing more will be taken
	dropped atomic.Uint64
}

func newInbox(length int) *inbox {
	if length <= 0 {
		length = 256
	}
	return &inbox{packets: make(chan Packet, length), closing: make(chan struct{})}
}

// offer never waits: a datagram that does not fit is lost, as UDP loses it.
func (i *inbox) offer(p Packet) {
	select {
	case i.packets <- p:
	default:
		i.dropped.Add(1)
	}
}

// wait holds a stream up until there is room, as TCP holds its sender up, or until gone or the end of all.
func (i *inbox) wait(p Packet, gone <-chan struct{}) {
	select {
	case i.packets <- p:
	case <-gone:
	case <-i.closing:
	}
}
