package ua_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestCallOut(t *testing.T) {
	story(t, "100, 180, 200, the peer hangs up (RFC 3261 §13)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(100)
		invite.Reply(180)
		want[ua.Ringing](h)
		invite.Reply(200, uatest.SDP(rtp(p)))
		ack := p.WantRequest("ACK")
		if ack.Get("CSeq") != strings.Replace(invite.Get("CSeq"), "INVITE", "ACK", 1) || ack.RequestURI != "sip:peer@"+p.Addr.String() {
			h.Errorf("acknowledged with\n%s", ack)
		}
		up := want[ua.Answered](h)
		if up.Session.Remote != rtp(p) || up.Session.Codec.Name != "PCMA" || up.Session.DTMF != 101 || !up.Session.Send || !up.Session.Recv {
			h.Errorf("session %+v", up.Session)
		}
		time.Sleep(2 * time.Second)
		invite.Within().Request("BYE")
		p.WantResponse(200)
		h.wantEnded(0, true)
		p.WantSilence(time.Minute)
	})
	story(t, "the agent hangs up (RFC 3261 §15)", func(h *house) {
		p := h.phone(phoneAddr)
		invite := h.callOut(p)
		h.ua.Hangup("out-1")
		h.wantEnded(0, false)
		bye := p.WantRequest("BYE")
		if bye.Get("From") != invite.Get("From") || !strings.Contains(bye.Get("To"), "tag=peer") || bye.Get("CSeq") != "2 BYE" {
			h.Errorf("hung up with\n%s", bye)
		}
		bye.Reply(200)
		p.WantSilence(time.Minute)
	})
	story(t, "183 with media, then 200 (RFC 3960)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, uatest.SDP(rtp(p)))
		if early := want[ua.Early](h); early.Session.Remote != rtp(p) {
			h.Errorf("early media to %v", early.Session.Remote)
		}
		time.Sleep(2 * time.Second)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "the answer is only in the 183", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, uatest.SDP(rtp(p)))
		want[ua.Early](h)
		invite.Reply(200)
		p.WantRequest("ACK")
		if up := want[ua.Answered](h); up.Session.Remote != rtp(p) {
			h.Errorf("session %+v", up.Session)
		}
	})
	story(t, "a response for somebody behind us is dropped (RFC 3261 §8.1.3.3)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(100)
		invite.Reply(486, "Via: "+invite.Get("Via")+", SIP/2.0/UDP 192.0.2.99;branch=z9hG4bKother")
		p.WantSilence(time.Second)
		invite.Reply(486)
		p.WantRequest("ACK")
		h.wantEnded(486, true)
	})
	story(t, "200 without SDP: ACK, then BYE (RFC 3261 §13.2.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(200)
		p.WantRequest("ACK")
		p.WantRequest("BYE").Reply(200)
		h.wantEnded(488, false)
	})
	story(t, "200 with codecs nobody offered: ACK, then BYE", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 18"))
		p.WantRequest("ACK")
		p.WantRequest("BYE").Reply(200)
		h.wantEnded(488, false)
	})
	story(t, "two Record-Routes: requests follow them in reverse order (RFC 3261 §12.1.2)", func(h *house) {
		p, proxy := h.phone(phoneAddr), h.phone(otherAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(p)),
			"Record-Route: <sip:192.0.2.99;lr>", "Record-Route: <sip:"+proxy.Addr.String()+";lr>")
		want := fmt.Sprintf("<sip:%s;lr>, <sip:192.0.2.99;lr>", proxy.Addr)
		if ack := proxy.WantRequest("ACK"); ack.Get("Route") != want {
			h.Errorf("ACK with Route %q, want %q", ack.Get("Route"), want)
		}
		h.ua.Hangup("out-1")
		if bye := proxy.WantRequest("BYE"); bye.Get("Route") != want || bye.RequestURI != "sip:peer@"+p.Addr.String() {
			h.Errorf("BYE is\n%s", bye)
		}
	})
	story(t, "the peer repeats the 200: each copy is acknowledged (RFC 3261 §13.2.2.4)", func(h *house) {
		p := h.phone(phoneAddr)
		invite := h.callOut(p)
		for range 3 {
			p.Forget()
			invite.Reply(200, uatest.SDP(rtp(p)))
			p.WantRequest("ACK")
		}
		h.wantQuiet(time.Minute)
	})
}

