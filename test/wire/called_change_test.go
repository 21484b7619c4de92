package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// changes asks for a change of the session by INVITE or UPDATE, and gives the answer.
func changes(d *uatest.Dialog, method string, lines ...string) *uatest.Message {
	d.Peer.T.Helper()
	if method == "UPDATE" {
		lines = append(lines, "Contact: <sip:11@"+d.Peer.Addr.String()+">")
	}
	d.Request(method, lines...)
	ok := d.Want(200)
	if method == "INVITE" {
		d.Ack()
	}
	return ok
}

func TestHeldByThePeer(t *testing.T) { // RFC 3264 §8.4
	t.Parallel()
	for name, tt := range map[string]struct {
		lines  string
		answer string // directions, of which one is owed
	}{
		"sendonly":                             {"m=audio PORT RTP/AVP 8|a=sendonly", "recvonly inactive"},
		"inactive":                             {"m=audio PORT RTP/AVP 8|a=inactive", "inactive"},
		"c=0.0.0.0 as of RFC 2543":             {"m=audio PORT RTP/AVP 8|c=IN IP4 0.0.0.0", "recvonly inactive sendrecv"},
		"c=0.0.0.0 and sendonly":               {"m=audio PORT RTP/AVP 8|c=IN IP4 0.0.0.0|a=sendonly", "recvonly inactive"},
		"c=0.0.0.0 and inactive":               {"m=audio PORT RTP/AVP 8|c=IN IP4 0.0.0.0|a=inactive", "inactive"},
		"sendonly for all lines":               {"a=sendonly|m=audio PORT RTP/AVP 8", "recvonly inactive"},
		"inactive for all but sendonly here":   {"a=inactive|m=audio PORT RTP/AVP 8|a=sendonly", "recvonly inactive"},
		"sendonly and another codec":           {"m=audio PORT RTP/AVP 0|a=sendonly", "recvonly inactive"},
		"a session-level c=0.0.0.0, overruled": {"c=IN IP4 0.0.0.0|m=audio PORT RTP/AVP 8|c=IN IP4 127.0.0.1|a=sendonly", "recvonly inactive"},
	} {
		for _, method := range []string{"INVITE", "UPDATE"} {
			play(t, fmt.Sprintf("%s by %s: no sound until sendrecv", name, method), func(s *stage) {
				p, a := s.phone("-auto"), s.peer()
				d := p.called(a)
				a.wantRTP(true)
				ok := changes(d, method, a.sdp(strings.Split(tt.lines, "|")...))
				answer := readDescription(string(ok.Body))
				if got := answer.direction(answer.media[0]); !strings.Contains(" "+tt.answer+" ", " "+got+" ") {
					s.Errorf("answered %s, owed %s", got, tt.answer)
				}
				if e := p.want("held"); e.By != "remote" {
					s.Errorf("told %s", e.line)
				}
				a.wantRTP(false)
				ok = changes(d, method, a.sdp("m=audio PORT RTP/AVP 8", "a=sendrecv"))
				answer = readDescription(string(ok.Body))
				if got := answer.direction(answer.media[0]); got != "sendrecv" {
					s.Errorf("answered %s, owed sendrecv", got)
				}
				if e := p.want("resumed"); e.By != "remote" {
					s.Errorf("told %s", e.line)
				}
				a.wantRTP(true)
				p.ended(d)
			})
		}
	}
	play(t, "inactive, inactive again, then sendrecv", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		changes(d, "INVITE", a.sdp("m=audio PORT RTP/AVP 8", "a=inactive"))
		p.want("held")
		changes(d, "INVITE", a.sdp("m=audio PORT RTP/AVP 8", "a=inactive"))
		p.wantNoEvent(100 * time.Millisecond)
		changes(d, "INVITE", a.sdp("m=audio PORT RTP/AVP 8"))
		p.want("resumed")
		p.ended(d)
	})
}

