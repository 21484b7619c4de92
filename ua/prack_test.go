package ua_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// reliably makes a provisional response of a scripted peer want a PRACK.
func reliably(rseq int, lines ...string) []string {
	return append([]string{"Require: 100rel", fmt.Sprint("RSeq: ", rseq)}, lines...)
}

func TestReliableProvisionalsOut(t *testing.T) { // RFC 3262 §4
	story(t, "183 with the answer: PRACK, then 200 without one", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, reliably(17, uatest.SDP(rtp(p)))...)
		prack := p.WantRequest("PRACK")
		if prack.Get("RAck") != "17 1 INVITE" || prack.Get("CSeq") != "2 PRACK" || !strings.Contains(prack.Get("To"), "tag=peer") || len(prack.Body) > 0 {
			h.Errorf("acknowledged with\n%s", prack)
		}
		prack.Reply(200)
		want[ua.Early](h)
		invite.Reply(200)
		if ack := p.WantRequest("ACK"); ack.Get("CSeq") != "1 ACK" {
			h.Errorf("acknowledged with\n%s", ack)
		}
		if up := want[ua.Answered](h); up.Session.Remote != rtp(p) {
			h.Errorf("session %+v", up.Session)
		}
		h.ua.Hangup("out-1")
		if bye := p.WantRequest("BYE"); bye.Get("CSeq") != "3 BYE" {
			h.Errorf("hung up with\n%s", bye)
		}
	})
	story(t, "after a reliable answer the 200 cannot change it (RFC 3261 §13.2.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, reliably(1, uatest.SDP(rtp(p)))...)
		p.WantRequest("PRACK").Reply(200)
		want[ua.Early](h)
		invite.Reply(200, uatest.SDP(rtp(p), "m=audio 9000 RTP/AVP 0"))
		p.WantRequest("ACK")
		if up := want[ua.Answered](h); up.Session.Remote != rtp(p) || up.Session.Codec.Name != "PCMA" {
			h.Errorf("session %+v", up.Session)
		}
	})
	story(t, "sent again: one PRACK; out of order: none", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		for _, rseq := range []int{5, 5, 7, 4, 5} {
			invite.Reply(180, reliably(rseq)...)
		}
		p.WantRequest("PRACK").Reply(200)
		want[ua.Ringing](h)
		p.WantSilence(time.Second)
		invite.Reply(183, reliably(6, uatest.SDP(rtp(p)))...)
		if prack := p.WantRequest("PRACK"); prack.Get("RAck") != "6 1 INVITE" {
			h.Errorf("acknowledged with\n%s", prack)
		} else {
			prack.Reply(200)
		}
		want[ua.Early](h)
		invite.Reply(200)
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	for _, rseq := range []string{"", "0", "x", "-1", "4294967296"} {
		story(t, fmt.Sprintf("RSeq %q: no PRACK, the call goes on", rseq), func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			invite := p.WantRequest("INVITE")
			invite.Reply(180, "Require: 100rel", "RSeq: "+rseq)
			p.WantSilence(time.Second)
			invite.Reply(200, uatest.SDP(rtp(p)))
			p.WantRequest("ACK")
			want[ua.Answered](h)
		})
	}
	story(t, "two forks number on their own", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		for tag, rseq := range map[string]int{"a": 100, "b": 7} {
			invite.As(tag).Reply(180, reliably(rseq)...)
			prack := p.WantRequest("PRACK")
			if prack.Get("RAck") != fmt.Sprint(rseq, " 1 INVITE") || !strings.Contains(prack.Get("To"), "tag="+tag) {
				h.Errorf("acknowledged with\n%s", prack)
			}
			prack.Reply(200)
		}
		want[ua.Ringing](h)
	})
	story(t, "PRACK is sent again until it is answered, and challenged (RFC 3261 §22)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180, reliably(1)...)
		p.WantRequest("PRACK")
		p.Forget()
		p.WantRequest("PRACK").Reply(407, challenge("n1"))
		again := p.WantRequest("PRACK")
		if again.Get("CSeq") != "3 PRACK" || again.Get("RAck") != "1 1 INVITE" || !again.Has("Proxy-Authorization") {
			h.Errorf("answered with\n%s", again)
		}
		again.Reply(200)
		want[ua.Ringing](h)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "PRACK is refused: the call goes on", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180, reliably(1)...)
		p.WantRequest("PRACK").Reply(481)
		want[ua.Ringing](h)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "a challenge after the ringing begins anew", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(180, reliably(9)...)
		p.WantRequest("PRACK").Reply(200)
		want[ua.Ringing](h)
		invite.Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		second := p.WantRequest("INVITE")
		second.Reply(183, reliably(1, uatest.SDP(rtp(p)))...)
		if prack := p.WantRequest("PRACK"); prack.Get("RAck") != "1 2 INVITE" {
			h.Errorf("acknowledged with\n%s", prack)
		} else {
			prack.Reply(200)
		}
		want[ua.Early](h)
		second.Reply(200)
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
}

