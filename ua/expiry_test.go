package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// expiresOut has the door call and be answered with these lines.
func (h *house) expiresOut(p *uatest.Peer, lines ...string) *uatest.Message {
	h.Helper()
	h.dial(p.Addr)
	invite := p.WantRequest("INVITE")
	invite.Reply(200, append(lines, uatest.SDP(rtp(p)))...)
	p.WantRequest("ACK")
	want[ua.Answered](h)
	return invite
}

// expiresIn has a phone call with these lines; it returns the 200 too.
func (h *house) expiresIn(p *uatest.Peer, lines ...string) (*uatest.Dialog, *uatest.Message) {
	h.Helper()
	call := p.Call(h.addr, "door")
	call.Request("INVITE", append(lines, uatest.SDP(rtp(p)))...)
	h.ua.Answer(want[ua.Incoming](h).Call, media())
	answer := call.Want(200)
	call.Ack()
	want[ua.Answered](h)
	return call, answer
}

// wantAfter fails unless m came that long after begin.
func wantAfter(h *house, m *uatest.Message, begin time.Time, want time.Duration) {
	h.Helper()
	if d := m.At.Sub(begin); d != want {
		h.Errorf("%s came after %v, want %v", m.Method, d, want)
	}
}

const takesUpdate = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE"