func TestChangedByThePeer(t *testing.T) { // RFC 3261 §14.2, RFC 3264 §8, RFC 3311
	t.Parallel()
	for _, method := range []string{"INVITE", "UPDATE"} {
		play(t, method+" with an unchanged session: the same o=, and no event (RFC 3264 §8)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := p.called(a)
			first := changes(d, method, a.sdp())
			if again := changes(d, method, a.sdp()); string(first.Body) != string(again.Body) {
				s.Errorf("answered\n%s\nand then\n%s", first.Body, again.Body)
			}
			p.wantNoEvent(200 * time.Millisecond)
			a.wantRTP(true)
			p.ended(d)
		})
		play(t, method+" moves RTP to another address and port (RFC 3264 §8.3)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			other := s.socket(address())
			defer other.Close()
			d := p.called(a)
			a.wantRTP(true)
			to := other.LocalAddr().String()
			host, port, _ := strings.Cut(to, ":")
			changes(d, method, a.sdp("m=audio "+port+" RTP/AVP 8", "c=IN IP4 "+host))
			if e := p.want("updated"); e.Remote != to {
				s.Errorf("told %s, want %s", e.line, to)
			}
			a.wantRTP(false)
			if !sounds(other, s.patience) {
				s.Error("no sound comes to the new address")
			}
			p.ended(d)
		})
		for name, tt := range map[string]struct {
			lines []string
			owed  string
		}{
			"impossible codecs":         {[]string{"body: " + sdpOf("m=audio 6000 RTP/AVP 18")}, "488"},
			"video alone":               {[]string{"body: " + sdpOf("m=video 6000 RTP/AVP 96")}, "488"},
			"no SDP":                    {[]string{"body: hello\r\n"}, "400|488"},
			"Require: foo":              {[]string{"Require: foo, timer, bar", "body: " + sdpOf("m=audio 6000 RTP/AVP 0")}, "420"},
			"a body of unknown type":    {[]string{"Content-Type: application/x-odd", "body: hello"}, "415"},
			"an encoded body":           {[]string{"Content-Encoding: gzip", "body: hello"}, "415"},
			"too short a session timer": {[]string{"Supported: timer", "Session-Expires: 30", "body: " + sdpOf("m=audio 6000 RTP/AVP 0")}, "422"},
		} {
			play(t, fmt.Sprintf("%s with %s: %s, and the call goes on as it was (RFC 3261 §14.2)", method, name, tt.owed), func(s *stage) {
				p, a := s.phone("-auto"), s.peer()
				d := p.called(a)
				d.Request(method, append(tt.lines, "Contact: <sip:elsewhere@"+address().String()+">")...)
				refused := a.WantAnswer()
				if !strings.Contains(tt.owed, fmt.Sprint(refused.Status)) {
					s.Errorf("got\n%s", refused)
				}
				if refused.Status == 420 && strings.Join(headers(refused.Message, "Unsupported"), ",") != "foo,bar" {
					s.Errorf("RFC 3261 §8.2.2.3: want Unsupported: foo, bar, got\n%s", refused)
				}
				if method == "INVITE" {
					d.AckRefusal(refused)
				}
				p.wantNoEvent(200 * time.Millisecond)
				a.wantRTP(true)
				p.hangsUp(a) // at the old Contact: a refused request refreshes nothing
			})
		}
	}
	play(t, "UPDATE without SDP: 200 without one, a new Contact counts (RFC 3311 §5.2)", func(s *stage) {
		p, a, b := s.phone("-auto"), s.peer(), s.peer()
		d := p.called(a)
		d.Request("UPDATE", "Contact: <sip:moved@"+b.Addr.String()+">")
		if ok := d.Want(200); len(ok.Body) > 0 || !ok.Has("Contact") {
			s.Errorf("answered\n%s", ok)
		}
		p.hangsUp(b)
	})
	play(t, "a re-INVITE right behind another: a final answer for each, the call survives (RFC 3261 §14.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		first, second := d.Build("INVITE", a.sdp("m=audio PORT RTP/AVP 8", "a=sendonly")), d.Build("INVITE", a.sdp("m=audio PORT RTP/AVP 8"))
		a.SendMessage(p.addr, first)
		a.SendMessage(p.addr, second)
		for range 2 {
			m := a.WantAnswer()
			if m.Status != 200 && m.Status != 491 && (m.Status != 500 || !m.Has("Retry-After")) {
				s.Errorf("got\n%s", m)
			}
			ack := d.Build("ACK")
			ack.Set("CSeq", strings.Replace(m.Get("CSeq"), "INVITE", "ACK", 1))
			if m.Status >= 300 {
				ack.Set("Via", m.Get("Via"))
			}
			a.SendMessage(p.addr, ack)
		}
		for e := p.next(300 * time.Millisecond); e.Event != ""; e = p.next(300 * time.Millisecond) {
			if e.Event != "held" && e.Event != "resumed" {
				s.Errorf("told %s", e.line)
			}
		}
		d.Request("OPTIONS")
		d.Want(200)
		p.ended(d)
	})
	play(t, "CANCEL of a re-INVITE that is answered: 200, and the call goes on (RFC 3261 §9.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		d.Request("INVITE", a.sdp())
		d.Want(200)
		d.Cancel()
		if m := a.WantAnswer(); m.Status != 200 || !strings.HasSuffix(m.Get("CSeq"), "CANCEL") {
			s.Errorf("got\n%s", m)
		}
		d.Ack()
		p.wantNoEvent(300 * time.Millisecond)
		p.ended(d)
	})
	play(t, "BYE before the ACK of a re-INVITE: the call is over, and so is the 200", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		d.Request("INVITE", a.sdp())
		d.Want(200)
		d.Request("BYE")
		d.Want(200)
		p.wantEnded(0, "remote")
		a.WantSilence(2 * time.Second)
	})
	play(t, "the ACK of a re-INVITE is lost: 200 again at 0.5 and 1.5 s", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		s.quiet(100 * time.Millisecond)
		s.forget()
		d.Request("INVITE", a.sdp())
		d.Want(200)
		s.wantRepeats(200, "INVITE", 0, 0.5, 1.5)
		d.Ack()
		p.ended(d)
	})
	play(t, "the phone's own re-INVITE meets one of the peer: 491 to it, and ours comes again (RFC 3261 §14)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		p.says("hold")
		ours := a.WantRequest("INVITE")
		d.Request("INVITE", a.sdp())
		refused := d.Want(491)
		d.AckRefusal(refused)
		begin := time.Now()
		ours.Reply(491)
		a.WantRequest("ACK")
		again := a.WantRequest("INVITE")
		if after := time.Since(begin); after > 2300*time.Millisecond { // we do not own the Call-ID: 0 to 2 s
			s.Errorf("again after %v", after)
		}
		again.Reply(200, strings.Replace(a.sdp("m=audio PORT RTP/AVP 8", "a=recvonly"), "peer 1 1", "peer 1 2", 1))
		a.WantRequest("ACK")
		p.want("held")
		p.hangsUp(a)
	})
	play(t, "CSeq numbers may leave gaps, but not go back: 500, and the call stays up (RFC 3261 §12.2.2)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		d.Seq = 5000
		d.Request("OPTIONS")
		d.Want(200)
		d.Seq = 2
		for _, method := range []string{"BYE", "INFO", "UPDATE", "OPTIONS"} {
			d.Request(method)
			d.Want(500)
		}
		d.Request("INVITE", a.sdp("m=audio PORT RTP/AVP 0"))
		d.AckRefusal(d.Want(500))
		p.wantNoEvent(200 * time.Millisecond)
		d.Seq = 5001
		p.ended(d)
	})
	play(t, "OPTIONS, MESSAGE, INFO and FOO in the dialog", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		d.Request("OPTIONS")
		d.Want(200)
		d.Request("INFO")
		d.Want(200)
		d.Request("FOO")
		if m := a.WantAnswer(); m.Status != 501 && m.Status != 405 {
			s.Errorf("got\n%s", m)
		}
		d.Request("bye") // methods are told apart by their letters (RFC 3261 §7.1)
		if m := a.WantAnswer(); m.Status != 501 && m.Status != 405 {
			s.Errorf("got\n%s", m)
		}
		d.Request("REGISTER")
		d.Want(405)
		d.Request("MESSAGE", "Content-Type: text/plain", "body: hello")
		d.Want(200)
		if e := p.want("message"); e.Text != "hello" || e.Call == "" {
			s.Errorf("told %s", e.line)
		}
		p.ended(d)
	})
	for _, bend := range []string{"To", "From", "Call-ID"} {
		play(t, "BYE, INFO, UPDATE and re-INVITE with another "+bend+": 481, the call stays up (RFC 3261 §12.2.2, §15.1.2)", func(s *stage) {
			p, a := s.phone("-auto"), s.peer()
			d := p.called(a)
			for _, method := range []string{"BYE", "INFO", "UPDATE", "INVITE", "PRACK", "REFER", "NOTIFY", "OPTIONS", "MESSAGE"} {
				m := d.Build(method, "Refer-To: <sip:x@127.0.0.1>", "Event: refer", a.sdp("m=audio PORT RTP/AVP 0"))
				m.Set(bend, m.Get(bend)+"0")
				a.SendMessage(p.addr, m)
				if refused := a.WantAnswer(); refused.Status != 481 {
					s.Errorf("%s gets\n%s", method, refused)
				} else if method == "INVITE" {
					ack := d.Build("ACK")
					for _, name := range []string{"Via", "From", "To", "Call-ID"} {
						ack.Set(name, refused.Get(name))
					}
					a.SendMessage(p.addr, ack)
				}
			}
			p.wantNoEvent(100 * time.Millisecond)
			p.ended(d)
		})
	}
	play(t, "a request of the dialog from another port is taken: a NAT has moved it", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := p.called(a)
		moved := s.peerAt(a.Addr.Addr())
		moved.SendMessage(p.addr, d.Build("BYE"))
		moved.WantResponse(200)
		p.wantEnded(0, "remote")
	})
}
