package ua_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

func TestCallIn(t *testing.T) {
	story(t, "INVITE, 180, 200, ACK, the caller hangs up (RFC 3261 §13, §15)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Want(100)
		in := want[ua.Incoming](h)
		if in.From != "sip:11@192.0.2.20:5060" || in.FromName != "House" || in.Account != "door" || !in.Trusted || !in.HasOffer || in.Source != p.Addr {
			h.Errorf("told %+v", in)
		}
		h.ua.Ring(in.Call)
		ringing := call.Want(180)
		h.ua.Answer(in.Call, media())
		answer := call.Want(200)
		if answer.Get("To") != ringing.Get("To") || !strings.Contains(answer.Get("To"), "tag=") {
			h.Errorf("tags differ: %q and %q", ringing.Get("To"), answer.Get("To"))
		}
		if answer.Get("Contact") != "<sip:door@192.0.2.10:5060>" || answer.Get("Allow") == "" {
			h.Errorf("answered\n%s", answer)
		}
		h.wantQuiet(100 * time.Millisecond) // not before the ACK
		call.Ack()
		up := want[ua.Answered](h)
		if up.Session.Remote != rtp(p) || up.Session.Codec.Name != "PCMA" || up.Session.DTMF != 101 {
			h.Errorf("session %+v", up.Session)
		}
		time.Sleep(2 * time.Second)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		p.WantSilence(time.Minute)
	})
	story(t, "the agent hangs up; its BYE is challenged (RFC 3261 §22.3)", func(h *house) {
		p := h.phone(phoneAddr)
		h.callIn(p)
		h.ua.Hangup("in-1")
		h.wantEnded(0, false)
		p.WantRequest("BYE").Reply(407, challenge("n1"))
		if again := p.WantRequest("BYE"); again.Get("Proxy-Authorization") == "" {
			h.Errorf("answered with\n%s", again)
		} else {
			again.Reply(200)
		}
	})
	for _, status := range []int{486, 480, 603} {
		story(t, fmt.Sprintf("rejected with %d, sent again until the ACK", status), func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p)))
			h.ua.Reject(want[ua.Incoming](h).Call, status, "")
			h.wantEnded(status, false)
			refused := call.Want(status)
			p.Forget()
			call.Want(status)
			call.AckRefusal(refused)
			p.WantSilence(time.Minute)
		})
	}
	story(t, "through a record-routing proxy: BYE follows the route (RFC 3261 §12.1.1)", func(h *house) {
		p, proxy := h.phone(phoneAddr), h.phone(otherAddr)
		call := p.Call(h.addr, "door")
		route := "<sip:" + proxy.Addr.String() + ";lr>"
		call.Request("INVITE", uatest.SDP(rtp(p)), "Record-Route: "+route)
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		if answer := call.Want(200); answer.Get("Record-Route") != route {
			h.Errorf("answered with Record-Route %q", answer.Get("Record-Route"))
		}
		call.Ack()
		want[ua.Answered](h)
		h.ua.Hangup("in-1")
		if bye := proxy.WantRequest("BYE"); bye.Get("Route") != route || bye.RequestURI != "sip:11@"+p.Addr.String() {
			h.Errorf("hung up with\n%s", bye)
		}
	})
	story(t, "BYE before the answer: 200, and 487 to the INVITE (RFC 3261 §15)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		call.Request("BYE")
		call.Want(200)
		call.Want(487)
		h.wantEnded(487, true)
	})
	story(t, "Expires: 3 and nobody answers: 487 (RFC 3261 §13.3.1)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		begin := time.Now()
		call.Request("INVITE", uatest.SDP(rtp(p)), "Expires: 3")
		h.ua.Ring(want[ua.Incoming](h).Call)
		call.Want(180)
		if refused := call.Want(487); refused.At.Sub(begin) != 3*time.Second {
			h.Errorf("given up after %v", refused.At.Sub(begin))
		}
		h.wantEnded(487, true)
	})
	story(t, "a long ringing is told each minute, and ends (RFC 3261 §13.3.1.1)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Ring(want[ua.Incoming](h).Call)
		for range 3 {
			p.Forget()
			call.Want(180)
		}
		call.Want(487)
		h.wantEnded(487, true)
	})
}