func TestSessionTimerOut(t *testing.T) {
	story(t, "the INVITE asks for 30 minutes and leaves the refresher open (RFC 4028 §7.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		if m := p.WantRequest("INVITE"); m.Get("Session-Expires") != "1800" || m.Has("Min-SE") {
			h.Errorf("asked with\n%s", m)
		}
	})
	story(t, "or for none", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		if m := p.WantRequest("INVITE"); m.Has("Session-Expires") {
			h.Errorf("asked with\n%s", m)
		}
	}, func(o *ua.Options) { o.Config.SessionExpires = 0 })
	story(t, "refresher=uac: UPDATE at half the interval, again and again (RFC 4028 §7.2, §7.4)", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", "Require: timer", takesUpdate)
		for range 3 {
			begin := time.Now()
			m := p.WantRequest("UPDATE")
			wantAfter(h, m, begin, 45*time.Second)
			if m.Get("Session-Expires") != "90;refresher=uac" || m.Get("Supported") == "" || !m.Has("Contact") || len(m.Body) > 0 {
				h.Errorf("refreshed with\n%s", m)
			}
			m.Reply(200, "Session-Expires: 90;refresher=uac", "Require: timer")
		}
		h.wantQuiet(time.Second)
	})
	story(t, "without UPDATE: re-INVITE with the same description", func(h *house) {
		p := h.phone(phoneAddr)
		first := h.expiresOut(p, "Session-Expires: 90;refresher=uac", "Allow: INVITE, ACK, BYE, CANCEL")
		begin := time.Now()
		m := p.WantRequest("INVITE")
		wantAfter(h, m, begin, 45*time.Second)
		if m.Get("Session-Expires") != "90;refresher=uac" || string(m.Body) != string(first.Body) {
			h.Errorf("refreshed with\n%s", m)
		}
		m.Reply(200, uatest.SDP(rtp(p)), "Session-Expires: 90;refresher=uac")
		p.WantRequest("ACK")
		begin = time.Now()
		wantAfter(h, p.WantRequest("INVITE"), begin, 45*time.Second)
	})
	story(t, "UPDATE is not allowed after all: re-INVITE", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		p.WantRequest("UPDATE").Reply(405)
		p.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(p)), "Session-Expires: 90;refresher=uac")
		p.WantRequest("ACK")
		p.WantRequest("INVITE").Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		h.wantQuiet(5 * time.Minute) // the last 200 knows no expiry
	})
	story(t, "refresher=uas and no refresh: BYE a third before the end (RFC 4028 §10)", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uas")
		begin := time.Now()
		m := p.WantRequest("BYE")
		wantAfter(h, m, begin, 60*time.Second)
		m.Reply(200)
		h.wantEnded(408, false)
	})
	story(t, "of 30 minutes: BYE 32 s before the end", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 1800;refresher=uas")
		begin := time.Now()
		e := h.next(time.Hour)
		if _, ok := e.(ua.Ended); !ok || time.Since(begin) != 1768*time.Second {
			h.Errorf("after %v told %#v", time.Since(begin), e)
		}
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "200 without Session-Expires: the call lasts (RFC 4028 §7.2)", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p)
		h.wantQuiet(2 * time.Hour)
	})
	story(t, "a refresh that is not granted is tried again, until the end", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		begin := time.Now()
		for i := range 3 {
			m := p.WantRequest("UPDATE")
			wantAfter(h, m, begin, 45*time.Second+time.Duration(i)*5*time.Second)
			m.Reply(500)
		}
		m := p.WantRequest("BYE")
		wantAfter(h, m, begin, time.Minute)
		m.Reply(200)
		h.wantEnded(408, false)
	})
	for _, status := range []int{408, 481} {
		for _, method := range []string{"UPDATE", "INVITE"} {
			story(t, fmt.Sprintf("a refresh by %s that gets %d: BYE (RFC 4028 §10)", method, status), func(h *house) {
				p := h.phone(phoneAddr)
				h.expiresOut(p, "Session-Expires: 90;refresher=uac", "Allow: BYE, "+method)
				p.WantRequest(method).Reply(status)
				if method == "INVITE" {
					p.WantRequest("ACK")
				}
				p.WantRequest("BYE").Reply(200)
				h.wantEnded(status, true)
			})
		}
	}
	story(t, "a refresh that nobody answers: BYE when the session ends", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		begin := time.Now()
		p.WantRequest("UPDATE")
		wantAfter(h, p.WantRequest("BYE"), begin, time.Minute)
		h.wantEnded(408, false)
	})
	story(t, "the refresh hands the refreshing over", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		begin := time.Now()
		p.WantRequest("UPDATE").Reply(200, "Session-Expires: 120;refresher=uas")
		time.Sleep(time.Minute)
		wantAfter(h, p.WantRequest("BYE"), begin, 45*time.Second+88*time.Second)
		h.wantEnded(408, false)
	})
	story(t, "the network is away at the refresh, and comes back", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		h.net.Host(doorAddr.Addr()).Unplug()
		time.Sleep(47 * time.Second)
		h.net.Host(doorAddr.Addr()).Plug()
		p.WantRequest("UPDATE").Reply(200, "Session-Expires: 90;refresher=uac")
		h.wantQuiet(40 * time.Second)
	})
	story(t, "nobody answers the refresh of a long session: BYE after 32 s (RFC 4028 §10)", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 300;refresher=uac", takesUpdate)
		time.Sleep(149 * time.Second)
		begin := time.Now()
		p.WantRequest("UPDATE")
		wantAfter(h, p.WantRequest("BYE"), begin, 33*time.Second)
		h.wantEnded(408, false)
	})
	story(t, "the refresh comes while we hold: it waits", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		time.Sleep(44 * time.Second)
		h.ua.Hold("out-1")
		m := wantOffer(p, "sendonly")
		m.Reply(100)
		p.WantSilence(3 * time.Second)
		m.Reply(488)
		p.WantRequest("ACK")
		want[ua.NotUpdated](h)
		p.WantRequest("UPDATE").Reply(200, "Session-Expires: 90;refresher=uac")
	})
	story(t, "hung up while the refresh is under way", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		m := p.WantRequest("UPDATE")
		h.ua.Hangup("out-1")
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(200)
		m.Reply(200, "Session-Expires: 90;refresher=uac")
		p.WantSilence(5 * time.Minute)
	})
	story(t, "hung up before the refresh: nothing more", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		h.ua.Hangup("out-1")
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(200)
		p.WantSilence(5 * time.Minute)
	})
	story(t, "an interval of nothing does not make us refresh without a pause", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 0;refresher=uac", takesUpdate)
		p.WantSilence(5 * time.Second)
	})
	story(t, "holding keeps the refresher", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uas")
		h.ua.Hold("out-1")
		m := wantOffer(p, "sendonly")
		if m.Get("Session-Expires") != "90;refresher=uas" {
			h.Errorf("held with\n%s", m)
		}
		m.Reply(200, answerWith(p, "recvonly"), "Session-Expires: 90;refresher=uas")
		p.WantRequest("ACK")
		want[ua.Updated](h)
		begin := time.Now()
		wantAfter(h, p.WantRequest("BYE"), begin, time.Minute)
		h.wantEnded(408, false)
	})
}

