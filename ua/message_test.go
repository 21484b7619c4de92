package ua_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"intercom/ua"
)

func TestMessage(t *testing.T) {
	story(t, "a text from somebody known: 200 (RFC 3428 §7)", func(h *house) {
		p := h.phone(phoneAddr)
		note := p.Call(h.addr, "door")
		sent := note.Request("MESSAGE", "Content-Type: text/plain;charset=UTF-8", "body: Grüße\r\n")
		note.Want(200)
		e := want[ua.Message](h)
		if e.Text != "Grüße\r\n" || e.From != "sip:11@192.0.2.20:5060" || e.FromName != "House" || e.Account != "door" || e.Source != p.Addr || e.Call != "" {
			h.Errorf("told %+v", e)
		}
		p.Forget()
		p.SendMessage(h.addr, sent)
		note.Want(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "by two ways: told once, 482 for the other (RFC 3261 §8.2.2.2)", func(h *house) {
		p := h.phone(phoneAddr)
		note := p.Call(h.addr, "door")
		note.Request("MESSAGE", "Content-Type: text/plain", "body: hello")
		note.Want(200)
		want[ua.Message](h)
		note.Seq--
		note.Request("MESSAGE", "Content-Type: text/plain", "body: hello")
		note.Want(482)
		h.wantQuiet(time.Minute)
	})
	story(t, "in a call", func(h *house) {
		call := h.callIn(h.phone(phoneAddr))
		call.Request("MESSAGE", "Content-Type: text/plain", "body: who is there?")
		call.Want(200)
		if e := want[ua.Message](h); e.Call != "in-1" || e.Text != "who is there?" {
			h.Errorf("told %+v", e)
		}
	})
	story(t, "in ISO 8859-1", func(h *house) {
		note := h.phone(phoneAddr).Call(h.addr, "door")
		note.Request("MESSAGE", `Content-Type: text/plain; charset="ISO-8859-1"`, "body: Gr\xfc\xdfe")
		note.Want(200)
		if e := want[ua.Message](h); e.Text != "Grüße" {
			h.Errorf("told %q", e.Text)
		}
	})
	story(t, "from a stranger: silence", func(h *house) {
		p := h.phone(otherAddr)
		p.Call(h.addr, "door").Request("MESSAGE", "Content-Type: text/plain", "body: hello")
		p.WantSilence(time.Minute)
		h.wantQuiet(time.Second)
	}, func(o *ua.Options) { o.Config.Allow = []string{"192.0.2.20"} })
	for _, tt := range []struct {
		name   string
		lines  []string
		status int
		field  string
		value  string
	}{
		{"another type: 415 with Accept", []string{"Content-Type: text/html", "body: <b>hello</b>"}, 415, "Accept", "text/plain"},
		{"no type that can be read: 415", []string{"Content-Type: ;", "body: hello"}, 415, "Accept", "text/plain"},
		{"a charset nobody has: 415", []string{"Content-Type: text/plain;charset=x", "body: hello"}, 415, "Accept", "text/plain"},
		{"octets that are no UTF-8: 415", []string{"Content-Type: text/plain", "body: \xff"}, 415, "Accept", "text/plain"},
		{"packed: 415 with Accept-Encoding", []string{"Content-Type: text/plain", "Content-Encoding: gzip", "body: hello"}, 415, "Accept-Encoding", "identity"},
		{"too long: 413", []string{"Content-Type: text/plain", "body: " + strings.Repeat("x", 5000)}, 413, "Server", "intercom"},
		{"Require: foo: 420", []string{"Content-Type: text/plain", "Require: foo", "body: hello"}, 420, "Unsupported", "foo"},
	} {
		story(t, tt.name, func(h *house) {
			note := h.phone(phoneAddr).Call(h.addr, "door")
			note.Request("MESSAGE", tt.lines...)
			if resp := note.Want(tt.status); resp.Get(tt.field) != tt.value {
				h.Errorf("%s is %q, want %q", tt.field, resp.Get(tt.field), tt.value)
			}
			h.wantQuiet(time.Minute)
		})
	}
}

// wantReplied waits for the answer to a request of ours.
func (h *house) wantReplied(id string, status int) ua.Replied {
	h.Helper()
	e := want[ua.Replied](h)
	if e.ID != id || e.Status != status {
		h.Fatalf("want %d to %q, got %+v", status, id, e)
	}
	return e
}

func TestMessageOut(t *testing.T) {
	two := names(map[string][]netip.Addr{"phones.example.net": {phoneAddr.Addr(), otherAddr.Addr()}})
	story(t, "to a target (RFC 3428 §4)", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Message("m1", ua.Text{Target: "sip:11@192.0.2.20", Text: "the bell rang"})
		m := p.WantRequest("MESSAGE")
		if m.Get("Content-Type") != "text/plain;charset=UTF-8" || string(m.Body) != "the bell rang" || m.Has("Contact") || m.RequestURI != "sip:11@192.0.2.20" {
			h.Errorf("sent\n%s", m)
		}
		m.Reply(202)
		h.wantReplied("m1", 202)
	})
	story(t, "challenged", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Message("m1", ua.Text{Target: "sip:11@192.0.2.20", Text: "hello"})
		p.WantRequest("MESSAGE").Reply(407, `Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"`)
		again := p.WantRequest("MESSAGE")
		if cseq, _ := again.CSeq(); cseq.Seq != 2 || !again.Has("Proxy-Authorization") {
			h.Errorf("sent again as\n%s", again)
		}
		again.Reply(407, `Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"`)
		h.wantReplied("m1", 407)
	})
	story(t, "nobody answers: 408", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Message("m1", ua.Text{Target: "sip:11@192.0.2.20", Text: "hello"})
		p.WantRequest("MESSAGE")
		h.wantReplied("m1", 408)
	})
	story(t, "the next server is asked where the first has a pause (RFC 3263 §4.3)", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.ua.Message("m1", ua.Text{Target: "sip:11@phones.example.net", Text: "hello"})
		p.WantRequest("MESSAGE").Reply(503)
		other.WantRequest("MESSAGE").Reply(200)
		h.wantReplied("m1", 200)
	}, two)
	story(t, "the next server is asked where the first is silent, and the first not again", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.ua.Message("m1", ua.Text{Target: "sip:11@phones.example.net", Text: "hello"})
		silent, asked := p.WantRequest("MESSAGE"), other.WantRequest("MESSAGE")
		if d := asked.At.Sub(silent.At); d != 8*time.Second {
			h.Errorf("the next one is asked after %v", d)
		}
		for p.Receive(time.Millisecond) != nil { // copies of the first 8 s
		}
		asked.Reply(200)
		h.wantReplied("m1", 200)
		silent.Reply(486)
		p.WantSilence(time.Minute)
		h.wantQuiet(0)
	}, two)
	story(t, "both are silent: 408", func(h *house) {
		began := time.Now()
		h.phone(phoneAddr)
		h.phone(otherAddr)
		h.ua.Options("o1", "", "sip:11@phones.example.net")
		if e := h.wantReplied("o1", 408); time.Since(began) != 40*time.Second {
			h.Errorf("told %+v after %v", e, time.Since(began))
		}
	}, two)
	story(t, "100 is an answer: it is waited for", func(h *house) {
		p, other := h.phone(phoneAddr), h.phone(otherAddr)
		h.ua.Message("m1", ua.Text{Target: "sip:11@phones.example.net", Text: "hello"})
		m := p.WantRequest("MESSAGE")
		m.Reply(100)
		other.WantSilence(20 * time.Second)
		m.Reply(200)
		h.wantReplied("m1", 200)
	}, two)
	story(t, "in a call", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Message("m1", ua.Text{Call: "in-1", Text: "hello"})
		p.WantRequest("MESSAGE").Reply(200)
		h.wantReplied("m1", 200)
		h.ua.Message("m2", ua.Text{Call: "in-1", Text: "hello"})
		p.WantRequest("MESSAGE").Reply(481)
		h.wantReplied("m2", 481)
		p.WantRequest("BYE").Reply(481)
		h.wantEnded(481, true)
	})
	for name, tt := range map[string]struct {
		text   ua.Text
		status int
	}{
		"too long":        {ua.Text{Target: "sip:11@192.0.2.20", Text: strings.Repeat("x", 901)}, 413},
		"no UTF-8":        {ua.Text{Target: "sip:11@192.0.2.20", Text: "\xff"}, 413},
		"no such call":    {ua.Text{Call: "in-9", Text: "hello"}, 481},
		"no such account": {ua.Text{Account: "x", Target: "sip:11@192.0.2.20", Text: "hello"}, 400},
		"no target":       {ua.Text{Text: "hello"}, 400},
		"nowhere":         {ua.Text{Target: "sip:11@nowhere.example.net", Text: "hello"}, 503},
	} {
		story(t, "not sent: "+name, func(h *house) {
			h.ua.Message("m1", tt.text)
			if e := h.wantReplied("m1", tt.status); e.Reason == "" {
				h.Error("no reason is told")
			}
		}, names(nil))
	}
	story(t, "OPTIONS tells what a peer can do (RFC 3261 §11.1)", func(h *house) {
		p := h.phone(phoneAddr)
		h.ua.Options("o1", "", "sip:11@192.0.2.20")
		p.WantRequest("OPTIONS").Reply(200, "Allow: INVITE, ACK", "Server: phone/1")
		if e := h.wantReplied("o1", 200); e.Method != "OPTIONS" || e.Agent != "phone/1" || !slices.Equal(e.Allow, []string{"INVITE", "ACK"}) {
			h.Errorf("told %+v", e)
		}
	})
}
