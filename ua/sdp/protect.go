package sdp

import (
	"fmt"
	"slices"
	"strings"
)

// Protection says whether streams are to be SRTP with keys in the description
// (RFC 4568).
type Protection uint8

const (
	// Unprotected streams are all there is: keys are not looked at, and lines
	// that ask for SRTP are refused.
	Unprotected Protection = iota

	// Opportunistic is SRTP where the other side has it. RFC 8643 §3.1: the
	// offer has the profile RTP/AVP and yet the keys; whoever does not know them
	// passes over them.
	Opportunistic

	// Mandatory is SRTP or no stream. RFC 4568 §4: the profile is RTP/SAVP.
	Mandatory
)

const (
	avp  = "RTP/AVP"
	savp = "RTP/SAVP"
)

// secure tells whether the profile of m allows nothing but SRTP.
func (m *Media) secure() bool { return strings.EqualFold(m.Proto, savp) }

// protect adds what an offered line says of its keys: one crypto-suite a line,
// each with a key of its own.
func (l Local) protect(m *Media, previous *Media) {
	switch {
	case l.Protection == Mandatory:
		m.Proto = savp // without keys too: nobody may take it for a plain stream
	case l.Protection == Unprotected || len(l.Keys) == 0:
		return
	case previous != nil && previous.secure():
		m.Proto = savp // as the peer has offered it
	}
	for i, k := range l.Keys {
		m.addCrypto(Crypto{i + 1, k})
	}
}

func (m *Media) addCrypto(c Crypto) { m.add(crypto, string(c.Append(nil))) }

// choose picks the a=crypto line of an offered m that is answered: the first
// that can be used. The zero Crypto is a plain stream; ok tells whether that, or
// the line picked, is what both sides want.
func (l Local) choose(m *Media) (theirs, ours Crypto, ok bool) {
	if l.Protection != Unprotected {
		for _, c := range m.cryptos() {
			if k, have := l.key(c.Key.Suite); have && k.Master != c.Key.Master {
				// RFC 4568 §5.1.2: the answer has the tag and the crypto-suite
				// of the line that it accepts.
				return c, Crypto{c.Tag, k}, true
			}
		}
	}
	return Crypto{}, Crypto{}, !m.secure() && l.Protection != Mandatory
}

// key is ours for a crypto-suite.
func (l Local) key(suite string) (Key, bool) {
	i := slices.IndexFunc(l.Keys, func(k Key) bool { return k.Suite == suite })
	if i < 0 {
		return Key{}, false
	}
	return l.Keys[i], true
}

// agreed reads the keys of an answered line m, of which we said sent.
func agreed(sent, m *Media) (Keys, error) {
	value, answered := get(m.Attributes, crypto)
	ours := sent.cryptos()
	if !answered || len(ours) == 0 {
		if sent.secure() || m.secure() {
			return Keys{}, fmt.Errorf("profile %q without keys for both sides", clip(m.Proto))
		}
		return Keys{}, nil
	}
	theirs, err := ParseCrypto(value)
	if err != nil {
		return Keys{}, err
	}
	// RFC 4568 §5.1.3: the answer must accept one of the lines that were
	// offered, and name it by its tag and crypto-suite.
	i := slices.IndexFunc(ours, func(c Crypto) bool { return c.Tag == theirs.Tag && c.Key.Suite == theirs.Key.Suite })
	if i < 0 {
		return Keys{}, fmt.Errorf("a=crypto:%d with %s was not offered", theirs.Tag, theirs.Key.Suite)
	}
	// §6.1: every key must be unique. With one key for both directions, what we
	// send could be sent back to us as the peer's.
	if ours[i].Key.Master == theirs.Key.Master {
		return Keys{}, fmt.Errorf("a=crypto:%d repeats our own key", theirs.Tag)
	}
	return Keys{Send: ours[i].Key, Recv: theirs.Key}, nil
}