func TestIntervalTooSmall(t *testing.T) { // RFC 4028 §7.3
	story(t, "422: asked again with Min-SE", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		first := p.WantRequest("INVITE")
		first.Reply(422, "Min-SE: 3600")
		p.WantRequest("ACK")
		second := p.WantRequest("INVITE")
		if second.Get("Session-Expires") != "3600" || second.Get("Min-SE") != "3600" || second.CallID() != first.CallID() || second.Get("CSeq") != "2 INVITE" {
			h.Errorf("asked again with\n%s", second)
		}
		second.Reply(200, uatest.SDP(rtp(p)), "Session-Expires: 3600;refresher=uas")
		p.WantRequest("ACK")
		want[ua.Answered](h)
	})
	story(t, "422 though we asked for more: asked again with both", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(422, "Min-SE: 300")
		p.WantRequest("ACK")
		if m := p.WantRequest("INVITE"); m.Get("Session-Expires") != "1800" || m.Get("Min-SE") != "300" {
			h.Errorf("asked again with\n%s", m)
		}
	})
	story(t, "422 behind a challenge: the credentials go along", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		p.WantRequest("INVITE").Reply(407, challenge("n1"))
		p.WantRequest("ACK")
		p.WantRequest("INVITE").Reply(422, "Min-SE: 3600")
		p.WantRequest("ACK")
		if m := p.WantRequest("INVITE"); !m.Has("Proxy-Authorization") || m.Get("Session-Expires") != "3600" {
			h.Errorf("asked again with\n%s", m)
		}
	})
	for name, line := range map[string]string{"without Min-SE": "X: y", "with nonsense": "Min-SE: -1", "with years": "Min-SE: 99999999"} {
		story(t, "422 "+name+": the call ends", func(h *house) {
			p := h.phone(phoneAddr)
			h.dial(p.Addr)
			p.WantRequest("INVITE").Reply(422, line)
			p.WantRequest("ACK")
			h.wantEnded(422, true)
			p.WantSilence(time.Minute)
		})
	}
	story(t, "422 for ever: given up", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		for i := range 3 {
			p.WantRequest("INVITE").Reply(422, fmt.Sprint("Min-SE: ", 3600+i))
			p.WantRequest("ACK")
		}
		h.wantEnded(422, true)
	})
	story(t, "422 to a refresh by UPDATE and by re-INVITE", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresOut(p, "Session-Expires: 90;refresher=uac", takesUpdate)
		p.WantRequest("UPDATE").Reply(422, "Min-SE: 200")
		m := p.WantRequest("UPDATE")
		if m.Get("Session-Expires") != "200;refresher=uac" || m.Get("Min-SE") != "200" {
			h.Errorf("asked again with\n%s", m)
		}
		m.Reply(405)
		p.WantRequest("INVITE").Reply(422, "Min-SE: 300")
		p.WantRequest("ACK")
		m = p.WantRequest("INVITE")
		if m.Get("Session-Expires") != "300;refresher=uac" {
			h.Errorf("asked again with\n%s", m)
		}
		m.Reply(200, uatest.SDP(rtp(p)), "Session-Expires: 300;refresher=uac")
		p.WantRequest("ACK")
		begin := time.Now()
		time.Sleep(100 * time.Second)
		wantAfter(h, p.WantRequest("INVITE"), begin, 150*time.Second)
	})
}

