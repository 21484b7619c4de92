package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestQueries(t *testing.T) {
	story(t, "OPTIONS: 200 with Allow and Accept (RFC 3261 §11)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("OPTIONS")
		resp := call.Want(200)
		if !strings.HasPrefix(resp.Get("Allow"), "INVITE, ACK, CANCEL, BYE, OPTIONS") || !strings.HasPrefix(resp.Get("Accept"), "application/sdp") {
			h.Errorf("answered\n%s", resp)
		}
		to := resp.Get("To")
		p.Forget()
		call.Seq--
		again := call.Build("OPTIONS")
		again.Set("Via", resp.Get("Via"))
		p.SendMessage(h.addr, again)
		if resp := call.Want(200); resp.Get("To") != to {
			h.Errorf("a copy of the request is answered with To %q, want %q (RFC 3261 §8.2.7)", resp.Get("To"), to)
		}
	})
	story(t, "OPTIONS inside a call (RFC 3261 §11)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Request("OPTIONS")
		call.Want(200)
		h.wantQuiet(time.Minute)
	})
	for method, status := range map[string]int{
		"FOO": 501, "REGISTER": 405, "PUBLISH": 405, "SUBSCRIBE": 489, "BYE": 481,
	} {
		story(t, fmt.Sprintf("%s outside of a call: %d (RFC 3261 §8.2.1)", method, status), func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request(method)
			if resp := call.Want(status); (status == 405 || status == 501) && resp.Get("Allow") == "" {
				h.Errorf("refused without Allow:\n%s", resp)
			}
			h.wantQuiet(time.Minute)
		})
		if method == "BYE" || method == "SUBSCRIBE" {
			continue
		}
		story(t, fmt.Sprintf("%s inside a call: %d", method, status), func(h *house) {
			p := h.phone(phoneAddr)
			call := h.callIn(p)
			call.Request(method)
			call.Want(status)
			h.wantQuiet(time.Minute)
		})
	}
	for _, method := range []string{"BYE", "INFO", "UPDATE", "INVITE", "OPTIONS", "PRACK"} {
		story(t, method+" in an unknown dialog: 481 (RFC 3261 §12.2.2)", func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Remote += ";tag=nobody"
			call.Request(method)
			call.Want(481)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "Require in OPTIONS: 420", func(h *house) {
		call := h.phone(phoneAddr).Call(h.addr, "door")
		call.Request("OPTIONS", "Require: foo")
		call.Want(420)
	})
}