// prack acknowledges a reliable provisional response of the door.
func prack(call *uatest.Dialog, resp *uatest.Message, lines ...string) {
	call.Peer.T.Helper()
	call.Request("PRACK", append(lines, "RAck: "+resp.Get("RSeq")+" "+resp.Get("CSeq"))...)
}

// wantReliable waits for a provisional response that wants a PRACK.
func wantReliable(call *uatest.Dialog, status int) *uatest.Message {
	call.Peer.T.Helper()
	resp := call.Want(status)
	if n, err := strconv.ParseUint(resp.Get("RSeq"), 10, 31); err != nil || n == 0 || resp.Get("Require") != "100rel" || !resp.Has("Contact") {
		call.Peer.T.Fatalf("not reliable:\n%s", resp)
	}
	return resp
}

func TestReliableProvisionalsIn(t *testing.T) { // RFC 3262 §3
	ring := func(h *house, p *uatest.Peer, lines ...string) *uatest.Dialog {
		call := p.Call(h.addr, "door")
		call.Request("INVITE", append(lines, uatest.SDP(rtp(p)))...)
		h.ua.Ring(want[ua.Incoming](h).Call)
		return call
	}
	story(t, "required: 180 with RSeq, PRACK, 200", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Require: 100rel")
		prack(call, wantReliable(call, 180))
		call.Want(200)
		p.WantSilence(40 * time.Second)
		h.ua.Answer("in-1", media())
		call.Want(200)
		call.Seq = 1 // as the ACK has the number of its INVITE
		call.Ack()
		want[ua.Answered](h)
	})
	story(t, "only supported: a plain 180", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Supported: 100rel")
		if resp := call.Want(180); resp.Has("RSeq") || resp.Has("Require") {
			h.Errorf("rang with\n%s", resp)
		}
		h.ua.Answer("in-1", media())
		call.Want(200)
		call.Ack()
		want[ua.Answered](h)
	})
	story(t, "no PRACK: sent again after T1, doubling; then the INVITE is refused", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Require: 100rel")
		wantReliable(call, 180)
		begin := time.Now()
		var at []time.Duration
		m := p.Receive(uatest.Patience)
		for ; m != nil && m.Status == 180; m = p.Receive(uatest.Patience) {
			at = append(at, m.At.Sub(begin))
		}
		if got := fmt.Sprint(at); got != "[500ms 1.5s 3.5s 7.5s 15.5s 31.5s]" {
			h.Errorf("sent again after %s", got)
		}
		if m == nil || m.Status != 504 || m.At.Sub(begin) != 32*time.Second {
			h.Fatalf("then\n%s", m)
		}
		call.AckRefusal(m)
		h.wantEnded(504, false)
	})
	story(t, "a PRACK for nothing, for another one, or twice: 481", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Require: 100rel")
		resp := wantReliable(call, 180)
		for _, rack := range []string{"", "x", "1 1 INVITE", resp.Get("RSeq"), resp.Get("RSeq") + " 2 INVITE", resp.Get("RSeq") + " 1 PRACK"} {
			call.Request("PRACK", "RAck: "+rack)
			call.Want(481)
		}
		prack(call, resp)
		call.Want(200)
		prack(call, resp)
		call.Want(481)
		plain := p.Call(h.addr, "door")
		plain.Request("PRACK", "RAck: 1 1 INVITE")
		plain.Want(481)
	})
	story(t, "answered before the PRACK: the 200 does not wait, and the PRACK is still taken", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Require: 100rel")
		resp := wantReliable(call, 180)
		h.ua.Answer("in-1", media())
		call.Want(200)
		call.Ack()
		want[ua.Answered](h)
		p.WantSilence(time.Minute)
		prack(call, resp)
		call.Want(200)
	})
	story(t, "cancelled before the PRACK", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Require: 100rel")
		wantReliable(call, 180)
		call.Cancel()
		call.Want(200)
		call.AckRefusal(call.Want(487))
		h.wantEnded(487, true)
		p.WantSilence(time.Minute)
	})
	story(t, "ringing on: each minute another number", func(h *house) {
		p := h.phone(phoneAddr)
		call := ring(h, p, "Require: 100rel")
		first := wantReliable(call, 180)
		prack(call, first)
		call.Want(200)
		p.Forget()
		second := wantReliable(call, 180)
		before, _ := strconv.Atoi(first.Get("RSeq"))
		if second.Get("RSeq") != fmt.Sprint(before+1) {
			h.Errorf("RSeq %s after %s", second.Get("RSeq"), first.Get("RSeq"))
		}
		prack(call, second)
		call.Want(200)
	})
	story(t, "without an offer the 180 carries ours (RFC 3262 §5), and the 200 none", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Require: 100rel")
		in := want[ua.Incoming](h)
		if !in.RingNeedsOffer || in.HasOffer {
			h.Errorf("told of %+v", in)
		}
		h.ua.RingWith(in.Call, media())
		resp := wantReliable(call, 180)
		if !strings.Contains(string(resp.Body), "m=audio 16384") {
			h.Errorf("rings with\n%s", resp)
		}
		h.ua.RingWith(in.Call, media())
		h.ua.Answer(in.Call, media())
		p.WantSilence(300 * time.Millisecond)
		prack(call, resp, uatest.SDP(rtp(p)))
		call.Want(200)
		if e := want[ua.Early](h); e.Session.Remote != rtp(p) {
			h.Errorf("session %+v", e.Session)
		}
		if resp := call.Want(200); len(resp.Body) > 0 {
			h.Errorf("answered with another offer:\n%s", resp)
		}
		call.Seq = 1
		call.Ack()
		if e := want[ua.Answered](h); e.Session.Remote != rtp(p) {
			h.Errorf("session %+v", e.Session)
		}
	})
	story(t, "the PRACK has no answer to the offer: the call ends", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Require: 100rel")
		h.ua.RingWith(want[ua.Incoming](h).Call, media())
		prack(call, wantReliable(call, 180))
		call.Want(200)
		call.Seq = 1
		call.AckRefusal(call.Want(488))
		h.wantEnded(488, false)
	})
	for _, lines := range [][]string{{"Supported: 100rel"}, {"Require: 100rel", uatest.SDP(phoneAddr)}} {
		story(t, "who can hear of it otherwise gets no offer with the 180: "+lines[0], func(h *house) {
			call := h.phone(phoneAddr).Call(h.addr, "door")
			call.Request("INVITE", lines...)
			in := want[ua.Incoming](h)
			h.ua.RingWith(in.Call, media())
			if resp := call.Want(180); len(resp.Body) > 0 || in.RingNeedsOffer {
				h.Errorf("told of %+v, rings with\n%s", in, resp)
			}
		})
	}
	story(t, "without an offer the first reliable response would need ours: only the 200 tells", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Require: 100rel")
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(100)
		p.WantSilence(time.Second)
		h.ua.Answer("in-1", media())
		call.Want(200)
		call.Ack(uatest.SDP(rtp(p)))
		want[ua.Answered](h)
	})
}

