package wire

import (
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// writes200 is a 200 written out, for peers that leave something out or write it in their own way.
func (p *peer) writes200(invite *uatest.Message, bend *strings.Replacer) {
	p.T.Helper()
	sdp := strings.TrimPrefix(p.sdp(), "body: ")
	p.Send(invite.Source, bend.Replace("SIP/2.0 200 OK\nVia: "+invite.Get("Via")+"\nFrom: "+invite.Get("From")+"\nTo: "+invite.Get("To")+";tag=peer\nCall-ID: "+
		invite.CallID()+"\nCSeq: "+invite.Get("CSeq")+"\nContact: <"+p.uri("peer")+">\nContent-Type: application/sdp\n\n"+sdp))
}

func TestPeersWithWaysOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, bend := range map[string]*strings.Replacer{
		"no To tag, as RFC 2543 had it": strings.NewReplacer(";tag=peer", ""),
		"no Content-Length":             strings.NewReplacer(),
		"an own reason phrase":          strings.NewReplacer("200 OK", "200 Grüß Gott: 100 %"),
		"a Via with white space":        strings.NewReplacer("SIP/2.0/UDP ", "SIP / 2.0 / UDP  ", ";branch", " ; branch"),
		"names in small letters":        strings.NewReplacer("Via:", "via  :", "From:", "from:", "To:", "TO:", "Call-ID:", "call-id:", "CSeq:", "cseq:", "Contact:", "CONTACT:"),
		"folded lines":                  strings.NewReplacer("From: ", "From:\n ", "Contact: ", "Contact:\n\t", "CSeq: 1 INVITE", "CSeq: 1\n  INVITE"),
		"rport and received filled in":  strings.NewReplacer(";rport", ";received=127.0.0.1;rport=1"),
		"a display name of its own":     strings.NewReplacer("Contact: <", `Contact: "Bob \"the <builder>\", Ltd." <`),
		"a 2xx that is not 200":         strings.NewReplacer("200 OK", "202 Accepted"),
		"many unknown header fields":    strings.NewReplacer("Contact:", strings.Repeat("X-Unknown: y;z=\"\\\"\", <a>\n", 60)+"Contact:"),
	} {
		play(t, "200 with "+name, func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			invite := a.WantRequest("INVITE")
			a.writes200(invite, bend)
			a.WantRequest("ACK")
			p.want("answered")
			p.hangsUp(a)
		})
	}
	play(t, "200 without Contact: ACK and BYE go to who was called", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		a.writes200(a.WantRequest("INVITE"), strings.NewReplacer("Contact:", "X-Contact:"))
		a.WantRequest("ACK")
		if e := p.next(s.patience); e.Event == "answered" {
			p.hangsUp(a)
		} else {
			a.WantRequest("BYE").Reply(200)
		}
	})
	play(t, "the answers come from another port than was called", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		b.writes200(invite, strings.NewReplacer())
		b.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(b)
	})
	play(t, "hold is challenged and cannot be answered: the call goes on, CSeq without a gap", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.reaches(a)
		p.says("hold")
		a.WantRequest("INVITE").Reply(401, challenge("n"))
		a.WantRequest("ACK")
		p.want("error")
		p.hangsUp(a)
	})
	play(t, "INFO is challenged again and again: the call goes on, CSeq without a gap", func(s *stage) {
		p, a := s.phone("-dtmf", "info", "-password", password), s.peer()
		p.reaches(a)
		p.says("dtmf 4")
		for m := a.Receive(2 * time.Second); m != nil; m = a.Receive(2 * time.Second) {
			m.Reply(401, challenge("n"))
		}
		p.hangsUp(a)
	})
	play(t, "an INVITE comes in while one goes out: the first call is unharmed", func(s *stage) {
		p, a, b := s.phone("-max-calls", "1"), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		d := b.Call(p.addr, "agent")
		d.Request("INVITE", b.sdp())
		d.AckRefusal(d.Want(486))
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "the phone calls itself", func(s *stage) {
		p := s.phone()
		p.dial("sip:agent@" + p.addr.String())
		for e := p.next(s.patience); e.Event != "ended"; e = p.next(s.patience) {
			if e.Event == "incoming" {
				p.says("reject 486 %s", e.Call)
			}
			if e.Event == "" {
				s.Fatal("it never ends")
			}
		}
		p.next(time.Second)
	})
}