func TestAck(t *testing.T) { // RFC 3261 §13.3.1.4
	ringIn := func(h *house, p *uatest.Peer) *uatest.Dialog {
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		return call
	}
	story(t, "it never comes: 200 at growing intervals, BYE after 32 s", func(h *house) {
		p := h.phone(phoneAddr)
		ringIn(h, p)
		p.WantResponse(200)
		begin := time.Now()
		var at []time.Duration
		m := p.Receive(uatest.Patience)
		for ; m != nil && m.Status == 200; m = p.Receive(uatest.Patience) {
			at = append(at, m.At.Sub(begin))
		}
		if got := fmt.Sprint(at); got != "[500ms 1.5s 3.5s 7.5s 11.5s 15.5s 19.5s 23.5s 27.5s 31.5s]" {
			h.Errorf("sent again after %s", got)
		}
		if m == nil || m.Method != "BYE" || m.At.Sub(begin) != 32*time.Second {
			h.Fatalf("then after %v\n%s", m.At.Sub(begin), m)
		}
		m.Reply(200)
		h.wantEnded(408, false)
	})
	story(t, "it comes after three retransmissions", func(h *house) {
		p := h.phone(phoneAddr)
		call := ringIn(h, p)
		for range 4 {
			p.Forget()
			call.Want(200)
		}
		call.Ack()
		want[ua.Answered](h)
		p.WantSilence(time.Minute)
	})
	story(t, "BYE instead of it", func(h *house) {
		p := h.phone(phoneAddr)
		call := ringIn(h, p)
		call.Want(200)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
		p.WantSilence(time.Minute)
	})
	story(t, "hung up before it: BYE only then (RFC 3261 §15)", func(h *house) {
		p := h.phone(phoneAddr)
		call := ringIn(h, p)
		call.Want(200)
		h.ua.Hangup("in-1")
		h.wantEnded(0, false)
		p.WantSilence(100 * time.Millisecond)
		call.Ack()
		p.WantRequest("BYE").Reply(200)
		h.wantQuiet(time.Minute)
	})
	story(t, "an ACK for nothing is not answered (RFC 3261 §17.2.3)", func(h *house) {
		p := h.phone(phoneAddr)
		p.Call(h.addr, "door").Request("ACK")
		p.WantSilence(time.Minute)
	})
	story(t, "the INVITE again after the 200: one dialog (RFC 6026)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p)))
		call.Again()
		call.Again()
		h.ua.Answer(want[ua.Incoming](h).Call, media())
		call.Want(200)
		call.Again()
		call.Ack()
		want[ua.Answered](h)
		h.wantQuiet(time.Minute)
	})
}

