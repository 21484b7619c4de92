package wire

import (
	"strings"
	"testing"
	"time"
)

func TestChangingACall(t *testing.T) { // RFC 3264 §8, RFC 3261 §14, RFC 3311
	t.Parallel()
	outward(t, "the peer re-INVITEs sendonly, then sendrecv", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		d := invite.Within()
		for _, c := range []struct{ offer, answer, event string }{
			{"sendonly", "recvonly", "held"}, {"sendrecv", "sendrecv", "resumed"}, {"inactive", "inactive", "held"}, {"sendrecv", "sendrecv", "resumed"},
		} {
			d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 8 101", "a=rtpmap:101 telephone-event/8000", "a="+c.offer))
			ok := d.Want(200)
			d.Ack()
			if sdp := readDescription(string(ok.Body)); sdp.direction(sdp.media[0]) != c.answer {
				s.Errorf("%s answered with\n%s", c.offer, ok.Body)
			}
			if e := p.want(c.event); e.By != "remote" {
				s.Errorf("told %s", e.line)
			}
		}
		p.hangsUp(a)
	})
	outward(t, "the agent puts the peer on hold and resumes", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		first := a.WantRequest("INVITE")
		first.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.says("hold")
		hold := a.WantRequest("INVITE")
		if sdp := readDescription(string(hold.Body)); sdp.direction(sdp.media[0]) != "sendonly" && sdp.direction(sdp.media[0]) != "inactive" {
			s.Errorf("holds with\n%s", hold.Body)
		}
		hold.Reply(100)
		hold.Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"))
		a.WantRequest("ACK")
		p.want("held")
		p.says("resume")
		resume := a.WantRequest("INVITE")
		if sdp := readDescription(string(resume.Body)); sdp.direction(sdp.media[0]) != "sendrecv" {
			s.Errorf("resumes with\n%s", resume.Body)
		}
		resume.Reply(200, a.sdp("m=audio PORT RTP/AVP 8"))
		a.WantRequest("ACK")
		p.want("resumed")
		p.hangsUp(a)
	})
	play(t, "hold gets 491: again after 2.1 to 4 s, as the Call-ID is the agent's (RFC 3261 §14.1)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.reaches(a)
		p.says("hold")
		hold := a.WantRequest("INVITE")
		hold.Reply(491)
		a.WantRequest("ACK")
		again := a.WantRequest("INVITE")
		if d := again.At.Sub(hold.At); d < 2*time.Second || d > 4*time.Second+slack {
			s.Errorf("again after %v", d)
		}
		again.Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"))
		a.WantRequest("ACK")
		p.want("held")
		p.hangsUp(a)
	})
	play(t, "hold gets 491 and the peer's own re-INVITE comes in between", func(s *stage) {
		p, a := s.phone(), s.peer()
		invite := p.reaches(a)
		p.says("hold")
		a.WantRequest("INVITE").Reply(491)
		a.WantRequest("ACK")
		d := invite.Within()
		d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 8"))
		d.Want(200)
		d.Ack()
		again := a.WantRequest("INVITE")
		again.Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"))
		a.WantRequest("ACK")
		for e := p.next(s.patience); e.Event != "held"; e = p.next(s.patience) {
			if e.Event != "updated" {
				s.Fatalf("told %q", e.line)
			}
		}
		p.hangsUp(a)
	})
	play(t, "the peer's re-INVITE crosses the agent's: 491 (RFC 3261 §14.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		invite := p.reaches(a)
		p.says("hold")
		hold := a.WantRequest("INVITE")
		d := invite.Within()
		d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 8", "a=sendonly"))
		d.AckRefusal(d.Want(491))
		hold.Reply(491)
		a.WantRequest("ACK")
		again := a.WantRequest("INVITE")
		again.Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"))
		a.WantRequest("ACK")
		p.want("held")
		p.hangsUp(a)
	})
	play(t, "the peer's UPDATE crosses the agent's re-INVITE: 491 (RFC 3311 §5.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		invite := p.reaches(a)
		p.says("hold")
		hold := a.WantRequest("INVITE")
		d := invite.Within()
		d.Request("UPDATE", "Contact: <"+a.uri("peer")+">", a.sdp("m=audio PORT RTP/AVP 8", "a=sendonly"))
		d.Want(491)
		hold.Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"))
		a.WantRequest("ACK")
		p.want("held")
		p.hangsUp(a)
	})
	for _, status := range []int{488, 606, 480, 500, 403} {
		play(t, "hold is refused: the call goes on as it was (RFC 3261 §14.1)", func(s *stage) {
			p, a := s.phone(), s.peer()
			invite := p.reaches(a)
			p.says("hold")
			a.WantRequest("INVITE").Reply(status)
			a.WantRequest("ACK")
			p.want("error")
			d := invite.Within()
			d.Request("OPTIONS")
			d.Want(200)
			p.hangsUp(a)
		})
	}
	for _, status := range []int{481, 408} {
		play(t, "hold gets 481 or 408: the dialog is gone (RFC 3261 §12.2.1.2)", func(s *stage) {
			p, a := s.phone(), s.peer()
			p.reaches(a)
			p.says("hold")
			a.WantRequest("INVITE").Reply(status)
			a.WantRequest("ACK")
			a.WantRequest("BYE").Reply(481)
			for e := p.next(s.patience); e.Event != "ended"; e = p.next(s.patience) {
				if e.Event != "error" {
					s.Fatalf("told %q", e.line)
				}
			}
		})
	}
	outward(t, "the peer sends UPDATE with SDP, then without (RFC 3311)", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		d, b := invite.Within(), s.peerAt(a.Addr.Addr())
		d.Request("UPDATE", "Contact: "+strings.ReplaceAll(invite.Get("Contact"), "agent", "x"), b.sdp("m=audio PORT RTP/AVP 0"))
		ok := d.Want(200)
		if sdp := readDescription(string(ok.Body)); len(sdp.media) != 1 || sdp.media[0].formats[0] != "0" {
			s.Errorf("answered with\n%s", ok)
		}
		if e := p.want("updated"); e.Codec != "PCMU" || e.Remote != b.rtp.LocalAddr().String() {
			s.Errorf("told %s", e.line)
		}
		// Back to where the peer is reached.
		d.Request("UPDATE", "Contact: "+contactIn(a))
		if ok := d.Want(200); len(ok.Body) > 0 {
			s.Errorf("answered with\n%s", ok)
		}
		p.wantNoEvent(time.Second / 2)
		p.hangsUp(a)
	})
	play(t, "183 with PCMA only, 200 with the same; then re-INVITE to PCMU only (RFC 3264 §8.3.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		alaw := a.sdp("m=audio PORT RTP/AVP 8")
		invite.Reply(183, alaw)
		if e := p.want("early"); e.Codec != "PCMA" {
			s.Errorf("told %s", e.line)
		}
		invite.Reply(200, alaw)
		a.WantRequest("ACK")
		p.want("answered")
		a.wantRTP(true)
		d := invite.Within()
		d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 0"))
		ok := d.Want(200)
		d.Ack()
		if sdp := readDescription(string(ok.Body)); sdp.media[0].formats[0] != "0" || len(sdp.media[0].formats) != 1 {
			s.Errorf("answered with\n%s", ok.Body)
		}
		if e := p.want("updated"); e.Codec != "PCMU" {
			s.Errorf("told %s", e.line)
		}
		p.hangsUp(a)
	})
	play(t, "the peer's BYE crosses the agent's: 200 for each", func(s *stage) {
		p, a := s.phone(), s.peer()
		invite := p.reaches(a)
		p.says("hangup")
		bye := a.WantRequest("BYE")
		d := invite.Within()
		d.Request("BYE")
		if m := a.WantAnswer(); m.Status != 200 && m.Status != 481 {
			s.Errorf("answered with\n%s", m)
		}
		bye.Reply(481)
		p.wantEnded(0, "local")
	})
	play(t, "BYE while the re-INVITE waits: 200, and the call is over (RFC 3261 §15.1.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		invite := p.reaches(a)
		p.says("hold")
		hold := a.WantRequest("INVITE")
		d := invite.Within()
		d.Request("BYE")
		d.Want(200)
		hold.Reply(487)
		a.WantRequest("ACK")
		for e := p.next(s.patience); e.Event != "ended"; e = p.next(s.patience) {
			if e.Event != "error" {
				s.Fatalf("told %q", e.line)
			}
		}
	})
}