func TestNothingDisturbsACall(t *testing.T) {
	story(t, "BYE with a lower CSeq: 500 (RFC 3261 §12.2.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		call.Seq = 20
		call.Request("OPTIONS")
		call.Want(200)
		call.Seq = 10
		call.Request("BYE")
		call.Want(500)
		h.wantQuiet(time.Minute)
		call.Seq = 21
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	for name, bend := range map[string]func(*uatest.Dialog){
		"another tag of ours":   func(d *uatest.Dialog) { d.Remote = strings.Replace(d.Remote, "tag=", "tag=0", 1) },
		"another tag of theirs": func(d *uatest.Dialog) { d.Local = strings.Replace(d.Local, "tag=", "tag=0", 1) },
		"another Call-ID":       func(d *uatest.Dialog) { d.CallID += "0" },
		"no tag of ours":        func(d *uatest.Dialog) { d.Remote, _, _ = strings.Cut(d.Remote, ";tag=") },
	} {
		story(t, "BYE with "+name+": 481", func(h *house) {
			p := h.phone(phoneAddr)
			call := h.callIn(p)
			bent := *call
			bend(&bent)
			bent.Request("BYE")
			bent.Want(481)
			call.Request("OPTIONS")
			call.Want(200)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "malformed requests are told what they are owed", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		for _, tt := range []struct {
			field, value string
			status       int
		}{
			{"CSeq", "36893488147419103232 BYE", 400}, // RFC 4475 §3.1.2.4
			{"CSeq", "9 INVITE", 400},                 // RFC 4475 §3.1.2.17
			{"From", `"open <sip:11@192.0.2.20>;tag=x`, 400},
			{"To", "", 400},
		} {
			bye := call.Build("BYE", tt.field+": "+tt.value)
			if tt.value == "" {
				bye.Del(tt.field)
			}
			p.SendMessage(h.addr, bye)
			m := p.Receive(time.Second)
			if m != nil && m.Status != tt.status {
				h.Errorf("%s %q got\n%s", tt.field, tt.value, m)
			}
		}
		foreign := call.Build("BYE")
		foreign.RequestURI = "mailto:door@192.0.2.10"
		p.SendMessage(h.addr, foreign)
		p.WantResponse(416)
		newer := call.Build("BYE")
		newer.Version = "SIP/7.0"
		p.SendMessage(h.addr, newer)
		p.WantResponse(505)
		h.wantQuiet(time.Minute)
		call.Seq += 10
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "noise", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		for _, noise := range []string{"", "\r\n\r\n", "\x00\x01\x00\x00\x21\x12\xa4\x42", "hello", "SIP/2.0 200", "INVITE", strings.Repeat("x", 60000),
			"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKnobody\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n",
			"INVITE sip:door@192.0.2.10 SIP/2.0\r\n\r\n",
			"INVITE sip:door@192.0.2.10 SIP/2.0\r\n" + strings.Repeat("Via: SIP/2.0/UDP 192.0.2.20;branch=z9hG4bKx\r\n", 1200) + "\r\n",
		} {
			p.SendBytes(h.addr, []byte(noise))
		}
		for m := p.Receive(time.Second); m != nil; m = p.Receive(time.Second) {
			if m.Status < 400 {
				h.Errorf("noise got\n%s", m)
			}
		}
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
	story(t, "an ICMP-like failure of the socket does not end a call", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		h.net.Host(doorAddr.Addr()).Unplug()
		time.Sleep(10 * time.Second)
		h.net.Host(doorAddr.Addr()).Plug()
		call.Request("OPTIONS")
		call.Want(200)
		h.wantQuiet(time.Second)
	})
}

func TestStrangers(t *testing.T) {
	stranger := func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} }
	story(t, "get silence", func(h *house) {
		p := h.phone(otherAddr)
		call := p.Call(h.addr, "door")
		for _, method := range []string{"INVITE", "OPTIONS", "BYE", "CANCEL", "FOO", "REGISTER"} {
			if method == "CANCEL" {
				call.Cancel()
				continue
			}
			call.Request(method)
		}
		p.SendMessage(h.addr, call.Build("OPTIONS", "CSeq: 1 FOO"))
		p.WantSilence(time.Minute)
		h.wantQuiet(time.Minute)
	}, stranger)
	story(t, "or 403, and no state", func(h *house) {
		p := h.phone(otherAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(403)
		p.WantSilence(time.Minute)
		h.wantQuiet(time.Minute)
	}, stranger, func(o *ua.Options) { o.Config.Refuse = "403" })
	story(t, "cannot hang up a call that they know half of", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		bent := *call
		bent.Peer = other
		bent.Remote, _, _ = strings.Cut(bent.Remote, ";tag=")
		bent.Request("BYE")
		bent.Request("INVITE", uatest.SDP(rtp(other)))
		other.WantSilence(time.Minute)
		h.wantQuiet(time.Minute)
	}, stranger)
	story(t, "cannot cancel what rings", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		forged := *call
		forged.Peer = other
		forged.Cancel()
		other.WantSilence(time.Second)
		h.wantQuiet(time.Second)
	}, stranger)
	story(t, "a flood leaves the known one served", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		for i := range 300 {
			call := other.Call(h.addr, fmt.Sprint(i))
			call.Request("INVITE", uatest.SDP(rtp(other)))
			time.Sleep(time.Millisecond)
		}
		other.WantSilence(time.Second)
		h.callIn(p)
	}, stranger)
	story(t, "a flood of calls by somebody known does not keep a call from being ended", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		for i := range 4000 {
			other.Call(h.addr, fmt.Sprint(i)).Request("INVITE", uatest.SDP(rtp(other)))
			if i%20 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		if kept := h.ua.Kept(); kept.Servers > 2500 {
			h.Errorf("keeps %+v", kept)
		}
		call.Request("BYE")
		call.Want(200)
		for e := h.next(time.Second); e != nil; e = h.next(time.Second) {
			if ended, ok := e.(ua.Ended); ok && ended.Call == "in-1" {
				return
			}
		}
		h.Error("the call has not ended")
	})
	story(t, "even a known scanner keeps only so many calls ringing", func(h *house) {
		p := h.phone(phoneAddr)
		for i := range 100 {
			call := p.Call(h.addr, fmt.Sprint(i))
			call.Request("INVITE", uatest.SDP(rtp(p)))
			time.Sleep(10 * time.Millisecond)
		}
		calls := 0
		for e := h.next(time.Second); e != nil; e = h.next(time.Second) {
			if _, ok := e.(ua.Incoming); ok {
				calls++
			}
		}
		if calls != 4 {
			h.Errorf("%d calls ring, want 4", calls)
		}
		for p.Receive(time.Second) != nil {
		}
		call := p.Call(h.addr, "door")
		call.Request("OPTIONS")
		call.Want(200)
	})
}
