// Package network tells when the device's own network has changed: an address that came or went, a link that went up or
// down, another route. On Linux the kernel says so (rtnetlink(7)); elsewhere nobody does.
//
// What is told once is not told again: a router that renews the lifetime of an address every few minutes changes nothing.
package network

// Watcher follows the kernel until Close.
type Watcher struct {
	changes chan struct{}
	source  source
	done    chan struct{}
}

// source is where the kernel's notices come from.
type source interface {
	// next waits for notices and reports whether they change anything. An error ends the source.
	next() (changed bool, err error)
	// Close ends a next that waits.
	Close() error
}

// Watch begins to follow the kernel, in one goroutine that ends with Close.
func Watch() (*Watcher, error) {
	s, err := open()
	if err != nil {
		return nil, err
	}
	return follow(s), nil
}

func follow(s source) *Watcher {
	w := &Watcher{changes: make(chan struct{}, 1), source: s, done: make(chan struct{})}
	go w.run()
	return w
}

// Changes has one value for all changes since it was last read.
func (w *Watcher) Changes() <-chan struct{} { return w.changes }

// Close returns when nothing is running any more.
func (w *Watcher) Close() error {
	err := w.source.Close()
	<-w.done
	return err
}

func (w *Watcher) run() {
	defer close(w.done)
	for {
		changed, err := w.source.next()
		if err != nil {
			return
		}
		if !changed {
			continue
		}
		select {
		case w.changes <- struct{}{}:
		default: // the last one has not been read
		}
	}
}