func TestWhatTheInviteSays(t *testing.T) { // RFC 3261 §8.1.1
	story(t, "offer and header fields", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@192.0.2.20", DisplayName: "Back door", Media: media()})
		invite := p.WantRequest("INVITE")
		for name, want := range map[string]string{
			"Max-Forwards": "70", "Content-Type": "application/sdp", "Contact": "<sip:door@192.0.2.10:5060>", "User-Agent": "intercom",
			"To": "<sip:11@192.0.2.20>", "Allow": ua.Allow,
		} {
			if got := invite.Get(name); got != want {
				h.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		for name, words := range map[string]string{"Allow": "INVITE ACK CANCEL BYE OPTIONS PRACK UPDATE", "Supported": "100rel timer"} {
			said := slices.Collect(invite.Values(name))
			for _, word := range strings.Fields(words) {
				if !slices.Contains(said, word) {
					h.Errorf("%s: %q lacks %q", name, said, word)
				}
			}
		}
		if from, err := invite.From(); err != nil || from.Display != "Back door" || from.URI.String() != "sip:door@192.0.2.10" || from.Tag() == "" {
			h.Errorf("From %q", invite.Get("From"))
		}
		via, err := invite.TopVia()
		if _, asked := via.RPort(); err != nil || !asked || !strings.HasPrefix(via.Branch(), "z9hG4bK") {
			h.Errorf("Via %q", invite.Get("Via"))
		}
		for _, line := range []string{"m=audio 16384 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "c=IN IP4 192.0.2.10", "a=ptime:20"} {
			if !strings.Contains(string(invite.Body), line+"\r\n") {
				h.Errorf("offer lacks %q:\n%s", line, invite.Body)
			}
		}
		if n := len(invite.Append(nil)); n > 1300 {
			h.Errorf("the INVITE has %d octets and may be fragmented (RFC 3261 §18.1.1)", n)
		}
	})
}

func TestRefusals(t *testing.T) {
	for _, status := range []int{403, 404, 408, 480, 486, 488, 500, 600, 603} {
		story(t, fmt.Sprintf("%d: ACK, the call ends (RFC 3261 §21)", status), func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			invite := p.WantRequest("INVITE")
			invite.Reply(180)
			want[ua.Ringing](h)
			invite.Reply(status)
			ack := p.WantRequest("ACK")
			if ack.Get("Via") != invite.Get("Via") || !strings.Contains(ack.Get("To"), "tag=peer") {
				h.Errorf("acknowledged with\n%s", ack)
			}
			h.wantEnded(status, true)
			p.WantSilence(time.Minute)
		})
	}
}

func TestNoAnswer(t *testing.T) { // RFC 3261 §17.1.1.2
	story(t, "nothing at all: seven INVITEs, then silence", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		begin := time.Now()
		sent := 0
		for m := p.Receive(uatest.Patience); m != nil; m = p.Receive(uatest.Patience) {
			if m.Method != "INVITE" {
				h.Errorf("sent\n%s", m)
			}
			sent++
		}
		if sent != 7 {
			h.Errorf("%d INVITEs, want 7", sent)
		}
		h.wantEnded(408, false)
		if time.Since(begin) > 5*time.Minute {
			h.Error("never gave up")
		}
	})
	story(t, "the third INVITE is answered", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.Receive(time.Second)
		p.Receive(time.Second)
		p.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "after the 100 nothing is sent again", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(100)
		p.WantSilence(4 * time.Second)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "ringing for ever: cancelled after three minutes", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		begin := time.Now()
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		h.wantEnded(408, false)
		if d := time.Since(begin); d != 3*time.Minute {
			h.Errorf("gave up after %v", d)
		}
		p.WantRequest("CANCEL").Reply(200)
		invite.Reply(487)
		p.WantRequest("ACK")
	})
	story(t, "the network is down: told at once", func(h *house) {
		h.net.Host(doorAddr.Addr()).Unplug()
		h.dial(phoneAddr)
		h.wantEnded(503, false)
	})
}

