package ua_test

import (
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// key is the INFO body of a key pressed.
func key(digit string) []string {
	return []string{"Content-Type: application/dtmf-relay", "body: Signal=" + digit + "\r\nDuration=160\r\n"}
}

// wantKey waits for an INFO with that key.
func (h *house) wantKey(digit string) {
	h.Helper()
	if e := want[ua.Info](h); e.ContentType != "application/dtmf-relay" || !strings.HasPrefix(string(e.Body), "Signal="+digit+"\r\n") {
		h.Fatalf("want the key %q, got %+v", digit, e)
	}
}

func TestInfo(t *testing.T) {
	for _, way := range []string{"in", "out"} {
		story(t, "keys in a call "+way+" reach the owner (RFC 6086)", func(h *house) {
			p := h.phone(phoneAddr)
			call := h.connect(p, way)
			for _, digit := range []string{"4", "2", "5", "#"} {
				call.Request("INFO", key(digit)...)
				call.Want(200)
				h.wantKey(digit)
			}
			call.Request("INFO", "Content-Type: Application/DTMF ; q=1", "body: 7")
			call.Want(200)
			if e := want[ua.Info](h); e.ContentType != "application/dtmf" || string(e.Body) != "7" {
				h.Errorf("got %+v", e)
			}
		})
	}
	story(t, "without a body: 200 and nothing else (RFC 2976 §2.2)", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("INFO")
		call.Want(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "a retransmission is one key", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		info := call.Request("INFO", key("4")...)
		call.Want(200)
		h.wantKey("4")
		p.Forget()
		p.SendMessage(h.addr, info)
		call.Want(200)
		h.wantQuiet(time.Minute)
	})
	for _, tt := range []struct {
		name   string
		lines  []string
		status int
		field  string // of the response
		value  string
	}{
		{"an unknown package: 469 with Recv-Info (RFC 6086 §4.2.2)", append(key("4"), "Info-Package: foo"), 469, "Recv-Info", ""},
		{"an unknown body: 415 with Accept (RFC 3261 §8.2.3)", []string{"Content-Type: application/media_control+xml", "body: <x/>"},
			415, "Accept", "application/dtmf-relay, application/dtmf"},
		{"no type: 415", []string{"Content-Type: ;", "body: 5"}, 415, "Accept", "application/dtmf-relay, application/dtmf"},
		{"a packed body: 415 with Accept-Encoding", append(key("4"), "Content-Encoding: gzip"), 415, "Accept-Encoding", "identity"},
		{"a body that is too long: 413", key(strings.Repeat("4", 2000)), 413, "Server", "intercom"},
		{"Require: foo: 420", append(key("4"), "Require: foo"), 420, "Unsupported", "foo"},
	} {
		story(t, tt.name, func(h *house) {
			call := h.callIn(h.phone(phoneAddr))
			call.Request("INFO", tt.lines...)
			if resp := call.Want(tt.status); !resp.Has(tt.field) || resp.Get(tt.field) != tt.value {
				h.Errorf("%s is %q, want %q, in\n%s", tt.field, resp.Get(tt.field), tt.value, resp)
			}
			h.wantQuiet(time.Minute)
		})
	}
}

// What opens a door must come from the one who was answered.
func TestForgedInfo(t *testing.T) {
	story(t, "outside of a call: 481", func(h *house) {
		call := h.phone(phoneAddr).Call(h.addr, "door")
		call.Request("INFO", key("4")...)
		call.Want(481)
		h.wantQuiet(time.Minute)
	})
	for name, bend := range map[string]func(*uatest.Dialog){
		"another tag of ours":   func(d *uatest.Dialog) { d.Remote = strings.Replace(d.Remote, "tag=", "tag=0", 1) },
		"another tag of theirs": func(d *uatest.Dialog) { d.Local = strings.Replace(d.Local, "tag=", "tag=0", 1) },
		"another Call-ID":       func(d *uatest.Dialog) { d.CallID += "0" },
		"no tag of ours":        func(d *uatest.Dialog) { d.Remote, _, _ = strings.Cut(d.Remote, ";tag=") },
	} {
		story(t, name+": 481", func(h *house) {
			bent := *h.callIn(h.phone(phoneAddr))
			bend(&bent)
			bent.Request("INFO", key("4")...)
			bent.Want(481)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "from somebody else who knows all tags: silence", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		call := h.callIn(p)
		overheard := *call
		overheard.Peer = other
		overheard.Seq += 10
		overheard.Request("INFO", key("4")...)
		overheard.Request("INVITE", uatest.SDP(rtp(other)))
		overheard.Request("INFO", key("4")...)
		other.WantSilence(time.Minute)
		h.wantQuiet(time.Minute)
		call.Request("INFO", key("2")...) // the CSeq of the stranger counts for nothing
		call.Want(200)
		h.wantKey("2")
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
	story(t, "from the peer's own address where a proxy does not stay in the way", func(h *house) {
		proxy, p := h.phone(phoneAddr), h.phone(otherAddr)
		call := proxy.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)), "Contact: <sip:11@"+p.Addr.String()+">")
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		call.Want(200)
		call.Peer = p
		call.Ack()
		want[ua.Answered](h)
		call.Request("INFO", key("4")...)
		call.Want(200)
		h.wantKey("4")
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
	story(t, "before the answer of a call in: 403", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		in := want[ua.Incoming](h)
		h.ua.Ring(in.Call)
		call.Want(180)
		call.Request("INFO", key("4")...)
		call.Want(403)
		h.ua.Answer(in.Call, media())
		call.Want(200)
		call.Request("INFO", key("4")...) // the ACK is not there yet
		call.Want(403)
		h.wantQuiet(100 * time.Millisecond)
		call.Seq -= 2
		call.Ack()
		want[ua.Answered](h)
		h.wantQuiet(time.Minute)
	})
	story(t, "before the answer of a call out: 403", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.Reply(183, uatest.SDP(rtp(p)))
		want[ua.Early](h)
		call := invite.Within()
		call.Request("INFO", key("4")...)
		call.Want(403)
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
		h.wantQuiet(time.Minute)
	})
	story(t, "in a fork that did not win: 481", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		invite.As("a").Reply(183, uatest.SDP(rtp(p)))
		want[ua.Early](h)
		invite.As("b").Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
		lost := invite.As("a").Within()
		lost.Request("INFO", key("4")...)
		lost.Want(481)
		h.wantQuiet(time.Minute)
	})
	story(t, "after the end: 481", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		call.Request("INFO", key("4")...)
		call.Want(481)
		h.wantQuiet(time.Minute)
	})
	story(t, "recorded and sent again in a transaction of its own: 500 (RFC 3261 §12.2.2)", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("INFO", key("4")...)
		call.Want(200)
		h.wantKey("4")
		call.Request("OPTIONS")
		call.Want(200)
		call.Seq -= 2
		call.Request("INFO", key("4")...)
		call.Want(500)
		h.wantQuiet(time.Minute)
	})
	story(t, "replayed with the CSeq of the last request: 500 (RFC 3261 §12.2.2)", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("INFO", key("4")...)
		call.Want(200)
		h.wantKey("4")
		call.Seq--
		call.Request("INFO", key("4")...)
		call.Want(500)
		h.wantQuiet(time.Minute)
	})
	story(t, "a flood that nobody reads is put off, and not kept", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		refused := 0
		for range 400 {
			call.Request("INFO", key("4")...)
			if call.Peer.Receive(time.Second).Status == 500 {
				refused++
			}
			time.Sleep(100 * time.Millisecond)
		}
		if kept := h.ua.Kept(); refused == 0 || kept.Events > 300 {
			h.Errorf("%d refused, keeps %+v", refused, kept)
		}
	})
}

