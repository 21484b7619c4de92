package transport

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"sync"
	"time"

	"intercom/ua/sip"
)

// ResolverOptions say how names are looked up.
type ResolverOptions struct {
	// Lookup returns the addresses of a name, in the order in which they are to be tried. It must heed the context. Where it
	// is given, there are no other records than these addresses.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	// Names answers where there is no Lookup; nil is the DNS of the system.
	Names Names
	// Transports are those of "UDP", "TCP" and "TLS" that are spoken; nil is UDP.
	Transports []string
	// Local is the address of the socket that will send: of the addresses found only those are returned that it can reach.
	// The zero Addr reaches all.
	Local netip.Addr
	// Rand spreads requests over servers of one priority; nil is crypto/rand.
	Rand io.Reader
}

const (
	lookupTimeout = 5 * time.Second
	staleTimeout  = 2 * time.Second  // where there is an old answer: the registration comes back within 5 s without the DNS
	freshFor      = time.Minute      // what came without a TTL
	leastTTL      = 10 * time.Second // however short the name server says, so that it is not asked for every request
	mostTTL       = time.Hour        // however long it says: providers move in less
	staleFor      = time.Hour        // how long an old answer is better than a failure of the name server
	maxNames      = 64               // in the cache
	maxPending    = 64               // questions that wait for the worker
)

// Answer says where requests to a URI go: the flows in the order in which they are to be tried, or why there are none.
type Answer struct {
	ID    string // the question's
	Flows []Flow
	Err   error
}

// Resolver finds the addresses of SIP URIs (RFC 3263) in one goroutine of its own, so that nobody waits for a name server.
type Resolver struct {
	opts    ResolverOptions
	names   Names
	ctx     context.Context
	cancel  context.CancelFunc
	answers chan Answer
	wake    chan struct{} // one slot
	done    chan struct{}

	mu      sync.Mutex
	pending []question
	cache   cache
}

type question struct {
	id string
	target
}

// NewResolver starts the worker.
func NewResolver(o ResolverOptions) *Resolver {
	if o.Transports == nil {
		o.Transports = []string{"UDP"}
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	names := o.Names
	switch {
	case o.Lookup != nil:
		names = addrsOnly(o.Lookup)
	case names == nil:
		names = DNS{Rand: o.Rand}
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Resolver{
		opts: o, names: names, ctx: ctx, cancel: cancel, cache: cache{},
		answers: make(chan Answer, 16), wake: make(chan struct{}, 1), done: make(chan struct{}),
	}
	go r.work()
	return r
}

// Resolve asks where a request to uri goes. If no look-up is needed it returns the answer and true. Otherwise the answer
// comes through Answers, with this id.
func (r *Resolver) Resolve(id string, uri sip.URI) (Answer, bool) {
	t, err := targetOf(uri, r.opts.Transports)
	if err != nil {
		return Answer{ID: id, Err: err}, true
	}
	if t.addr.IsValid() {
		return r.answer(id, t, []Flow{t.at(t.first(r.opts.Transports), t.addr)}), true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if found, fresh := r.cache.get(time.Now(), t); fresh {
		return r.answer(id, t, found), true
	}
	if len(r.pending) == maxPending {
		return Answer{ID: id, Err: fmt.Errorf("look up %q: %d other look-ups are waiting", t.host, maxPending)}, true
	}
	r.pending = append(r.pending, question{id, t})
	select {
	case r.wake <- struct{}{}:
	default:
	}
	return Answer{}, false
}

// Answers returns the channel of the answers that took a look-up, closed by Close.
func (r *Resolver) Answers() <-chan Answer { return r.answers }

// Forget has every name looked up again, as the name servers may now be others. What was found before is used only where
// they do not answer.
func (r *Resolver) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cache.age()
}

// Close breaks off what is under way, answers no more, and returns when the worker has ended.
func (r *Resolver) Close() {
	r.cancel()
	<-r.done
}

func (r *Resolver) work() {
	defer close(r.done)
	defer close(r.answers)
	for {
		q, ok := r.next()
		if !ok {
			return
		}
		found, err := r.lookup(q.target)
		if r.ctx.Err() != nil {
			return
		}
		a := Answer{ID: q.id, Err: err}
		if err == nil {
			a = r.answer(q.id, q.target, found)
		}
		select {
		case r.answers <- a:
		case <-r.ctx.Done():
			return
		}
	}
}

// next waits for a question; false ends the worker.
func (r *Resolver) next() (question, bool) {
	for {
		r.mu.Lock()
		if len(r.pending) > 0 {
			q := r.pending[0]
			r.pending = append(r.pending[:0], r.pending[1:]...)
			r.mu.Unlock()
			return q, true
		}
		r.mu.Unlock()
		select {
		case <-r.wake:
		case <-r.ctx.Done():
			return question{}, false
		}
	}
}

// answer keeps the flows that the local socket reaches.
func (r *Resolver) answer(id string, t target, found []Flow) Answer {
	a := Answer{ID: id}
	for _, f := range found {
		if reaches(r.opts.Local, f.Remote.Addr()) {
			a.Flows = append(a.Flows, f)
		}
	}
	if a.Flows == nil {
		a.Err = fmt.Errorf("%q is at %v, which a socket on %v does not reach", t.host, found[0].Remote.Addr(), r.opts.Local)
	}
	return a
}

// random returns a number below n.
func (r *Resolver) random(n uint32) uint32 {
	var b [4]byte
	_, _ = io.ReadFull(r.opts.Rand, b[:]) // without randomness the heaviest is as good as any
	return binary.BigEndian.Uint32(b[:]) % n
}

// reaches: an IPv4 socket speaks IPv4, an IPv6 socket IPv6, one on the unspecified IPv6 address both.
func reaches(local, remote netip.Addr) bool {
	return !local.IsValid() || local == netip.IPv6Unspecified() || local.Unmap().Is4() == remote.Is4()
}
