package station

import (
	"log/slog"
	"slices"
	"strings"
)

// RFC 3261 §21.4.4, §21.4.18, §21.4.24.
const (
	forbidden              = 403
	temporarilyUnavailable = 480
	busyHere               = 486
)

// incoming decides about a call from outside. Who may not call is told so even while the station is busy: he is to learn
// nothing about it.
func (s *Station) incoming(e Incoming) {
	if s.current(e.Call) != nil {
		return
	}
	who := []slog.Attr{slog.String("peer", e.From), slog.String("call", string(e.Call)), slog.String("account", e.Account)}
	switch {
	case !s.mayCall(e):
		s.warn("refused a caller who is not allowed", who...)
		s.do(Reject{Call: e.Call, Status: forbidden})
	case s.diverted(e, who):
	case s.visit != nil || len(s.queue) > 0:
		s.second(e, who)
	default:
		s.note("called", who...)
		s.called(e)
		s.accept(s.caller(e), e.AtOnce)
	}
}

// called records a caller to whom the station does not refuse itself.
func (s *Station) called(e Incoming) {
	s.do(Record{Kind: Called, Peer: e.From, Person: e.User, Call: e.Call})
}

// caller is the call of somebody who may call.
func (s *Station) caller(e Incoming) *call {
	return &call{id: e.Call, phase: offered, peer: e.From, account: e.Account, mayOpen: s.mayCall(e)}
}

// diverted sees to the times at which the station takes no calls.
func (s *Station) diverted(e Incoming, who []slog.Attr) bool {
	for _, r := range s.cfg.Redirects {
		if s.scheduled(r.Schedule) {
			s.note("sent a caller elsewhere", append(who, slog.String("next", r.To))...)
			s.do(Redirect{Call: e.Call, To: r.To})
			return true
		}
	}
	if s.cfg.DoNotDisturb != "" && s.scheduled(s.cfg.DoNotDisturb) {
		s.note("refused a caller: not to be disturbed", who...)
		s.do(Reject{Call: e.Call, Status: temporarilyUnavailable})
		return true
	}
	return false
}

// accept begins a visit with a caller. Without anybody at the station it is answered where the house wants that, of every
// caller or of those who ask for it.
func (s *Station) accept(c *call, atOnce bool) {
	c.phase = offered
	s.visit = &visit{calls: []*call{c}}
	if s.cfg.AutoAnswer || atOnce && s.cfg.AutoAnswerHeaders {
		s.visit.auto = true
		s.answer(c)
		return
	}
	c.answerBy = s.now.Add(s.cfg.RingTime)
	s.do(Ring{c.id})
}

func (s *Station) answer(c *call) {
	c.phase = answering
	c.answerBy = s.now.Add(confirmation)
	s.do(Answer{c.id})
}

// mayCall is the whole right of a caller. What he says of himself (From) picks among those for whom the user agent
// vouches; alone it is worth nothing, and nothing either where the telephone system says who he is. Of one who has shown a
// password the name that it belongs to counts.
func (s *Station) mayCall(e Incoming) bool {
	who := e.From
	if e.Asserted != "" {
		who = e.Asserted
	}
	return e.Trusted && slices.ContainsFunc(s.cfg.AllowIncoming, func(allowed string) bool {
		if e.User != "" {
			return allowed == "*" || allowed == e.User
		}
		return matches(allowed, who)
	})
}

// matches compares an entry of AllowIncoming ("11", "11@host", "sip:11@host", "*") with a caller's URI. What is written
// in an unusual way, escaped or decorated, does not match: refusing is the safe mistake.
func matches(allowed, from string) bool {
	if allowed == "*" {
		return true
	}
	user, host, ok := userHost(from)
	if !ok {
		return false
	}
	wantUser, wantHost, ok := userHost(allowed)
	if !ok {
		wantUser, wantHost = allowed, ""
	}
	if wantUser == "" && wantHost == "" {
		return false
	}
	return user == wantUser && (wantHost == "" || strings.EqualFold(host, wantHost))
}

// userHost takes a SIP URI apart as far as the comparison needs: no parameters, headers, password or port. A bare
// "user@host" counts as one.
func userHost(uri string) (user, host string, ok bool) {
	scheme, rest, found := strings.Cut(uri, ":")
	switch {
	case !found, strings.Contains(scheme, "@"):
		rest = uri
	case !strings.EqualFold(scheme, "sip") && !strings.EqualFold(scheme, "sips"):
		return "", "", false
	}
	if strings.ContainsAny(rest, "<>\" \t\r\n,%") {
		return "", "", false
	}
	at := strings.LastIndexByte(rest, '@')
	if at < 0 && !found {
		return "", "", false
	}
	user, _, _ = strings.Cut(rest[:max(at, 0)], ":")
	host = rest[at+1:]
	if end := strings.IndexAny(host, ";?"); end >= 0 {
		host = host[:end]
	}
	return user, withoutPort(host), true
}

// withoutPort cuts ":5060" off; the colons of an IPv6 address stand in brackets.
func withoutPort(host string) string {
	if colon := strings.LastIndexByte(host, ':'); colon > strings.LastIndexByte(host, ']') {
		return host[:colon]
	}
	return host
}
