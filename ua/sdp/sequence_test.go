package sdp

import (
	"net/netip"
	"testing"
)

// side is one of two that offer to and answer each other.
type side struct {
	local   Local
	sent    *Description
	session Session
	author  Author
}

// exchange has a offer and b answer, over text as on the wire, and checks that
// both see the same session.
func exchange(t *testing.T, a, b *side) {
	offer := Offer(a.local, a.sent)
	read, err := Parse(a.author.Write(offer))
	if err != nil {
		t.Fatalf("the offer cannot be read: %v", err)
	}
	answer, theirs, err := Answer(read, b.local)
	if err != nil {
		line := offer.Media[offer.active()]
		if !(line.secure() && b.local.Protection == Unprotected) && !(len(line.cryptos()) == 0 && b.local.Protection == Mandatory) {
			t.Fatalf("policies %d and %d: %v", a.local.Protection, b.local.Protection, err)
		}
		return // both stay as they are
	}
	if read, err = Parse(b.author.Write(answer)); err != nil {
		t.Fatalf("the answer cannot be read: %v", err)
	}
	ours, err := Accept(offer, a.local, read)
	if err != nil {
		t.Fatalf("policies %d and %d: the answer is not acceptable: %v", a.local.Protection, b.local.Protection, err)
	}
	a.sent, a.session = offer, ours
	b.sent, b.session = answer, theirs
	agree := ours.Keys.Send == theirs.Keys.Recv && ours.Keys.Recv == theirs.Keys.Send && ours.Mux == theirs.Mux &&
		ours.Send == theirs.Recv && ours.Recv == theirs.Send && ours.Codec.Name == theirs.Codec.Name
	if !agree {
		t.Fatalf("the sides disagree:\n%+v\n%+v", ours, theirs)
	}
	if !ours.Keys.Protected() && (a.local.Protection == Mandatory || b.local.Protection == Mandatory) {
		t.Fatal("a plain stream though SRTP is required")
	}
	if ours.Keys.Protected() && ours.Keys.Send.Master == ours.Keys.Recv.Master {
		t.Fatal("one key for both directions")
	}
}

// FuzzExchange plays sequences of offers in both directions, with keys, policies,
// directions and lines that change on the way.
func FuzzExchange(f *testing.F) {
	f.Add([]byte{0x00, 0x81, 0x12, 0x83})
	f.Add([]byte{0x05, 0x9a, 0x45, 0x85, 0x05})
	f.Add([]byte{0x0a, 0x8a, 0x2a, 0xca, 0x60, 0x0f})
	f.Fuzz(func(t *testing.T, steps []byte) {
		a, b := &side{local: keyed(0, 1), author: Author{ID: 1}}, &side{local: keyed(0, 2), author: Author{ID: 2}}
		b.local.Addr = netip.MustParseAddr("192.0.2.9")
		fill := byte(3)
		for _, step := range steps[:min(len(steps), 64)] {
			a.local.Protection, b.local.Protection = Protection(step&3%3), Protection(step>>2&3%3)
			a.local.Direction = Direction(step >> 4 & 3)
			a.local.Mux = step&0x10 != 0
			if step&0x40 != 0 {
				a.local.Keys = keyed(0, fill).Keys
				fill = max(fill+1, 3)
			}
			if a.local.Keys[0] == b.local.Keys[0] {
				a.local.Keys = keyed(0, fill).Keys
				fill = max(fill+1, 3)
			}
			exchange(t, a, b)
			if step&0x80 != 0 {
				a, b = b, a
			}
		}
	})
}