// contactIn is a Contact of the peer that answers.
func contactIn(a *peer) string {
	if a.transport != "UDP" {
		return "<" + a.uri("peer") + ";transport=" + strings.ToLower(a.transport) + ">"
	}
	return "<" + a.uri("peer") + ">"
}

func TestRoutes(t *testing.T) { // RFC 3261 §12.1.2, §12.2.1.1; the judge compares each Route
	t.Parallel()
	for name, lines := range map[string][]string{
		"two Record-Routes":        {"Record-Route: <sip:OUTER;lr>", "Record-Route: <sip:INNER;lr>"},
		"two in one line":          {"Record-Route: <sip:OUTER;lr>, \"A, <b>\" <sip:INNER;lr=on;x=\"y\">;z=1"},
		"with user and parameters": {"Record-Route: <sip:x@OUTER;lr;ftag=1;did=a.b>,<sip:INNER;lr;r2=on>"},
		"a strict router":          {"Record-Route: <sip:OUTER;lr>", "Record-Route: <sip:INNER>"},
	} {
		if strings.Contains(name, "one line") {
			lines[0] = strings.Replace(lines[0], `;x="y"`, ";x=y", 1)
		}
		play(t, "200 carries "+name+": ACK and BYE carry Route in reverse order", func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			var said []string
			for _, line := range lines {
				said = append(said, strings.NewReplacer("INNER", a.Addr.String(), "OUTER", "outer.invalid").Replace(line))
			}
			invite := a.WantRequest("INVITE")
			invite.Reply(183, append(said, a.sdp())...)
			p.want("early")
			invite.Reply(200, append(said, a.sdp())...)
			a.WantRequest("ACK")
			p.want("answered")
			p.says("hold")
			a.WantRequest("INVITE").Reply(200, a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"), "Record-Route: <sip:other.invalid;lr>")
			a.WantRequest("ACK")
			p.want("held")
			p.hangsUp(a)
		})
	}
	play(t, "the route set of the 200 is not that of the 183 (RFC 3261 §13.2.2.4)", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, "Record-Route: <sip:"+a.Addr.String()+";lr>", a.sdp())
		p.want("early")
		invite.Reply(200, "Record-Route: <sip:"+b.Addr.String()+";lr>", a.sdp())
		b.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(b)
	})
	play(t, "the target of the 200 is at another peer, and a re-INVITE moves it (RFC 3261 §12.2.1.2)", func(s *stage) {
		p, a, b, c := s.phone(), s.peer(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180, "Contact: <"+a.uri("early")+">")
		p.want("ringing")
		invite.Reply(200, "Contact: \"B\" <"+b.uri("b;x=1")+">;q=1", b.sdp())
		b.WantRequest("ACK")
		p.want("answered")
		d := invite.Within()
		d.Request("INVITE", "Contact: <"+c.uri("c")+">", b.sdp("m=audio PORT RTP/AVP 8"))
		d.Want(200)
		d.Ack()
		for e := p.next(time.Second / 2); e.Event != ""; e = p.next(time.Second / 2) {
			if e.Event != "updated" {
				s.Fatalf("told %s", e.line)
			}
		}
		p.hangsUp(c)
	})
}
