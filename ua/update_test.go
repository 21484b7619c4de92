package ua_test

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestUpdate(t *testing.T) { // RFC 3311 §5.2
	for _, way := range []string{"in", "out"} {
		story(t, "with SDP, then without, call "+way, func(h *house) {
			p := h.phone(phoneAddr)
			call := h.connect(p, way)
			moved := netip.MustParseAddrPort("192.0.2.77:6000")
			call.Request("UPDATE", uatest.SDP(moved, "m=audio 6000 RTP/AVP 0", "a=sendonly"), "Contact: <sip:11@"+p.Addr.String()+">")
			answer := call.Want(200)
			if !answer.Has("Contact") || !strings.Contains(string(answer.Body), "a=recvonly\r\n") || answer.Get("Content-Type") != "application/sdp" {
				h.Errorf("answered\n%s", answer)
			}
			if s := want[ua.Updated](h).Session; s.Remote != moved || s.Codec.Name != "PCMU" || s.Send || !s.Recv {
				h.Errorf("session %+v", s)
			}
			call.Request("UPDATE", "Contact: <sip:11@"+p.Addr.String()+">")
			if answer := call.Want(200); len(answer.Body) > 0 {
				h.Errorf("answered\n%s", answer)
			}
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "a new Contact is where we hang up (RFC 3261 §12.2.2)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		call.Request("UPDATE", "Contact: <sip:11@"+other.Addr.String()+">")
		call.Want(200)
		h.ua.Hangup("in-1")
		other.WantRequest("BYE").Reply(200)
	})
	for name, tt := range map[string]struct {
		lines  []string
		status int
	}{
		"impossible codecs":    {[]string{"body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 4000 RTP/AVP 18\r\n"}, 488},
		"no SDP":               {[]string{"body: hello"}, 488},
		"a body of other type": {[]string{"Content-Type: text/plain", "body: hello"}, 415},
		"Require: foo":         {[]string{"Require: foo"}, 420},
	} {
		story(t, "with "+name+": refused, the call goes on", func(h *house) {
			p, other := h.phone(phoneAddr), h.phone(otherAddr)
			call := h.callIn(p)
			call.Request("UPDATE", append(tt.lines, "Contact: <sip:11@"+other.Addr.String()+">")...)
			refused := call.Want(tt.status)
			if name == "impossible codecs" {
				h.wantWarning(refused)
			}
			h.wantQuiet(time.Minute)
			h.ua.Hangup("in-1") // still where it was
			p.WantRequest("BYE").Reply(200)
		})
	}
	story(t, "an offer while ours is open: 491", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("INVITE")
		call.Want(200)
		call.Request("UPDATE", uatest.SDP(rtp(p)))
		call.Want(491)
		call.Request("UPDATE")
		call.Want(200)
	})
}