func TestProgress(t *testing.T) {
	begin := func(h *house, p *uatest.Peer, lines ...string) *uatest.Dialog {
		call := p.Call(h.addr, "door")
		call.Request("INVITE", lines...)
		h.ua.Progress(want[ua.Incoming](h).Call, media())
		return call
	}
	story(t, "reliable: the 200 waits for the PRACK and repeats nothing (RFC 3262 §3, §5)", func(h *house) {
		p := h.phone(phoneAddr)
		call := begin(h, p, "Supported: 100rel", uatest.SDP(rtp(p)))
		resp := wantReliable(call, 183)
		if !strings.Contains(string(resp.Body), "m=audio 16384") {
			h.Errorf("answered\n%s", resp.Body)
		}
		if early := want[ua.Early](h); early.Session.Remote != rtp(p) {
			h.Errorf("session %+v", early.Session)
		}
		h.ua.Answer("in-1", ua.Media{})
		p.WantSilence(400 * time.Millisecond)
		prack(call, resp)
		call.Want(200)
		if up := p.WantResponse(200); len(up.Body) > 0 {
			h.Errorf("answered again\n%s", up.Body)
		}
		call.Seq = 1
		call.Ack()
		if up := want[ua.Answered](h); up.Session.Remote != rtp(p) {
			h.Errorf("session %+v", up.Session)
		}
	})
	story(t, "an offer in the PRACK is answered in its 200 (RFC 3262 §5)", func(h *house) {
		p := h.phone(phoneAddr)
		call := begin(h, p, "Require: 100rel", uatest.SDP(rtp(p)))
		resp := wantReliable(call, 183)
		want[ua.Early](h)
		prack(call, resp, uatest.SDP(rtp(p), "m=audio 7000 RTP/AVP 0"))
		if answer := call.Want(200); !strings.Contains(string(answer.Body), "m=audio 16384 RTP/AVP 0\r\n") {
			h.Errorf("answered\n%s", answer)
		}
		if early := want[ua.Early](h); early.Session.Codec.Name != "PCMU" || early.Session.Remote.Port() != 7000 {
			h.Errorf("session %+v", early.Session)
		}
	})
	for name, tt := range map[string]struct {
		line   string
		status int
	}{
		"impossible codecs": {"body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 4000 RTP/AVP 18\r\n", 488},
		"no SDP":            {"body: hello", 488},
	} {
		story(t, "an offer in the PRACK with "+name+": refused, the call goes on", func(h *house) {
			p := h.phone(phoneAddr)
			call := begin(h, p, "Require: 100rel", uatest.SDP(rtp(p)))
			resp := wantReliable(call, 183)
			want[ua.Early](h)
			prack(call, resp, tt.line)
			call.Want(tt.status)
			h.ua.Answer("in-1", media())
			call.Want(200)
			call.Seq = 1
			call.Ack()
			want[ua.Answered](h)
		})
	}
	story(t, "an offer in the PRACK before the first one is answered: 500 (RFC 3311 §5.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Require: 100rel", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		prack(call, wantReliable(call, 180), uatest.SDP(rtp(p)))
		if refused := call.Want(500); !refused.Has("Retry-After") {
			h.Errorf("refused with\n%s", refused)
		}
	})
	story(t, "without an offer: ours in the 183, the answer in the PRACK", func(h *house) {
		p := h.phone(phoneAddr)
		call := begin(h, p, "Supported: 100rel")
		resp := wantReliable(call, 183)
		prack(call, resp, uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 0"))
		call.Want(200)
		if early := want[ua.Early](h); early.Session.Codec.Name != "PCMU" {
			h.Errorf("session %+v", early.Session)
		}
		h.ua.Answer("in-1", media())
		if up := p.WantResponse(200); len(up.Body) > 0 {
			h.Errorf("offered again\n%s", up.Body)
		}
		call.Seq = 1
		call.Ack()
		want[ua.Answered](h)
	})
	story(t, "without an offer, and none of ours is answered by the PRACK: refused", func(h *house) {
		p := h.phone(phoneAddr)
		call := begin(h, p, "Supported: 100rel")
		prack(call, wantReliable(call, 183))
		call.Want(200)
		call.Want(488)
		h.wantEnded(488, false)
	})
	for name, line := range map[string]string{"no SDP": "body: hello", "impossible codecs": "body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 4000 RTP/AVP 18\r\n"} {
		story(t, "without an offer, and the PRACK answers ours with "+name+": refused", func(h *house) {
			p := h.phone(phoneAddr)
			call := begin(h, p, "Supported: 100rel")
			prack(call, wantReliable(call, 183), line)
			call.Want(200)
			call.Want(488)
			h.wantEnded(488, false)
		})
	}
	story(t, "a caller without 100rel: the 200 repeats the answer (RFC 3261 §13.2.1)", func(h *house) {
		p := h.phone(phoneAddr)
		call := begin(h, p, uatest.SDP(rtp(p)))
		early := call.Want(183)
		want[ua.Early](h)
		h.ua.Answer("in-1", media())
		if up := call.Want(200); string(up.Body) != string(early.Body) || len(up.Body) == 0 {
			h.Errorf("first\n%s\nthen\n%s", early.Body, up.Body)
		}
		call.Ack()
		want[ua.Answered](h)
	})
	story(t, "behind a 180 that waits for its PRACK (RFC 3262 §3)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Require: 100rel", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		first := wantReliable(call, 180)
		h.ua.Progress("in-1", media())
		want[ua.Early](h)
		h.ua.Answer("in-1", media())
		p.WantSilence(400 * time.Millisecond)
		prack(call, first)
		call.Want(200)
		second := wantReliable(call, 183)
		prack(call, second)
		call.Want(200)
		p.WantResponse(200)
		call.Seq = 1
		call.Ack()
		want[ua.Answered](h)
	})
	story(t, "with codecs nobody has: 488", func(h *house) {
		p := h.phone(phoneAddr)
		call := begin(h, p, uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 18"))
		call.AckRefusal(call.Want(488))
		h.wantEnded(488, false)
	})
}
