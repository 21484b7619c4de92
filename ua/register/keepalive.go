package register

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"intercom/ua/stun"
)

// KeepAlive keeps the way to a registrar open by UDP, where a NAT forgets who
// is silent, and finds out when it has forgotten us, so that calls do not reach
// us any more (RFC 5626 §4.4.2). It asks by STUN, which only a registrar with
// Flow.Outbound has agreed to answer. The zero value, with Rand, keeps nothing.
type KeepAlive struct {
	Rand io.Reader // spreads the pings, and names them

	every  time.Duration // at most, between two; 0 is never
	due    time.Time     // of the next ping, or of what is sent again
	id     stun.ID
	sent   int            // how often the ping under way was sent; 0 if none is
	mapped netip.AddrPort // where the server sees us, zero until it has said
}

// RFC 5389 §7.2.1: a request is sent again after RTO, and after twice as long
// each time, Rc times in all; Rm times RTO after the last one it has failed.
const (
	stunRTO = 500 * time.Millisecond
	stunRc  = 7
	stunRm  = 16
)

// ErrMoved: the NAT sees us at another address than before.
var ErrMoved = errors.New("the server sees us at another address than before")

// Keep pings from now on. What is kept already goes on.
func (k *KeepAlive) Keep(now time.Time, every time.Duration) {
	if every != k.every {
		*k = KeepAlive{Rand: k.Rand, every: every}
		k.rest(now)
	}
}

// Stop ends it, and forgets where the server saw us.
func (k *KeepAlive) Stop() { *k = KeepAlive{Rand: k.Rand} }

// Deadline is when Tick wants to be called, the zero time if never.
func (k *KeepAlive) Deadline() time.Time { return k.due }

// rest waits for the next ping. RFC 5626 §4.4: "the UA MUST choose a random
// number between 80% and 100% of this value as the time until the next
// keep-alive".
func (k *KeepAlive) rest(now time.Time) {
	k.sent = 0
	k.due = now.Add(k.every*4/5 + time.Duration(k.random()*float64(k.every/5)))
}

func (k *KeepAlive) random() float64 {
	var b [8]byte
	if _, err := io.ReadFull(k.Rand, b[:]); err != nil {
		return 0.5
	}
	return float64(binary.BigEndian.Uint64(b[:])>>11) / (1 << 53)
}

// Tick returns the datagram that is to be sent now, nil if none is. An error
// tells that the server has fallen silent: the flow has failed, and nothing
// more is kept.
func (k *KeepAlive) Tick(now time.Time) ([]byte, error) {
	switch {
	case k.due.IsZero() || now.Before(k.due):
		return nil, nil
	case k.sent == stunRc:
		k.Stop()
		return nil, fmt.Errorf("no answer to %d keep-alives", stunRc)
	case k.sent == 0:
		_, _ = io.ReadFull(k.Rand, k.id[:]) // the last name does as well
	}
	k.sent++
	wait := stunRTO << (k.sent - 1)
	if k.sent == stunRc {
		wait = stunRm * stunRTO
	}
	k.due = now.Add(wait)
	return stun.Request(k.id), nil
}

// Receive takes an answer of the server. RFC 5626 §4.4.2: "if the
// XOR-MAPPED-ADDRESS in the STUN Binding Response changes, the UA MUST treat
// this event as a failure on the flow."
func (k *KeepAlive) Receive(now time.Time, r stun.Response) error {
	if k.sent == 0 || r.ID != k.id {
		return nil // it answers nothing of ours
	}
	if r.Status == 0 && k.mapped.IsValid() && r.Mapped != k.mapped {
		was := k.mapped
		k.Stop()
		return fmt.Errorf("%w: %v, not %v", ErrMoved, r.Mapped, was)
	}
	if r.Status == 0 {
		k.mapped = r.Mapped
	}
	k.rest(now) // a refusal comes through the NAT as well as an answer
	return nil
}