func TestUpdateBeforeTheAnswer(t *testing.T) { // RFC 3311 §5.2
	story(t, "called, an offer before the first is answered: 500 with Retry-After", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		for range 20 {
			call.Request("UPDATE", uatest.SDP(rtp(p)))
			refused := call.Want(500)
			if n, err := strconv.Atoi(refused.Get("Retry-After")); err != nil || n < 0 || n > 10 {
				h.Errorf("refused with Retry-After %q", refused.Get("Retry-After"))
			}
		}
		call.Request("UPDATE", "Contact: <sip:11@"+p.Addr.String()+">")
		call.Want(200)
		h.wantQuiet(time.Second)
	})
	story(t, "called, after a reliable answer: the session changes", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Supported: 100rel", uatest.SDP(rtp(p)))
		h.ua.Progress(want[ua.Incoming](h).Call, media())
		want[ua.Early](h)
		prack(call, wantReliable(call, 183))
		call.Want(200)
		call.Request("UPDATE", uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 0"))
		call.Want(200)
		if early := want[ua.Early](h); early.Session.Remote.Port() != 7000 || early.Session.Codec.Name != "PCMU" {
			h.Errorf("session %+v", early.Session)
		}
		h.ua.Answer("in-1", media())
		p.WantResponse(200)
		call.Seq = 1
		call.Ack()
		if up := want[ua.Answered](h); up.Session.Remote.Port() != 7000 {
			h.Errorf("session %+v", up.Session)
		}
	})
	story(t, "called, while our early offer is open: 491", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Supported: 100rel")
		h.ua.Progress(want[ua.Incoming](h).Call, media())
		wantReliable(call, 183)
		call.Request("UPDATE", uatest.SDP(rtp(p)))
		call.Want(491)
	})
	story(t, "calling, before our offer is answered: 491", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180)
		want[ua.Ringing](h)
		early := invite.Within()
		early.Request("UPDATE", uatest.SDP(rtp(p)))
		early.Want(491)
		early.Request("UPDATE")
		early.Want(200)
	})
	story(t, "calling, after a reliable answer: the session of that fork changes", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, reliably(1, uatest.SDP(rtp(p)))...)
		p.WantRequest("PRACK").Reply(200)
		want[ua.Early](h)
		early := invite.Within()
		for i := range 2 { // the second one says nothing new
			early.Request("UPDATE", uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 0"))
			if answer := early.Want(200); !strings.Contains(string(answer.Body), "m=audio 16384 RTP/AVP 0\r\n") {
				h.Errorf("answered\n%s", answer)
			}
			if i == 0 {
				if s := want[ua.Early](h).Session; s.Codec.Name != "PCMU" || s.Remote.Port() != 7000 {
					h.Errorf("session %+v", s)
				}
			}
		}
		invite.Reply(200)
		p.WantRequest("ACK")
		if up := want[ua.Answered](h); up.Session.Remote.Port() != 7000 {
			h.Errorf("session %+v", up.Session)
		}
	})
	story(t, "calling, held before the answer and taken back (RFC 3311 §5.2, RFC 3264 §8.4)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, reliably(1, uatest.SDP(rtp(p)))...)
		p.WantRequest("PRACK").Reply(200)
		want[ua.Early](h)
		early := invite.Within()
		for _, tt := range []struct {
			offered, answered string
			send              bool
		}{{"sendonly", "recvonly", false}, {"inactive", "inactive", false}, {"sendrecv", "", true}} {
			early.Request("UPDATE", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 8", "a="+tt.offered))
			answer := early.Want(200)
			if tt.answered != "" && !strings.Contains(string(answer.Body), "a="+tt.answered+"\r\n") || tt.answered == "" && strings.Contains(string(answer.Body), "only") {
				h.Errorf("%s is answered\n%s", tt.offered, answer.Body)
			}
			if s := want[ua.Early](h).Session; s.Send != tt.send {
				h.Errorf("%s: session %+v", tt.offered, s)
			}
		}
		invite.Reply(200)
		p.WantRequest("ACK")
		if up := want[ua.Answered](h); !up.Session.Send || !up.Session.Recv {
			h.Errorf("session %+v", up.Session)
		}
	})
	story(t, "called, held after an early answer and taken back", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Supported: 100rel", uatest.SDP(rtp(p)))
		h.ua.Progress(want[ua.Incoming](h).Call, media())
		prack(call, wantReliable(call, 183))
		want[ua.Early](h)
		call.Want(200)
		for _, direction := range []string{"sendonly", "sendrecv"} {
			call.Request("UPDATE", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 8", "a="+direction))
			call.Want(200)
			if s := want[ua.Early](h).Session; s.Send != (direction == "sendrecv") {
				h.Errorf("%s: session %+v", direction, s)
			}
		}
	})
	story(t, "between our 200 and its ACK", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		call.Want(200)
		call.Request("UPDATE", uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 0"))
		call.Want(200)
		call.Seq = 1
		call.Ack()
	})
	for _, status := range []int{486, 200} {
		story(t, fmt.Sprintf("after the end (%d): 481", status), func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p)))
			in := want[ua.Incoming](h)
			if status == 200 {
				h.ua.Answer(in.Call, media())
				call.Want(200)
				h.ua.Hangup(in.Call)
				h.wantEnded(0, false)
			} else {
				h.ua.Ring(in.Call)
				call.Want(180)
				h.ua.Reject(in.Call, status, "")
				call.Want(status)
				h.wantEnded(status, false)
			}
			call.Request("UPDATE", uatest.SDP(rtp(p)))
			p.WantResponse(481)
		})
	}
}
