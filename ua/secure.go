package ua

import (
	"fmt"
	"io"

	"intercom/ua/sdp"
)

// The values of Account.SRTP.
const (
	SRTPOff      = "off"
	SRTPOptional = "optional"
	SRTPRequired = "required"
)

// protection is what the account wants of the streams of its calls.
func (a *account) protection() sdp.Protection {
	switch {
	case a != nil && a.SRTP == SRTPOff:
		return sdp.Unprotected
	case a != nil && a.SRTP == SRTPRequired:
		return sdp.Mandatory
	}
	return sdp.Opportunistic
}

// strict is the account whose word on SRTP holds for a call: its own, or for one
// to nobody's address the strictest.
func (l *loop) strict(a *account) *account {
	if a != nil {
		return a
	}
	for _, other := range l.accounts {
		if a == nil || other.protection() > a.protection() {
			a = other
		}
	}
	return a
}

// protection is what a call of the account wants.
func (l *loop) protection(a *account) sdp.Protection { return l.strict(a).protection() }

// private tells whether keys may go over a transport. RFC 4568 §1: the
// description that they are in must be secured itself; here that is TLS to the
// next server, or the word of the owner that the network is enough.
func (a *account) private(transport string) bool {
	return transport == "TLS" || a != nil && a.SRTPWithoutTLS
}

// Remark is a sentence about settings that do not go together, or put something at risk; "" if there is nothing to say.
func (a Account) Remark() string {
	switch {
	case a.SRTP == SRTPOff:
	case a.SRTPWithoutTLS:
		return "the keys of SRTP may go by UDP and TCP, where they can be read"
	case a.SRTP == SRTPRequired && !a.wantsTLS():
		return "SRTP is required, but no address here asks for TLS, which its keys go by: calls by other ways are refused; " +
			`"sips:" or ";transport=tls" asks for it`
	}
	return ""
}

// secured refuses a call whose sound must be protected, by keys that everybody
// on the way could read.
func (l *loop) secured(a *account, transport string) error {
	if l.protection(a) != sdp.Mandatory || l.strict(a).private(transport) {
		return nil
	}
	return fmt.Errorf("SRTP is required, and its keys would go by %s, where they can be read: use TLS, or set srtp_without_tls", transport)
}

// localMedia is what we bring into an answer, and into the offers within a call
// whose streams are to stay as they are.
func (c *call) localMedia() sdp.Local {
	local := sdp.Local{
		Addr: c.local.Addr(), Port: c.media.Port, Formats: c.media.Formats, Ptime: c.media.Ptime, Mux: c.media.Mux,
		Direction: c.direction, Protection: c.l.protection(c.account),
	}
	if local.Protection == sdp.Unprotected {
		return local
	}
	if c.keys == nil {
		c.rekey()
	}
	local.Keys = c.keys
	return local
}

// unseen is what we bring into an offer to somebody who may not have heard of
// us: the one that begins a call, and those that the peer asks for to hand them
// on. Who takes it does not know how often our sequence numbers have begun anew
// under the keys so far. There are no keys in it where they could be read on
// the way; an answer has them anywhere, to the peer's that could be read too.
func (c *call) unseen() sdp.Local {
	c.keys = nil
	local := c.localMedia()
	if !c.l.strict(c.account).private(c.carrier()) {
		local.Keys = nil
	}
	return local
}

// kept is what an offer of ours within the call says of keys: that in use, and
// no other that the peer could turn to. A plain stream stays one.
func (c *call) kept() []sdp.Key {
	if !c.session.Keys.Protected() {
		return nil
	}
	return []sdp.Key{c.session.Keys.Send}
}

// carrier is the transport that takes our words to the peer.
func (c *call) carrier() string {
	if c.dialog == nil {
		return c.local.transport
	}
	return transportOf(c.flow)
}

// rekey gives the call keys that nobody has seen, one for each crypto-suite.
func (c *call) rekey() {
	c.keys = nil
	for _, suite := range sdp.Suites() {
		master := make([]byte, sdp.MasterLength(suite))
		if _, err := io.ReadFull(c.l.opts.Rand, master); err != nil {
			c.l.log.Error("no SRTP in this call: no random numbers for a key", "call", string(c.id), "err", err)
			c.keys = nil
			return
		}
		c.keys = append(c.keys, sdp.Key{Suite: suite, Master: sdp.Secret(master)})
	}
}

// answer answers an offer of the peer. One that changes the peer's key gets
// another one of ours: whoever sends it may not be who spoke before.
func (c *call) answer(offer *sdp.Description) (*sdp.Description, Session, error) {
	if err := c.l.secured(c.account, c.carrier()); err != nil {
		return nil, Session{}, err
	}
	d, s, err := sdp.Answer(offer, c.localMedia())
	was := c.session.Keys
	if err != nil || !was.Protected() || !s.Keys.Protected() || s.Keys.Recv == was.Recv {
		return d, s, err
	}
	c.rekey()
	return sdp.Answer(offer, c.localMedia())
}
