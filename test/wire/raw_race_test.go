package wire

import (
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// answers collects final responses by the method of their request until each of the methods has one, and passes over
// retransmissions; requests of the phone come back too.
func (p *peer) answers(s *stage, methods ...string) (got map[string]*uatest.Message) {
	s.Helper()
	got = map[string]*uatest.Message{}
	for len(methods) > 0 {
		m := p.Receive(p.patience)
		if m == nil {
			s.Fatalf("no final response to %v", methods)
		}
		if m.IsRequest() || m.Status < 200 {
			continue
		}
		cseq, _ := m.CSeq()
		for i, method := range methods {
			if method == cseq.Method {
				got[method] = m
				methods = append(methods[:i:i], methods[i+1:]...)
				break
			}
		}
	}
	return got
}

func TestRaces(t *testing.T) {
	t.Parallel()
	everyWay(t, "CANCEL crosses the 200: whichever was first, both sides agree (RFC 3261 §9.2)", func(s *stage, p *phone, a *peer) {
		for i := range 20 {
			d := a.Call(p.addr, "agent")
			d.Request("INVITE", a.sdp())
			s.quiet(time.Duration(i) * 500 * time.Microsecond)
			d.Cancel()
			got := a.answers(s, "INVITE", "CANCEL")
			p.want("incoming")
			switch invite := got["INVITE"]; invite.Status {
			case 487:
				d.AckRefusal(invite)
				p.wantEnded(487, "remote")
			case 200:
				if status := got["CANCEL"].Status; status != 200 && status != 481 {
					s.Errorf("CANCEL gets %d", status)
				}
				d.Remote = invite.Get("To")
				if contact, err := invite.Contact(); err == nil {
					d.Target = contact.URI.String()
				}
				d.Ack()
				p.want("answered")
				d.Request("BYE")
				a.answers(s, "BYE")
				p.wantEnded(0, "remote")
			default:
				s.Errorf("the INVITE gets\n%s", invite)
			}
		}
	})
	play(t, "CANCEL behind the 200: the call stays (RFC 3261 §9.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		d.Cancel()
		if m := a.answers(s, "CANCEL")["CANCEL"]; m.Status != 200 && m.Status != 481 {
			s.Errorf("got\n%s", m)
		}
		d.Ack()
		p.want("answered")
		p.wantNoEvent(300 * time.Millisecond)
		p.ended(d)
	})
	play(t, "CANCEL before its INVITE: 481, and the INVITE is a call of its own", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		invite := d.Build("INVITE", a.sdp())
		d.Cancel("Require: foo") // RFC 3261 §8.2.2.3: no 420 to CANCEL
		d.Want(481)
		a.SendMessage(p.addr, invite)
		p.want("incoming")
		d.Want(180)
		p.says("reject")
		d.AckRefusal(d.Want(486))
		p.wantEnded(486, "local")
	})
	play(t, "CANCEL of another branch, and of another method: nothing ends", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		m := d.Build("CANCEL")
		a.SendMessage(p.addr, m)
		d.Want(481)
		p.wantNoEvent(100 * time.Millisecond)
		d.Cancel()
		d.Want(200)
		d.AckRefusal(d.Want(487))
		p.wantEnded(487, "remote")
	})
	everyWay(t, "both sides hang up at once: 200 or 481 for both, one end", func(s *stage, p *phone, a *peer) {
		d := p.called(a)
		p.says("hangup")
		d.Request("BYE")
		ours, theirs := false, false
		for !ours || !theirs {
			m := a.Receive(a.patience)
			switch {
			case m == nil:
				s.Fatalf("our BYE seen: %v, theirs answered: %v", ours, theirs)
			case m.Method == "BYE":
				m.Reply(200)
				ours = true
			case m.Status == 200 || m.Status == 481:
				theirs = true
				if m.Status == 200 && !ours {
					// Theirs was first: the phone need not send one.
					if bye := a.Receive(300 * time.Millisecond); bye != nil && bye.Method == "BYE" {
						bye.Reply(481)
					}
					ours = true
				}
			}
		}
		p.want("ended")
		for e := p.next(200 * time.Millisecond); e.Event != ""; e = p.next(200 * time.Millisecond) {
			if e.Event != "error" { // there may be nothing left to hang up
				s.Errorf("told %s", e.line)
			}
		}
	})
	play(t, "BYE while our own re-INVITE is under way: the call is over, and the 487 to ours is acknowledged", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		p.says("hold")
		ours := a.WantRequest("INVITE")
		d.Request("BYE")
		d.Want(200)
		ours.Reply(487)
		a.WantRequest("ACK")
		p.wantEnded(0, "remote")
		a.WantSilence(time.Second)
	})
	play(t, "BYE while our own re-INVITE is under way, which is answered all the same: ACK", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		p.says("hold")
		ours := a.WantRequest("INVITE")
		d.Request("BYE")
		d.Want(200)
		ours.Reply(200, strings.Replace(a.sdp(), "peer 1 1", "peer 1 2", 1))
		a.WantRequest("ACK")
		p.wantEnded(0, "remote")
	})
	play(t, "our re-INVITE is refused with 481: the call is over (RFC 3261 §12.2.1.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		p.called(a)
		p.says("hold")
		a.WantRequest("INVITE").Reply(481)
		a.WantRequest("ACK")
		bye := a.Receive(time.Second)
		if bye != nil && bye.Method == "BYE" {
			bye.Reply(481)
		}
		if e := p.want("ended"); e.Status != 481 {
			s.Errorf("told %s", e.line)
		}
	})
	play(t, "UPDATE, INFO and OPTIONS between the 200 and its ACK", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		for _, method := range []string{"UPDATE", "INFO", "OPTIONS"} {
			d.Request(method, "Contact: <sip:11@"+a.Addr.String()+">")
			if m := a.answers(s, method)[method]; m.Status != 200 {
				s.Errorf("%s gets\n%s", method, m)
			}
		}
		d.Seq = 1
		d.Ack()
		p.want("answered")
		d.Seq = 4
		p.ended(d)
	})
	play(t, "thirty calls at once, hung up from both sides in turn", func(s *stage) {
		p, a := s.phone("-auto", "-max-calls", "40"), s.peer()
		var calls []*uatest.Dialog
		for range 30 {
			calls = append(calls, p.called(a))
		}
		for i, d := range calls {
			if i%2 == 0 {
				p.ended(d)
				continue
			}
			p.says("hangup in-%d", i+1)
			a.WantRequest("BYE").Reply(200)
			p.wantEnded(0, "local")
		}
	})
	play(t, "thirty INVITEs in one moment: each is a call, or is told to be too many", func(s *stage) {
		p, a := s.phone("-max-calls", "10"), s.peer()
		for range 30 {
			a.Call(p.addr, "agent").Request("INVITE", a.sdp())
		}
		rings, busy := 0, 0
		for rings+busy < 30 {
			switch m := a.Receive(a.patience); {
			case m == nil:
				s.Fatalf("%d ring, %d are refused", rings, busy)
			case m.Status == 180:
				rings++
			case m.Status == 486:
				busy++
			}
		}
		if rings != 10 {
			s.Errorf("%d ring, %d are refused", rings, busy)
		}
		for i := range 10 {
			p.want("incoming")
			p.says("reject 603 in-%d", i+1)
		}
		for range 10 {
			p.want("ended")
		}
	})
	play(t, "the caller's TCP connection breaks while it rings: it can be rejected, and the phone goes on", func(s *stage) {
		p := s.phone()
		a := p.connect()
		p.rings(a)
		a.Close()
		s.quiet(100 * time.Millisecond)
		p.says("reject")
		p.wantEnded(486, "local")
	})
	everyWay(t, "a sips: Request-URI is answered with a sips: Contact (RFC 3261 §12.1.1)", func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		d.Target = strings.Replace(d.Target, "sip:", "sips:", 1)
		d.Request("INVITE", a.sdp(), "Contact: <sip:11@"+a.Addr.String()+">")
		p.want("incoming")
		d.Want(180)
		ok := d.Want(200)
		if contact, err := ok.Contact(); err != nil || contact.URI.Scheme != "sips" {
			s.Errorf("answered\n%s", ok)
		}
		d.Ack()
		p.want("answered")
		p.ended(d)
	})
	play(t, "a call that begins on hold, from c=0.0.0.0 and port 9, and finds its place later (RFC 3725 §4.1)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a, a.sdp("m=audio 9 RTP/AVP 8", "c=IN IP4 0.0.0.0"))
		a.wantRTP(false)
		changes(d, "INVITE", a.sdp("m=audio PORT RTP/AVP 8"))
		a.wantRTP(true)
		for e := p.next(100 * time.Millisecond); e.Event != ""; e = p.next(100 * time.Millisecond) {
			if e.Event != "resumed" && e.Event != "updated" {
				s.Errorf("told %s", e.line)
			}
		}
		p.ended(d)
	})
	play(t, "To and From with other parameters and letters than before, in the dialog: only tags count (RFC 3261 §12.2.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		for _, bend := range []func(*sip.Message){
			func(m *sip.Message) { m.Set("From", strings.Replace(m.Get("From"), `"House"`, `"Somebody Else"`, 1)) },
			func(m *sip.Message) { m.Set("To", strings.Replace(m.Get("To"), ">;tag=", ">;x=y;TAG=", 1)) },
			func(m *sip.Message) { m.Set("From", "<sip:moved@elsewhere.invalid>;tag="+tagOf(m.Get("From"))) },
		} {
			m := d.Build("OPTIONS")
			bend(m)
			a.SendMessage(p.addr, m)
			if got := a.answers(s, "OPTIONS")["OPTIONS"]; got.Status != 200 {
				s.Errorf("%s\ngets\n%s", m, got)
			}
		}
		p.ended(d)
	})
	play(t, "an INVITE that says Expires: 0 has expired (RFC 3261 §20.19)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Expires: 0", a.sdp())
		refused := a.WantAnswer()
		if refused.Status != 487 {
			s.Errorf("got\n%s", refused)
		}
		d.AckRefusal(refused)
		for e := p.next(200 * time.Millisecond); e.Event != ""; e = p.next(200 * time.Millisecond) {
		}
	})
	play(t, "a peer that changes its o= in each offer, by leaps and by other names, is followed (RFC 3264 §8)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		for i, origin := range []string{"other 77 1", "- 77 18446744073709551615", "x 99999999999999999999999999 3"} {
			direction := []string{"sendonly", "sendrecv", "inactive"}[i]
			changes(d, "INVITE", strings.Replace(a.sdp("m=audio PORT RTP/AVP 8", "a="+direction), "peer 1 1", origin, 1))
			p.want([]string{"held", "resumed", "held"}[i])
		}
		p.ended(d)
	})
	play(t, "200 requests of a call in a row, each answered once", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		for range 10 { // so many that no socket is too small for them
			for range 20 {
				d.Request("INFO")
			}
			for range 20 {
				if m := a.WantAnswer(); m.Status != 200 {
					s.Fatalf("got\n%s", m)
				}
			}
		}
		p.ended(d)
	})
}

// tagOf is the tag of a From or To.
func tagOf(value string) string { return value[strings.LastIndex(value, "tag=")+4:] }