func TestTargetsThatCannotBeCalled(t *testing.T) {
	for _, target := range []string{"", "11", "tel:+4930123", "mailto:a@b", "sip:", "sip:11@["} {
		story(t, fmt.Sprintf("%q", target), func(h *house) {
			h.ua.Dial("out-1", ua.Dial{Target: target, Media: media()})
			h.wantEnded(400, false)
		})
	}
	story(t, "sips, without TLS", func(h *house) {
		h.ua.Dial("out-1", ua.Dial{Target: "sips:11@192.0.2.20", Media: media()})
		h.wantEnded(503, false)
	})
	story(t, "no such account", func(h *house) {
		h.ua.Dial("out-1", ua.Dial{Account: "garden", Target: "sip:11@192.0.2.20", Media: media()})
		h.wantEnded(400, false)
	})
}

func challenge(nonce string, more ...string) string {
	return fmt.Sprintf(`Proxy-Authenticate: Digest realm="pbx", nonce=%q, qop="auth"%s`, nonce, strings.Join(more, ""))
}

func TestChallenges(t *testing.T) {
	story(t, "407 with MD5 and qop (RFC 3261 §22.3)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		first := p.WantRequest("INVITE")
		first.Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		second := p.WantRequest("INVITE")
		if second.Get("CSeq") != "2 INVITE" || second.CallID() != first.CallID() || second.Get("From") != first.Get("From") || !strings.Contains(second.Get("Proxy-Authorization"), `nonce="n1"`) {
			h.Errorf("answered with\n%s", second)
		}
		if string(second.Body) != string(first.Body) {
			h.Errorf("the same offer has become\n%s", second.Body)
		}
		second.Reply(200, uatest.SDP(rtp(p)))
		if ack := p.WantRequest("ACK"); ack.Get("Proxy-Authorization") != second.Get("Proxy-Authorization") || ack.Get("CSeq") != "2 ACK" {
			h.Errorf("acknowledged with\n%s", ack)
		}
		want[ua.Answered](h)
	})
	story(t, "401 without qop (RFC 2617)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(401, `WWW-Authenticate: Digest realm="pbx", nonce="n1"`)
		p.WantRequest("ACK")
		second := p.WantRequest("INVITE")
		if v := second.Get("Authorization"); v == "" || strings.Contains(v, "qop") {
			h.Errorf("Authorization %q", v)
		}
	})
	story(t, "SHA-256 first, MD5 second (RFC 8760)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(407, challenge("n1", ", algorithm=SHA-256"), challenge("n1", ", algorithm=MD5"))
		p.WantRequest("ACK")
		if v := p.WantRequest("INVITE").Get("Proxy-Authorization"); !strings.Contains(v, "SHA-256") {
			h.Errorf("Proxy-Authorization %q", v)
		}
	})
	story(t, "stale nonce: once more (RFC 7616 §3.3)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		p.WantRequest("INVITE").Reply(407, challenge("n2", ", stale=true"))
		p.WantRequest("ACK")
		if v := p.WantRequest("INVITE").Get("Proxy-Authorization"); !strings.Contains(v, `nonce="n2"`) {
			h.Errorf("Proxy-Authorization %q", v)
		}
	})
	story(t, "407 again and again: three tries (RFC 3261 §22.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		for i := range 3 {
			p.WantRequest("INVITE").Reply(407, challenge(fmt.Sprint("n", i)))
			p.WantRequest("ACK")
		}
		h.wantEnded(407, true)
		p.WantSilence(time.Minute)
	})
	story(t, "proxy and telephone both ask", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		p.WantRequest("INVITE").Reply(401, `WWW-Authenticate: Digest realm="phone", nonce="n9"`)
		p.WantRequest("ACK")
		if m := p.WantRequest("INVITE"); !m.Has("Proxy-Authorization") || !m.Has("Authorization") {
			h.Errorf("answered with\n%s", m)
		}
	})
	for _, status := range []int{401, 407} {
		story(t, fmt.Sprintf("BYE challenged with %d (RFC 3261 §22)", status), func(h *house) {
			p := h.phone(phoneAddr)
			h.callOut(p)
			h.ua.Hangup("out-1")
			h.wantEnded(0, false)
			p.WantRequest("BYE").Reply(status, challenge("n1"), `WWW-Authenticate: Digest realm="phone", nonce="n9"`)
			again := p.WantRequest("BYE")
			if again.Get("CSeq") != "3 BYE" || !again.Has("Authorization") && !again.Has("Proxy-Authorization") {
				h.Errorf("answered with\n%s", again)
			}
			again.Reply(200)
			p.WantSilence(time.Minute)
		})
	}
}