func TestSessionTimerIn(t *testing.T) { // RFC 4028 §9
	for _, tt := range []struct {
		name         string
		lines        []string
		said, needed string
	}{
		{"refresher=uac", []string{"Supported: timer", "Session-Expires: 90;refresher=uac"}, "90;refresher=uac", "timer"},
		{"refresher=uas", []string{"Supported: timer", "Session-Expires: 90;refresher=uas"}, "90;refresher=uas", ""},
		{"no refresher", []string{"Supported: timer", "Session-Expires: 90"}, "90;refresher=uac", "timer"},
		{"compact form", []string{"k: timer", "x: 90"}, "90;refresher=uac", "timer"},
		{"required", []string{"Supported: timer", "Require: timer", "Session-Expires: 1800;refresher=uac"}, "1800;refresher=uac", "timer"},
		{"asked for by a proxy only", []string{"Session-Expires: 90"}, "90;refresher=uas", ""},
		{"not asked for", []string{"Supported: timer"}, "", ""},
		{"nonsense", []string{"Supported: timer", "Session-Expires: soon"}, "", ""},
	} {
		story(t, tt.name+": what the 200 says", func(h *house) {
			_, answer := h.expiresIn(h.phone(phoneAddr), tt.lines...)
			if answer.Get("Session-Expires") != tt.said || answer.Get("Require") != tt.needed || !strings.Contains(answer.Get("Supported"), "timer") {
				h.Errorf("answered\n%s", answer)
			}
		})
	}
	story(t, "refresher=uac: refreshed by UPDATE and by re-INVITE the call lasts", func(h *house) {
		p := h.phone(phoneAddr)
		call, _ := h.expiresIn(p, "Supported: timer", "Session-Expires: 90;refresher=uac")
		for i := range 6 {
			time.Sleep(50 * time.Second)
			method := []string{"UPDATE", "INVITE"}[i%2]
			lines := []string{"Supported: timer", "Session-Expires: 90;refresher=uac", "Contact: <sip:11@" + p.Addr.String() + ">"}
			if method == "INVITE" {
				lines = append(lines, uatest.SDP(rtp(p)))
			}
			call.Request(method, lines...)
			if m := call.Want(200); m.Get("Session-Expires") != "90;refresher=uac" || m.Get("Require") != "timer" {
				h.Errorf("answered\n%s", m)
			}
			if method == "INVITE" {
				call.Ack()
			}
		}
		h.wantQuiet(59 * time.Second)
		h.wantEnded(408, false)
		p.WantRequest("BYE").Reply(200)
	})
	story(t, "refresher=uac and no refresh: BYE (RFC 4028 §10)", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresIn(p, "Supported: timer", "Session-Expires: 90;refresher=uac")
		begin := time.Now()
		m := p.WantRequest("BYE")
		wantAfter(h, m, begin, time.Minute)
		m.Reply(200)
		h.wantEnded(408, false)
	})
	story(t, "refresher=uas: we refresh at half the interval", func(h *house) {
		p := h.phone(phoneAddr)
		h.expiresIn(p, "Supported: timer", "Session-Expires: 90;refresher=uas", takesUpdate)
		begin := time.Now()
		m := p.WantRequest("UPDATE")
		wantAfter(h, m, begin, 45*time.Second)
		if m.Get("Session-Expires") != "90;refresher=uac" { // the sides of this transaction
			h.Errorf("refreshed with\n%s", m)
		}
		m.Reply(200, "Session-Expires: 90;refresher=uac")
	})
	story(t, "a re-INVITE that does not mention the timer keeps it", func(h *house) {
		p := h.phone(phoneAddr)
		call, _ := h.expiresIn(p, "Supported: timer", "Session-Expires: 90;refresher=uas", takesUpdate)
		call.Request("INVITE", uatest.SDP(rtp(p)), "Supported: timer")
		if m := call.Want(200); m.Get("Session-Expires") != "90;refresher=uas" {
			h.Errorf("answered\n%s", m)
		}
		call.Ack()
		p.WantRequest("UPDATE")
	})
	story(t, "a re-INVITE of the peer refreshes too", func(h *house) {
		p := h.phone(phoneAddr)
		call, _ := h.expiresIn(p, "Supported: timer", "Session-Expires: 90;refresher=uas", takesUpdate)
		time.Sleep(44 * time.Second)
		call.Request("INVITE", uatest.SDP(rtp(p)), "Supported: timer", "Session-Expires: 90;refresher=uas")
		call.Want(200)
		time.Sleep(2 * time.Second)
		call.Ack()
		acked := time.Now()
		p.Forget()
		m := p.Receive(time.Minute)
		for ; m.Method != "UPDATE"; m = p.Receive(time.Minute) {
		}
		wantAfter(h, m, acked, 43*time.Second)
	})
	for _, tt := range []struct {
		lines  []string
		status int
	}{
		{[]string{"Supported: timer", "Session-Expires: 30"}, 422},
		{[]string{"Session-Expires: 30"}, 422},
		{[]string{"Supported: timer", "Session-Expires: 119;refresher=uac"}, 422},
		{[]string{"Session-Expires: 119"}, 200}, // whoever does not know the timer cannot understand 422
		{[]string{"Supported: timer", "Session-Expires: 120"}, 200},
	} {
		for _, method := range []string{"INVITE", "re-INVITE", "UPDATE"} {
			story(t, fmt.Sprintf("%s with %q: %d (RFC 4028 §6, §9)", method, tt.lines, tt.status), func(h *house) {
				p := h.phone(phoneAddr)
				call := p.Call(h.addr, "door")
				if method == "INVITE" && tt.status == 200 {
					h.expiresIn(p, tt.lines...)
					return
				}
				if method != "INVITE" {
					call = h.callIn(p)
				}
				call.Request(strings.TrimPrefix(method, "re-"), append(tt.lines, uatest.SDP(rtp(p)))...)
				resp := call.Want(tt.status)
				if tt.status == 422 && resp.Get("Min-SE") != "120" {
					h.Errorf("refused with\n%s", resp)
				}
				if tt.status == 200 && method != "UPDATE" {
					call.Ack()
				}
				h.wantQuiet(time.Second)
			}, func(o *ua.Options) { o.Config.MinSE = 2 * time.Minute })
		}
	}
}