func TestLateOffer(t *testing.T) { // RFC 3261 §13.2.1, RFC 6337 §2.1
	late := func(h *house, p *uatest.Peer) *uatest.Dialog {
		call := p.Call(h.addr, "door")
		call.Request("INVITE")
		in := want[ua.Incoming](h)
		if in.HasOffer {
			h.Error("told of an offer")
		}
		h.ua.Answer(in.Call, media())
		if answer := call.Want(200); !strings.Contains(string(answer.Body), "m=audio 16384 RTP/AVP 8 0 101") {
			h.Errorf("offered\n%s", answer.Body)
		}
		return call
	}
	story(t, "offer in the 200, answer in the ACK", func(h *house) {
		p := h.phone(phoneAddr)
		call := late(h, p)
		call.Ack(uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 0"))
		if up := want[ua.Answered](h); up.Session.Codec.Name != "PCMU" || up.Session.Remote != rtp(p) {
			h.Errorf("session %+v", up.Session)
		}
	})
	for name, lines := range map[string][]string{
		"ACK without an answer":       nil,
		"ACK with impossible codecs":  {"body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 4000 RTP/AVP 18\r\n"},
		"ACK with what is not SDP":    {"body: hello"},
		"ACK that refuses the stream": {"body: v=0\r\nc=IN IP4 192.0.2.20\r\nm=audio 0 RTP/AVP 8\r\n"},
	} {
		story(t, name+": the call ends", func(h *house) {
			p := h.phone(phoneAddr)
			late(h, p).Ack(lines...)
			p.WantRequest("BYE").Reply(200)
			h.wantEnded(488, false)
		})
	}
}

func TestOffersAnswered(t *testing.T) { // RFC 3264 §6
	for _, tt := range []struct {
		name  string
		lines []string
		want  []string
	}{
		{"audio and video", []string{"m=audio 4000 RTP/AVP 8", "m=video 4002 RTP/AVP 96"}, []string{"m=audio 16384 RTP/AVP 8", "m=video 0 RTP/AVP 96"}},
		{"video first", []string{"m=video 4002 RTP/AVP 96", "m=audio 4000 RTP/AVP 8"}, []string{"m=video 0 RTP/AVP 96", "m=audio 16384 RTP/AVP 8"}},
		{"two audio lines", []string{"m=audio 4000 RTP/AVP 8", "m=audio 4002 RTP/AVP 8"}, []string{"m=audio 16384 RTP/AVP 8", "m=audio 0 RTP/AVP 8"}},
		{"application and text", []string{"m=application 5000 TCP/BFCP *", "m=text 5002 RTP/AVP 98", "m=audio 4000 RTP/AVP 0"},
			[]string{"m=application 0 TCP/BFCP *", "m=text 0 RTP/AVP 98", "m=audio 16384 RTP/AVP 0"}},
	} {
		story(t, tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p), tt.lines...))
			h.ua.Answer(want[ua.Incoming](h).Call, media())
			var got []string
			for line := range strings.Lines(string(call.Want(200).Body)) {
				if strings.HasPrefix(line, "m=") {
					got = append(got, strings.TrimSpace(line))
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				h.Errorf("answered %q, want %q", got, tt.want)
			}
		})
	}
	for name, lines := range map[string][]string{
		"SAVP only (RFC 4568)":     {"m=audio 4000 RTP/SAVP 8"},
		"video only":               {"m=video 4000 RTP/AVP 96", "a=rtpmap:96 H264/90000"},
		"events only":              {"m=audio 4000 RTP/AVP 101", "a=rtpmap:101 telephone-event/8000"},
		"every line refused":       {"m=audio 0 RTP/AVP 8"},
		"no m= line":               {"a=sendrecv"},
		"an address of IPv6":       {"m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::1"},
		"an address of a group":    {"m=audio 4000 RTP/AVP 8", "c=IN IP4 224.0.0.1"},
		"codecs without a meaning": {"m=audio 4000 RTP/AVP 97 98"},
	} {
		story(t, name+": 488 before anybody is told (RFC 3261 §21.4.26)", func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p), lines...))
			refused := call.Want(488)
			h.wantWarning(refused)
			call.AckRefusal(refused)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "codecs that no call here can have: 488 before anybody is told", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 9 18"))
		refused := call.Want(488)
		h.wantWarning(refused)
		call.AckRefusal(refused)
		h.wantQuiet(time.Minute)
		h.callIn(p)
	}, func(o *ua.Options) { o.Formats = media().Formats })
	for name, line := range map[string]string{"unknown codecs": "m=audio 4000 RTP/AVP 9 18"} {
		story(t, name+": 488 when they are known (RFC 3261 §21.4.26)", func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", uatest.SDP(rtp(p), line))
			h.ua.Answer(want[ua.Incoming](h).Call, media())
			refused := call.Want(488)
			h.wantWarning(refused)
			call.AckRefusal(refused)
			h.wantEnded(488, false)
		})
	}
}

// wantWarning: a refused offer is explained (RFC 3261 §13.3.1.3, §20.43).
func (h *house) wantWarning(refused *uatest.Message) {
	h.Helper()
	if !regexp.MustCompile(`^30[1245] 192\.0\.2\.10 "[A-Za-z ]+"$`).MatchString(refused.Get("Warning")) {
		h.Errorf("refused with Warning %q", refused.Get("Warning"))
	}
}

func TestInvitesRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		lines  []string
		status int
		field  string
		value  string
	}{
		{"Require: foo (RFC 3261 §8.2.2.3)", []string{"Require: foo, bar"}, 420, "Unsupported", "foo, bar"},
		{"Require: 100rel, foo", []string{"Require: 100rel, foo"}, 420, "Unsupported", "foo"},
		{"body of unknown type (RFC 3261 §8.2.3)", []string{"Content-Type: text/plain", "body: hello"}, 415, "Accept", "application/sdp, multipart/mixed, multipart/alternative"},
		{"encoded body", []string{"Content-Encoding: gzip", "body: v=0"}, 415, "Accept-Encoding", "identity"},
		{"SDP that is not SDP (RFC 8866 §5)", []string{"body: hello"}, 400, "", ""},
		{"m=audio 99999 (RFC 8866 §5.14)", []string{"body: v=0\r\nm=audio 99999 RTP/AVP 8\r\n"}, 400, "", ""},
		{"Replaces of an unknown dialog (RFC 3891 §3)", []string{"Replaces: x;to-tag=a;from-tag=b"}, 481, "", ""},
		{"Contact that is no SIP address", []string{"Contact: <tel:+49301234>"}, 400, "", ""},
	} {
		story(t, tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", tt.lines...)
			refused := call.Want(tt.status)
			if tt.field != "" && refused.Get(tt.field) != tt.value {
				h.Errorf("%s: %q, want %q", tt.field, refused.Get(tt.field), tt.value)
			}
			call.AckRefusal(refused)
			h.wantQuiet(time.Minute)
		})
	}
	story(t, "the same INVITE over another branch: 482 (RFC 3261 §8.2.2.2)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		invite := call.Request("INVITE", uatest.SDP(rtp(p)))
		want[ua.Incoming](h)
		invite.Set("Via", "SIP/2.0/UDP "+p.Addr.String()+";branch=z9hG4bK-another")
		call.Again()
		call.Want(482)
		h.wantQuiet(time.Minute)
	})
	story(t, "more calls than may be: 486, the others unharmed (RFC 3261 §21.4.24)", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		second := p.Call(h.addr, "door")
		second.Request("INVITE", uatest.SDP(rtp(p)))
		second.AckRefusal(second.Want(486))
		call.Request("OPTIONS")
		call.Want(200)
		h.wantQuiet(time.Minute)
	}, func(o *ua.Options) { o.Config.MaxCalls = 1 })
	story(t, "a second call while one is up", func(h *house) {
		p := h.phone(phoneAddr)
		call := h.callIn(p)
		second := p.Call(h.addr, "door")
		second.Request("INVITE", uatest.SDP(rtp(p)))
		h.ua.Reject(want[ua.Incoming](h).Call, 486, "")
		second.Want(486)
		h.wantEnded(486, false)
		call.Request("BYE")
		call.Want(200)
		h.wantEnded(0, true)
	})
}

func TestOddCallers(t *testing.T) {
	for _, tt := range []struct{ name, from, uri, display string }{
		{"tel URI (RFC 3966)", "<tel:+4930123456>;tag=x", "tel:+4930123456", ""},
		{"anonymous (RFC 3323)", `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=x`, "sip:anonymous@anonymous.invalid", "Anonymous"},
		{"quoted oddities (RFC 3261 §20.20)", `"a \"b\" <c>, ;tag=no" <sip:11@192.0.2.20>;tag=x`, "sip:11@192.0.2.20", `a "b" <c>, ;tag=no`},
		{"format strings", `"%s%n%d" <sip:%25s@192.0.2.20>;tag=x`, "sip:%25s@192.0.2.20", "%s%n%d"},
		{"addr-spec", "sip:11@192.0.2.20;tag=x", "sip:11@192.0.2.20", ""},
	} {
		story(t, tt.name, func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Local = tt.from
			call.Request("INVITE", uatest.SDP(rtp(p)))
			in := want[ua.Incoming](h)
			if in.From != tt.uri || in.FromName != tt.display {
				h.Errorf("told of %q %q, want %q %q", in.From, in.FromName, tt.uri, tt.display)
			}
			h.ua.Answer(in.Call, media())
			call.Want(200)
			call.Ack()
			want[ua.Answered](h)
			h.ua.Hangup(in.Call)
			p.WantRequest("BYE").Reply(200)
		})
	}
}
