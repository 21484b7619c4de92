package ua_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua"
	"intercom/ua/uatest"
)

// within writes parts, each with its header fields, a blank line and its octets,
// as the body of a message.
func within(kind string, parts ...string) []string {
	const line = "=_Part;1"
	body := "a preamble\r\n"
	for _, part := range parts {
		body += "--" + line + "\r\n" + part + "\r\n"
	}
	return []string{"Content-Type: " + kind + ` ; boundary="` + line + `"`, "body: " + body + "--" + line + "--\r\n"}
}

func TestBodiesOfSeveralParts(t *testing.T) { // RFC 3261 §8.2.3, RFC 5621 §3
	sdp := "Content-Type: application/sdp\r\n\r\n" + strings.TrimPrefix(uatest.SDP(phoneAddr, "m=audio 4000 RTP/AVP 8"), "body: ")
	other := "Content-Type: application/isup;version=x\r\n\r\n\x01\x02"
	optional := "Content-Disposition: signal;handling=optional\r\n" + other
	for _, tt := range []struct {
		name  string
		lines []string
		owed  int
	}{
		{"a description alone", within("multipart/mixed", sdp), 200},
		{"a description and what may be passed over", within("Multipart/Mixed", optional, sdp, optional), 200},
		{"a description and what must be understood", within("multipart/mixed", sdp, other), 415},
		{"alternatives", within("multipart/alternative", other, sdp, other), 200},
		{"alternatives that are all unknown", within("multipart/alternative", other, other), 415},
		{"a part with parts", within("multipart/mixed", nested(sdp)), 200},
		{"an encoded part", within("multipart/mixed", "Content-Transfer-Encoding: base64\r\n"+sdp), 415},
		{"a kind of multipart that nobody knows", within("multipart/x-odd", sdp), 200},
		{"no boundary", []string{"Content-Type: multipart/mixed", "body: --\r\n" + sdp}, 415},
		{"no part", []string{"Content-Type: multipart/mixed;boundary=x", "body: --x--\r\n"}, 415},
		{"too many parts", within("multipart/mixed", strings.Split(strings.Repeat(optional+"|", 17), "|")[:17]...), 415},
		{"a description for early media only", []string{"Content-Disposition: early-session", uatest.SDP(phoneAddr)}, 415},
		{"a description as it is by default", []string{"Content-Disposition: session;handling=required", uatest.SDP(phoneAddr)}, 200},
	} {
		story(t, fmt.Sprintf("INVITE with %s: %d", tt.name, tt.owed), func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", tt.lines...)
			if tt.owed != 200 {
				resp := call.Want(tt.owed)
				if !strings.Contains(resp.Get("Accept"), "application/sdp") || !strings.Contains(resp.Get("Accept"), "multipart/mixed") {
					h.Errorf("refused with Accept %q", resp.Get("Accept"))
				}
				call.AckRefusal(resp)
				h.wantQuiet(time.Minute)
				return
			}
			in := want[ua.Incoming](h)
			if !in.HasOffer {
				h.Error("the offer was not found")
			}
			h.ua.Answer(in.Call, media())
			call.Want(200)
			call.Ack()
			want[ua.Answered](h)
		})
	}
	story(t, "a body that may be passed over is: the INVITE has no offer (RFC 3261 §20.11)", func(h *house) {
		p := h.phone(phoneAddr)
		call := p.Call(h.addr, "door")
		call.Request("INVITE", "Content-Type: text/html", "Content-Disposition: render;handling=Optional", "body: <p>")
		in := want[ua.Incoming](h)
		h.ua.Answer(in.Call, media())
		if offer := call.Want(200); in.HasOffer || offer.Get("Content-Type") != "application/sdp" {
			h.Errorf("%+v, answered\n%s", in, offer)
		}
		call.Ack(uatest.SDP(rtp(p)))
		want[ua.Answered](h)
	})
}

// nested is a part that has one part itself.
func nested(part string) string {
	return "Content-Type: multipart/alternative;boundary=inner\r\n\r\n--inner\r\n" + part + "\r\n--inner--\r\n"
}

func TestWhatTheResponseMayHold(t *testing.T) { // RFC 3261 §20.1, §21.4.7
	for accept, owed := range map[string]int{
		"application/sdp":                    200,
		"text/html, Application/SDP;level=1": 200,
		"text/html, application/*;q=0.1":     200,
		"*/*":                                200,
		"text/nobodyKnowsThis":               406,
		"":                                   406,
		"application/sdp;q=0.0, text/html":   406,
	} {
		story(t, fmt.Sprintf("Accept %q: %d", accept, owed), func(h *house) {
			p := h.phone(phoneAddr)
			call := p.Call(h.addr, "door")
			call.Request("INVITE", "Accept: "+accept, uatest.SDP(rtp(p)))
			if owed == 406 {
				call.AckRefusal(call.Want(406))
				h.wantQuiet(time.Minute)
				return
			}
			h.ua.Answer(want[ua.Incoming](h).Call, media())
			call.Want(200)
			call.Ack()
			want[ua.Answered](h)
		})
	}
	for _, method := range []string{"INVITE", "UPDATE"} {
		story(t, method+" in a call, for whose answer there is no form: 406, the call goes on", func(h *house) {
			p := h.phone(phoneAddr)
			call := h.callIn(p)
			call.Request(method, "Accept: text/html", uatest.SDP(rtp(p), "m=audio 4000 RTP/AVP 0"))
			resp := call.Want(406)
			if method == "INVITE" {
				call.AckRefusal(resp)
			}
			h.wantQuiet(time.Minute)
			call.Request("UPDATE", "Accept: text/html") // has no answer
			call.Want(200)
		})
	}
}
