package ua

import (
	"log/slog"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"intercom/ua/transport"
)

// trust decides whose requests are heard. It keeps nothing about those who
// are not, but a count: state must not grow with source addresses.
type trust struct {
	prefixes  []netip.Prefix
	accounts  []*account
	answer    bool // 403 instead of silence
	strangers tally
}

func newTrust(c Config, accounts []*account) trust {
	t := trust{accounts: accounts, answer: c.Refuse == RefuseForbidden}
	for _, text := range c.Allow {
		p, _ := parsePrefix(text) // Check has parsed it
		t.prefixes = append(t.prefixes, p)
	}
	return t
}

// allows tells whether a source is a server of an account or in an allowed
// prefix. Over UDP a source address can be forged, but then the answers, with
// the tags that any further request needs, do not reach the forger.
func (t *trust) allows(source netip.Addr) bool {
	source = source.Unmap().WithZone("")
	return slices.ContainsFunc(t.prefixes, func(p netip.Prefix) bool { return p.Contains(source) }) ||
		slices.ContainsFunc(t.accounts, func(a *account) bool { return a.servers.has(source) })
}

// turnAway gives a stranger's request what Config.Refuse says, and the log one
// line a minute.
func (l *loop) turnAway(p transport.Packet) {
	l.refused.strangers.Add(1)
	if n := l.trust.strangers.another(l.now); n > 0 {
		l.log.Warn("requests from strangers refused", slog.Int("count", n), slog.Any("peer", p.Remote), slog.String("method", clip(p.Msg.Method)))
	}
	if l.trust.answer && p.Msg.Method != "ACK" {
		l.refuse(p, 403, "")
	}
}

// tally counts what the log has one line a minute for.
type tally struct {
	count  int // since the last line
	logged time.Time
}

// another counts one more and returns how many a line is due for, 0 if none is.
func (t *tally) another(now time.Time) int {
	t.count++
	if now.Sub(t.logged) < time.Minute {
		return 0
	}
	n := t.count
	t.count, t.logged = 0, now
	return n
}

// Refused counts the requests that were not heard, since New.
type Refused struct {
	Strangers      uint64 // that nobody vouched for
	Challenged     uint64 // that were asked for a password
	WrongPasswords uint64
	LockedOut      uint64 // not looked at, after too many wrong passwords
}

// refusals is Refused in the making.
type refusals struct{ strangers, challenged, wrongPasswords, lockedOut atomic.Uint64 }

func (r *refusals) counted() Refused {
	return Refused{r.strangers.Load(), r.challenged.Load(), r.wrongPasswords.Load(), r.lockedOut.Load()}
}

// refuse answers a request without keeping anything (RFC 3261 §8.2.7).
func (l *loop) refuse(p transport.Packet, status int, reason string) {
	l.respond(p.Flow, l.response(p.Msg, status, reason, l.statelessTag(p.Msg)))
}

// clip keeps a word of the network short in the log.
func clip(s string) string {
	if len(s) > 32 {
		return s[:32]
	}
	return s
}

// trusted tells whether the request may do more than be refused. Beside the
// known addresses, what comes over the connection of a registration comes from
// its server.
func (l *loop) trusted(p transport.Packet) bool {
	return l.trust.allows(p.Remote.Addr()) || slices.ContainsFunc(l.accounts, func(a *account) bool {
		return a.up && p.Reliable() && p.Name == a.flow.Name && p.Transport == a.flow.Transport && p.Remote == a.flow.Remote
	})
}
