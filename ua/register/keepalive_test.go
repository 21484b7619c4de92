package register

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"intercom/ua/stun"
)

func TestPingsAreSpread(t *testing.T) { // RFC 5626 §4.4
	k := &KeepAlive{Rand: middle{}}
	if !k.Deadline().IsZero() {
		t.Error("the zero value keeps something")
	}
	now := start
	k.Keep(now, 29*time.Second)
	for range 100 {
		if b, _ := k.Tick(k.Deadline().Add(-1)); b != nil {
			t.Fatal("a ping before its time")
		}
		wait := k.Deadline().Sub(now)
		if wait < 29*time.Second*8/10 || wait > 29*time.Second {
			t.Fatalf("silent for %v", wait)
		}
		var id stun.ID
		if now, id = ping(t, k); k.Receive(now, stun.Response{ID: id, Status: 400}) != nil {
			t.Fatal("a refusal is an answer")
		}
		k.Keep(now, 29*time.Second) // the registration was refreshed meanwhile
	}
	if k.Stop(); !k.Deadline().IsZero() {
		t.Error("goes on after Stop")
	}
}

// ping has the next ping sent and returns its name.
func ping(t *testing.T, k *KeepAlive) (time.Time, stun.ID) {
	t.Helper()
	now := k.Deadline()
	b, err := k.Tick(now)
	if err != nil || !stun.Is(b) {
		t.Fatalf("pings with %x, %v", b, err)
	}
	return now, stun.ID(b[8:20])
}

func TestSilentServerHasFailed(t *testing.T) { // RFC 5389 §7.2.1
	k := &KeepAlive{Rand: middle{}}
	k.Keep(start, 29*time.Second)
	first, id := ping(t, k)
	for _, after := range []time.Duration{500, 1500, 3500, 7500, 15500, 31500} {
		now, again := ping(t, k)
		if d := now.Sub(first); d != after*time.Millisecond || again != id {
			t.Errorf("sent again after %v as %x", d, again)
		}
	}
	now := k.Deadline()
	b, err := k.Tick(now)
	if b != nil || err == nil || now.Sub(first) != 39500*time.Millisecond {
		t.Errorf("after %v: %x, %v", now.Sub(first), b, err)
	}
	if !k.Deadline().IsZero() {
		t.Error("goes on with a flow that has failed")
	}
}

func TestAddressThatChanges(t *testing.T) { // RFC 5626 §4.4.2
	k := &KeepAlive{Rand: middle{}}
	k.Keep(start, 29*time.Second)
	here, there := netip.MustParseAddrPort("203.0.113.5:61000"), netip.MustParseAddrPort("203.0.113.5:61001")
	for range 3 {
		now, id := ping(t, k)
		if err := k.Receive(now, stun.Response{ID: stun.ID{9}, Mapped: there}); err != nil {
			t.Errorf("somebody else's answer counts: %v", err)
		}
		if err := k.Receive(now, stun.Response{ID: id, Mapped: here}); err != nil {
			t.Error(err)
		}
		if wait := k.Deadline().Sub(now); wait < 23*time.Second || wait > 29*time.Second {
			t.Errorf("the next ping after %v", wait)
		}
		if err := k.Receive(now, stun.Response{ID: id, Mapped: there}); err != nil {
			t.Errorf("an answer that comes twice counts twice: %v", err)
		}
	}
	now, id := ping(t, k)
	if err := k.Receive(now, stun.Response{ID: id, Status: 500}); err != nil {
		t.Errorf("a refusal is an answer: %v", err)
	}
	now, id = ping(t, k)
	if err := k.Receive(now, stun.Response{ID: id, Mapped: there}); !errors.Is(err, ErrMoved) {
		t.Errorf("got %v", err)
	}
	if !k.Deadline().IsZero() {
		t.Error("goes on with a flow that has failed")
	}
	k.Keep(now, 29*time.Second)
	now, id = ping(t, k)
	if err := k.Receive(now, stun.Response{ID: id, Mapped: there}); err != nil {
		t.Errorf("after it was made anew: %v", err)
	}
}