func TestRedirections(t *testing.T) { // RFC 3261 §8.1.3.4
	story(t, "302 to another user", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		first := p.WantRequest("INVITE")
		first.Reply(302, "Contact: <sip:12@192.0.2.20>;q=0.9")
		p.WantRequest("ACK")
		second := p.WantRequest("INVITE")
		if second.RequestURI != "sip:12@192.0.2.20" || second.Get("To") != first.Get("To") {
			h.Errorf("followed with\n%s", second)
		}
		second.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "302 to another host", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(302, "Contact: <sip:12@"+other.Addr.String()+"?Subject=x>")
		p.WantRequest("ACK")
		if m := other.WantRequest("INVITE"); m.RequestURI != "sip:12@"+other.Addr.String() {
			h.Errorf("asked for %q", m.RequestURI)
		}
	})
	story(t, "302 to itself does not loop", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(302, "Contact: <"+invite.RequestURI+">")
		p.WantRequest("ACK")
		h.wantEnded(302, true)
		p.WantSilence(time.Minute)
	})
	story(t, "always on to the next one", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		for i := range 5 {
			p.WantRequest("INVITE").Reply(302, fmt.Sprintf("Contact: <sip:%d@192.0.2.20>", i))
			p.WantRequest("ACK")
		}
		h.wantEnded(302, true)
		p.WantSilence(time.Minute)
	})
	story(t, "to itself in other words: no loop either (RFC 3261 §19.1.4)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(302, "Contact: <SIP:%311@192.0.2.20:5060>")
		p.WantRequest("ACK")
		h.wantEnded(302, true)
		p.WantSilence(time.Minute)
	})
	story(t, "300 with a choice: the best first, then the others (RFC 3261 §8.1.3.4)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(300, "Contact: <sip:13@192.0.2.20>;q=0.1, <sip:12@192.0.2.20>;q=0.7, <mailto:a@b>, <sip:12@192.0.2.20>")
		p.WantRequest("ACK")
		best := p.WantRequest("INVITE")
		best.Reply(486)
		p.WantRequest("ACK")
		other := p.WantRequest("INVITE")
		if best.RequestURI != "sip:12@192.0.2.20" || other.RequestURI != "sip:13@192.0.2.20" {
			h.Errorf("asked for %q, then for %q", best.RequestURI, other.RequestURI)
		}
		other.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "300 with a choice, and a 6xx: the end (RFC 3261 §21.6)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(300, "Contact: <sip:13@192.0.2.20>, <sip:12@192.0.2.20>")
		p.WantRequest("ACK")
		p.WantRequest("INVITE").Reply(603)
		p.WantRequest("ACK")
		h.wantEnded(603, true)
		p.WantSilence(time.Minute)
	})
	story(t, "to somebody who does not answer, then to another", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(302, "Contact: <sip:12@192.0.2.99>, <sip:13@192.0.2.20>")
		p.WantRequest("ACK")
		if m := p.WantRequest("INVITE"); m.RequestURI != "sip:13@192.0.2.20" {
			h.Errorf("asked for %q", m.RequestURI)
		}
	})
	story(t, "hung up in between: nobody else is called", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		h.ua.Hangup("out-1")
		h.wantEnded(487, false)
		p.WantRequest("CANCEL").Reply(200)
		invite.Reply(302, "Contact: <sip:12@192.0.2.20>")
		p.WantRequest("ACK")
		p.WantSilence(time.Minute)
	})
	for _, status := range []int{305, 380} {
		story(t, fmt.Sprintf("%d is not for us to follow (RFC 3261 §21.3.4, §21.3.5)", status), func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			p.WantRequest("INVITE").Reply(status, "Contact: <sip:12@192.0.2.20>")
			p.WantRequest("ACK")
			h.wantEnded(status, true)
			p.WantSilence(time.Minute)
		})
	}
}

