package register

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"intercom/ua/challenge"
	"intercom/ua/sip"
)

// Receive takes a final response to the REGISTER under way. Responses to
// older ones change nothing.
func (r *Registration) Receive(now time.Time, resp *sip.Message) Out {
	if r.last == nil || resp.Status < 200 || !answers(resp, r.last) {
		return Out{}
	}
	switch {
	case resp.Status < 300:
		return r.granted(now, resp)
	case resp.Status == 401 || resp.Status == 407:
		return r.challenged(now, resp)
	case resp.Status == 423 && !r.raised && r.raise(resp):
		return r.again(now)
	case r.named() && offended(resp.Status):
		r.plain = true
		return r.again(now)
	}
	return r.refused(now, resp)
}

func answers(resp, req *sip.Message) bool {
	got, err := resp.CSeq()
	sent, _ := req.CSeq() // it is ours
	return err == nil && got.Seq == sent.Seq
}

func (r *Registration) granted(now time.Time, resp *sip.Message) Out {
	r.last = nil
	if r.stopping {
		return r.released()
	}
	lifetime := r.lifetimeIn(resp)
	if lifetime <= 0 {
		return r.fail(now, errors.New("the registrar answered 200 and granted no time"), 0)
	}
	flow := flowIn(resp)
	r.bound, r.resumed, r.human, r.failures, r.held = true, false, false, 0, now.Add(lifetime)
	r.boundAt, r.replaced = r.contact, flow.Outbound
	r.due = now.Add(r.refreshAfter(lifetime))
	return Out{Granted: lifetime, Flow: flow}
}

// offended tells whether a registrar may have refused what RFC 5626 adds to a
// REGISTER: by 439 (§11.6) where it lets nothing through that does not know the
// extension, or because it cannot read it.
func offended(status int) bool { return status == 439 || status == 420 || status == 400 }

// lifetimeIn reads how long the binding lives: the expires parameter of our
// own Contact, never that of another device's, else the Expires header field,
// else what was asked for (RFC 3261 §10.2.4).
func (r *Registration) lifetimeIn(resp *sip.Message) time.Duration {
	for value := range resp.Values("Contact") {
		a, err := sip.ParseAddress(value)
		if err != nil || !r.ours(a) {
			continue
		}
		if text, ok := a.Params.Get("expires"); ok {
			if d, ok := seconds(text); ok {
				return d
			}
		}
	}
	if d, ok := seconds(resp.Get("Expires")); ok {
		return d
	}
	return r.expires
}

// ours tells whether a Contact of the answer is the one that was asked for. A
// server that wrote the address as it saw it still gives our name back.
func (r *Registration) ours(a sip.Address) bool {
	if a.URI.Equal(r.contact) {
		return true
	}
	name, ok := a.Params.Get("+sip.instance")
	return ok && r.named() && strings.EqualFold(name, "<"+r.c.Instance+">")
}

func (r *Registration) challenged(now time.Time, resp *sip.Message) Out {
	r.build()
	err := r.attempts.Answer(r.c.Client, r.last, resp)
	if err == nil {
		r.due = now.Add(maxAttempt)
		return Out{Send: r.last}
	}
	r.seq-- // of the REGISTER that is not sent
	r.attempts.Forget()
	if r.stopping {
		return r.released()
	}
	if errors.Is(err, challenge.ErrRefused) || errors.Is(err, challenge.ErrNoCredentials) {
		return r.slow(now, err, true)
	}
	return r.fail(now, err, 0)
}

// raise obeys 423 Interval Too Brief. RFC 3261 §10.2.8: the UA "MAY retry the
// registration after making the expiration interval of all contact addresses
// [...] equal to or greater than the expiration interval within the
// Min-Expires header field".
func (r *Registration) raise(resp *sip.Message) bool {
	least, ok := seconds(resp.Get("Min-Expires"))
	if !ok || least <= r.expires {
		return false
	}
	r.expires, r.raised = least, true
	return true
}

// again sends the REGISTER anew with the next CSeq.
func (r *Registration) again(now time.Time) Out {
	r.build()
	r.sign()
	r.due = now.Add(maxAttempt)
	return Out{Send: r.last}
}

func (r *Registration) refused(now time.Time, resp *sip.Message) Out {
	if r.stopping {
		return r.released()
	}
	if resp.Status < 500 {
		r.boundAt = sip.URI{} // if it was the old contact that gave offence, the next try is without
	}
	err := fmt.Errorf("the registrar answered %d %q", resp.Status, resp.Reason)
	switch resp.Status {
	case 403, 404:
		// RFC 3261 §21.4.4: "The request SHOULD NOT be repeated"; yet an
		// account may be made, or a PBX be half started.
		return r.slow(now, err, resp.Status == 403)
	}
	return r.fail(now, err, RetryAfter(resp))
}

func (r *Registration) released() Out {
	r.stopped, r.bound, r.last = true, false, nil
	return Out{Released: true}
}

// RetryAfter reads "120", "120;duration=60" or "120 (I'm in a meeting)" (RFC
// 3261 §20.33), bounded to an hour.
func RetryAfter(resp *sip.Message) time.Duration {
	text := strings.TrimSpace(resp.Get("Retry-After"))
	if i := strings.IndexAny(text, ";( \t"); i >= 0 {
		text = text[:i]
	}
	d, _ := seconds(text)
	return min(d, time.Hour)
}

// seconds reads delta-seconds (RFC 3261 §25.1). Two days bound what a server
// can make us wait or promise.
func seconds(text string) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, false
	}
	return min(time.Duration(n)*time.Second, 48*time.Hour), true
}