func TestInfoOut(t *testing.T) {
	story(t, "keys go one after the other (RFC 6086 §4.2.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		for _, digit := range []string{"4", "2"} {
			h.ua.SendInfo("in-1", "application/dtmf-relay", []byte("Signal="+digit+"\r\nDuration=100\r\n"))
		}
		for _, digit := range []string{"4", "2"} {
			info := p.WantRequest("INFO")
			if info.Get("Content-Type") != "application/dtmf-relay" || !strings.HasPrefix(string(info.Body), "Signal="+digit+"\r\n") {
				h.Errorf("want the key %q, got\n%s", digit, info)
			}
			for p.Receive(2*time.Second) != nil { // nothing but copies
			}
			info.Reply(200)
		}
		h.wantQuiet(time.Second)
	})
	story(t, "a challenge is answered, a refusal changes nothing", func(h *house) {
		p := h.phone(phoneAddr)
		h.callOut(p)
		h.ua.SendInfo("out-1", "application/dtmf", []byte("4"))
		p.WantRequest("INFO").Reply(407, `Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"`)
		again := p.WantRequest("INFO")
		if !again.Has("Proxy-Authorization") || string(again.Body) != "4" {
			h.Errorf("sent again as\n%s", again)
		}
		again.Reply(415)
		h.ua.SendInfo("out-1", "application/dtmf", []byte("2"))
		p.WantRequest("INFO").Reply(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "a challenge that cannot be answered leaves no gap in CSeq (RFC 3261 §12.2.1.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callOut(p)
		h.ua.SendInfo("out-1", "application/dtmf", []byte("4"))
		p.WantRequest("INFO").Reply(401)
		h.ua.SendInfo("out-1", "application/dtmf", []byte("2"))
		if info := p.WantRequest("INFO"); info.Get("CSeq") != "3 INFO" {
			h.Errorf("sent\n%s", info)
		} else {
			info.Reply(200)
		}
	})
	story(t, "481: the peer has lost the call, which ends (RFC 3261 §12.2.1.2)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.SendInfo("in-1", "application/dtmf", []byte("4"))
		p.WantRequest("INFO").Reply(481)
		p.WantRequest("BYE").Reply(481)
		h.wantEnded(481, true)
	})
	story(t, "without an answer the next one follows", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.SendInfo("in-1", "application/dtmf", []byte("4"))
		h.ua.SendInfo("in-1", "application/dtmf", []byte("2"))
		p.WantRequest("INFO")
		for string(p.WantRequest("INFO").Body) != "2" {
		}
		h.wantQuiet(time.Second)
	})
	story(t, "nothing is sent in a call that is not up, nor what would split the message", func(h *house) {
		p := h.phone(phoneAddr)
		h.dial(p.Addr)
		invite := p.WantRequest("INVITE")
		h.ua.SendInfo("out-1", "application/dtmf", []byte("4"))
		h.ua.SendInfo("out-9", "application/dtmf", []byte("4"))
		invite.Reply(200, uatest.SDP(rtp(p)))
		p.WantRequest("ACK")
		want[ua.Answered](h)
		h.ua.SendInfo("out-1", "a/b\r\nX: y", []byte("4"))
		p.WantSilence(time.Minute)
	})
}
