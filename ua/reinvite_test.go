package ua_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// origin is the o= line of a description.
func origin(body []byte) string {
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "o=") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func TestHold(t *testing.T) { // RFC 3264 §8.4
	for _, tt := range []struct {
		name       string
		lines      []string
		answer     string
		send, recv bool
	}{
		{"sendonly", []string{"m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a=sendonly"}, "a=recvonly", false, true},
		{"inactive", []string{"m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a=inactive"}, "a=inactive", false, false},
		{"c=0.0.0.0 (RFC 2543)", []string{"m=audio 4000 RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "c=IN IP4 0.0.0.0"}, "a=recvonly", false, true},
	} {
		for _, way := range []string{"in", "out"} {
			story(t, tt.name+", call "+way, func(h *house) {
				p := h.phone(phoneAddr)
				call := h.connect(p, way)
				call.Request("INVITE", uatest.SDP(rtp(p), tt.lines...))
				if answer := call.Want(200); !strings.Contains(string(answer.Body), tt.answer+"\r\n") {
					h.Errorf("answered\n%s", answer.Body)
				}
				call.Ack()
				if s := want[ua.Updated](h).Session; s.Send != tt.send || s.Recv != tt.recv {
					h.Errorf("send %v, receive %v", s.Send, s.Recv)
				}
				call.Request("INVITE", uatest.SDP(rtp(p), tt.lines...))
				call.Want(200)
				call.Ack()
				h.wantQuiet(time.Minute) // nothing new
				call.Request("INVITE", uatest.SDP(rtp(p)))
				call.Want(200)
				call.Ack()
				if s := want[ua.Updated](h).Session; !s.Send || !s.Recv {
					h.Errorf("resumed with send %v, receive %v", s.Send, s.Recv)
				}
			})
		}
	}
}

// connect makes a call in either direction and returns the peer's side.
func (h *house) connect(p *uatest.Peer, way string) *uatest.Dialog {
	if way == "in" {
		return h.callIn(p)
	}
	return h.callOut(p).Within()
}

func TestReinvite(t *testing.T) {
	story(t, "another address and codec (RFC 3264 §8.3)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		moved := netip.MustParseAddrPort("192.0.2.77:6000")
		call.Request("INVITE", uatest.SDP(moved, "m=audio 6000 RTP/AVP 0"))
		call.Want(200)
		call.Ack()
		if s := want[ua.Updated](h).Session; s.Remote != moved || s.Codec.Name != "PCMU" {
			h.Errorf("session %+v", s)
		}
	})
	story(t, "another codec after early media (RFC 3264 §8.3.2)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		pcma := uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 8")
		invite.Reply(183, pcma)
		if s := want[ua.Early](h).Session; s.Codec.Name != "PCMA" {
			h.Errorf("session %+v", s)
		}
		invite.Reply(200, pcma)
		p.WantRequest("ACK")
		want[ua.Answered](h)
		call := invite.Within()
		call.Request("INVITE", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 0"))
		if answer := call.Want(200); !strings.Contains(string(answer.Body), "m=audio 16384 RTP/AVP 0\r\n") {
			h.Errorf("answered\n%s", answer.Body)
		}
		call.Ack()
		if s := want[ua.Updated](h).Session; s.Codec.Name != "PCMU" {
			h.Errorf("session %+v", s)
		}
	})
	story(t, "unchanged: same o= line (RFC 3264 §8)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		first := origin(call.Want(200).Body)
		call.Ack()
		want[ua.Answered](h)
		call.Request("INVITE", uatest.SDP(rtp(p)))
		if got := origin(call.Want(200).Body); got != first {
			h.Errorf("o= was %q and is %q", first, got)
		}
	})
	story(t, "impossible codecs: 488, the call goes on (RFC 3261 §14.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 18"))
		refused := call.Want(488)
		h.wantWarning(refused)
		call.AckRefusal(refused)
		h.wantQuiet(time.Minute)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "without an offer: ours in the 200 (RFC 6337 §2.1)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE")
		if offer := call.Want(200); !strings.Contains(string(offer.Body), "m=audio 16384 RTP/AVP 8 0 101") {
			h.Errorf("offered\n%s", offer.Body)
		}
		call.Ack(uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 0"))
		if s := want[ua.Updated](h).Session; s.Codec.Name != "PCMU" {
			h.Errorf("session %+v", s)
		}
	})
	story(t, "without an offer, and no answer in the ACK: the call goes on", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE")
		call.Want(200)
		call.Ack()
		h.wantQuiet(time.Minute)
		call.Request("OPTIONS")
		call.Want(200)
	})
	story(t, "while an offer of ours is open: 491 (RFC 3261 §14.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE")
		call.Want(200)
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(491)
		h.wantQuiet(time.Second)
	})
	story(t, "before the first one is answered: 500 with Retry-After (RFC 3261 §14.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		call.Request("INVITE", uatest.SDP(rtp(p)))
		if refused := call.Want(500); refused.Get("Retry-After") == "" {
			h.Errorf("refused with\n%s", refused)
		}
		h.wantQuiet(time.Second)
	})
	story(t, "while our INVITE is under way: 491 (RFC 3261 §14.2)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		invite.Within().Request("INVITE", uatest.SDP(rtp(p)))
		p.WantResponse(491)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "a second one right behind the first: a final response for each", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 8", "a=sendonly"))
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(200)
		call.Want(200)
		call.Ack()
		want[ua.Updated](h)
		want[ua.Updated](h)
		call.Seq--
		call.Ack()
		call.Seq++
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "its ACK never comes: the call ends (RFC 3261 §14.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(200)
		h.wantEnded(408, false)
	})
	for status, lines := range map[int][]string{
		415: {"Content-Type: text/plain", "body: hello"}, 420: {"Require: foo"}, 488: {"body: hello"},
	} {
		story(t, "refused as an INVITE would be", func(h *house) {
			p := h.phone(phoneAddr)
			call := h.callIn(p)
			call.Request("INVITE", lines...)
			call.AckRefusal(call.Want(status))
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "a new Contact is where we hang up (RFC 3261 §12.2.2)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		call.Request("INVITE", uatest.SDP(rtp(p)), "Contact: <sip:11@"+other.Addr.String()+">")
		call.Want(200)
		call.Ack()
		h.ua.Hangup("in-1")
		other.WantRequest("BYE").Reply(200)
	})
}