func TestPause(t *testing.T) { // RFC 3261 §21.5.4
	story(t, "503 with Retry-After: nothing to this server until then", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(503, "Retry-After: 5")
		p.WantRequest("ACK")
		h.wantEnded(503, true)
		h.dial(p.Addr)
		h.wantEnded(503, true)
		p.WantSilence(4 * time.Second)
		time.Sleep(time.Second)
		h.dial(p.Addr)
		p.WantRequest("INVITE")
	})
	for _, status := range []int{480, 486, 503, 600} {
		story(t, fmt.Sprintf("%d with Retry-After: the owner is told", status), func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			p.WantRequest("INVITE").Reply(status, "Retry-After: 90 (at lunch);duration=10")
			p.WantRequest("ACK")
			if e := h.wantEnded(status, true); e.RetryAfter != 90*time.Second {
				h.Errorf("told %+v", e)
			}
		})
	}
	story(t, "nor another request, until then", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Options("o1", "", "sip:11@192.0.2.20")
		p.WantRequest("OPTIONS").Reply(503, "Retry-After: 5")
		h.wantReplied("o1", 503)
		h.ua.Message("m1", ua.Text{Target: "sip:11@192.0.2.20", Text: "hello"})
		h.wantReplied("m1", 503)
		h.dial(p.Addr)
		h.wantEnded(503, true)
		p.WantSilence(4 * time.Second)
		time.Sleep(time.Second)
		h.ua.Message("m1", ua.Text{Target: "sip:11@192.0.2.20", Text: "hello"})
		p.WantRequest("MESSAGE").Reply(200)
		h.wantReplied("m1", 200)
	})
	story(t, "503 from one of two addresses: the other is asked (RFC 3263 §4.3)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@pbx.test", Media: media()})
		p.WantRequest("INVITE").Reply(503)
		p.WantRequest("ACK")
		other.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
	}, names(map[string][]netip.Addr{"pbx.test": {phoneAddr.Addr(), otherAddr.Addr()}}))
	story(t, "the first address is dead", func(h *house) {
		other := h.phone(otherAddr)
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@pbx.test", Media: media()})
		other.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(other)))
		other.WantRequest("ACK")
		want[ua.Answered](h)
	}, names(map[string][]netip.Addr{"pbx.test": {phoneAddr.Addr(), otherAddr.Addr()}}))
	story(t, "the name is unknown", func(h *house) {
		h.ua.Dial("out-1", ua.Dial{Target: "sip:11@nowhere.test", Media: media()})
		h.wantEnded(503, false)
	}, names(nil))
}
