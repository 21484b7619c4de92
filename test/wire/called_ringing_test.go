package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"intercom/ua/sip"
	"intercom/ua/uatest"
)

// rings has a peer call a phone that leaves answering to its owner.
func (p *phone) rings(a *peer, lines ...string) *uatest.Dialog {
	p.Helper()
	if len(lines) == 0 {
		lines = []string{a.sdp()}
	}
	d := a.Call(p.addr, "agent")
	d.Request("INVITE", lines...)
	p.want("incoming")
	d.Want(180)
	return d
}

// heard are the times at which responses with a status to a method came, seconds since the first; with status 0 those of
// requests.
func (s *stage) heard(status int, method string) (seconds []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first time.Time
	for _, m := range s.transcript {
		resp, err := sip.Parse([]byte(m.text))
		if err != nil || !m.byPhone || resp.Status != status || !strings.HasSuffix(resp.Get("CSeq"), " "+method) {
			continue
		}
		if first.IsZero() {
			first = m.at
		}
		seconds = append(seconds, m.at.Sub(first).Seconds())
	}
	return seconds
}

// wantTimes compares times with what they should be. Each, the first too, may be late by what a busy computer needs.
func (s *stage) wantTimes(what string, got []float64, want ...float64) {
	s.Helper()
	early, late := 0.0, 0.0
	for i := range min(len(got), len(want)) {
		early, late = min(early, got[i]-want[i]), max(late, got[i]-want[i])
	}
	ok := len(got) == len(want) && late-early < 0.48
	if !ok {
		s.Errorf("%s at %.2f s, want %.2f s", what, got, want)
	}
}

// everyWire is everyWay with a phone that does not answer by itself.
func everyWire(t *testing.T, name string, act func(s *stage, p *phone, a *peer)) {
	everyWay(t, name, act, "-auto=false")
}

func TestNotAnswered(t *testing.T) {
	t.Parallel()
	everyWire(t, "CANCEL while ringing: 200 to it, 487 to the INVITE (RFC 3261 §9.2)", func(s *stage, p *phone, a *peer) {
		d := p.rings(a)
		d.Cancel(`Reason: SIP;cause=200;text="Call completed elsewhere"`)
		ok := d.Want(200)
		gone := d.Want(487)
		if ok.Get("To") != gone.Get("To") || !strings.HasSuffix(ok.Get("CSeq"), " CANCEL") {
			s.Errorf("RFC 3261 §9.2: the To of both answers is the same:\n%s\n%s", ok, gone)
		}
		d.AckRefusal(gone)
		p.wantEnded(487, "remote")
		a.WantSilence(time.Second)
	})
	play(t, "CANCEL twice, as when its answer is lost: 200 twice (RFC 3261 §17.2.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		d.Cancel()
		d.Want(200)
		refused := d.Want(487)
		a.Forget()
		d.Cancel()
		d.Want(200)
		d.AckRefusal(refused)
		p.wantEnded(487, "remote")
	})
	everyWire(t, "CANCEL right behind the INVITE: 487 (RFC 3261 §9.1)", func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		d.Cancel()
		answers := map[int]*uatest.Message{}
		for answers[487] == nil || answers[200] == nil {
			m := a.Receive(a.patience)
			if m == nil {
				s.Fatalf("only %v came", answers)
			}
			answers[m.Status] = m
		}
		d.AckRefusal(answers[487])
		p.want("incoming")
		p.wantEnded(487, "remote")
		a.WantSilence(time.Second)
	})
	everyWire(t, "reject: the status, then the end", func(s *stage, p *phone, a *peer) {
		d := p.rings(a)
		p.says("reject 603")
		refused := d.Want(603)
		d.AckRefusal(refused)
		p.wantEnded(603, "local")
		a.WantSilence(time.Second)
	})
	everyWire(t, "BYE on the early dialog: 200 to it, 487 to the INVITE (RFC 3261 §15)", func(s *stage, p *phone, a *peer) {
		d := p.rings(a)
		d.Request("BYE")
		seen := map[int]*uatest.Message{}
		for seen[200] == nil || seen[487] == nil {
			m := a.Receive(a.patience)
			if m == nil {
				s.Fatalf("only %v came", seen)
			}
			seen[m.Status] = m
		}
		d.AckRefusal(seen[487])
		p.wantEnded(487, "remote")
	})
	play(t, "a refusal that nobody acknowledges is sent again at 0.5, 1.5, 3.5, 7.5 and 11.5 s (RFC 3261 §17.2.1, Timer G)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		d.Cancel()
		s.wantRepeats(487, "INVITE", 0, 0.5, 1.5, 3.5, 7.5, 11.5)
		s.wantTimes("200 to CANCEL", s.heard(200, "CANCEL"), 0)
		p.wantEnded(487, "remote")
	})
	play(t, "over TCP it is not (RFC 3261 §17.2.1)", func(s *stage) {
		p := s.phone()
		a := p.connect()
		d := p.rings(a)
		d.Cancel()
		s.quiet(2 * time.Second)
		s.wantRepeats(487, "INVITE", 0)
		p.wantEnded(487, "remote")
	})
	for _, expires := range []string{"3", " 3 ", "0003"} {
		play(t, fmt.Sprintf("INVITE with Expires %q and nobody answers: 487 after 3 s (RFC 3261 §13.3.1)", expires), func(s *stage) {
			p, a := s.phone(), s.peer()
			begin := time.Now()
			d := p.rings(a, "Expires: "+expires, a.sdp())
			d.AckRefusal(d.Want(487))
			if after := time.Since(begin); after < 2900*time.Millisecond || after > 3*time.Second+2*slack {
				s.Errorf("after %v", after)
			}
			p.wantEnded(487, "remote")
		})
	}
	play(t, "answered before its INVITE expires, a call goes on (RFC 3261 §13.3.1)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a, "Expires: 2", a.sdp())
		p.says("answer")
		d.Want(200)
		d.Ack()
		p.want("answered")
		a.WantSilence(3 * time.Second)
		p.ended(d)
	})
	play(t, "the same INVITE again while it rings: the last provisional response again (RFC 3261 §17.2.1)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		a.Forget()
		d.Again()
		d.Want(180)
		d.Again()
		p.says("answer")
		d.Want(200)
		d.Again() // the 200 is sent again in its own time, not for this
		d.Ack()
		p.want("answered")
		p.wantNoEvent(time.Second)
		p.ended(d)
	})
	play(t, "the same INVITE over another branch: 482 (RFC 3261 §8.2.2.2)", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		d := a.Call(p.addr, "agent")
		invite := d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		for _, way := range []*peer{a, b} {
			merged := *invite
			merged.Headers = append([]sip.Header(nil), invite.Headers...)
			merged.Set("Via", fmt.Sprintf("SIP/2.0/UDP %s;branch=z9hG4bKmerged%d;rport", way.Addr, way.Addr.Port()))
			way.SendMessage(p.addr, &merged)
			refused := way.WantResponse(482)
			ack := sip.NewRequest("ACK", merged.RequestURI)
			for _, name := range []string{"Via", "From", "Call-ID", "Max-Forwards"} {
				ack.Add(name, merged.Get(name))
			}
			ack.Add("To", refused.Get("To"))
			ack.Add("CSeq", "1 ACK")
			way.SendMessage(p.addr, ack)
		}
		p.says("answer")
		d.Want(200)
		d.Ack()
		p.want("answered")
		p.ended(d)
	})
}

func TestReliableRinging(t *testing.T) { // RFC 3262
	t.Parallel()
	acknowledge := func(d *uatest.Dialog, ringing *uatest.Message, lines ...string) {
		d.Request("PRACK", append(lines, "RAck: "+ringing.Get("RSeq")+" "+ringing.Get("CSeq"))...)
	}
	everyWire(t, "Require: 100rel: 180 with RSeq, PRACK, 200, and the call", func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Require: 100rel", "Supported: timer", a.sdp())
		p.want("incoming")
		ringing := d.Want(180)
		if !ringing.Has("RSeq") {
			s.Errorf("RFC 3262 §3: MUST be reliable:\n%s", ringing)
		}
		acknowledge(d, ringing)
		if ok := d.Want(200); !strings.HasSuffix(ok.Get("CSeq"), " PRACK") {
			s.Errorf("the PRACK gets\n%s", ok)
		}
		p.says("answer")
		d.Want(200)
		d.Seq = 1
		d.Ack()
		p.want("answered")
		d.Seq = 2
		p.ended(d)
	})
	play(t, "answered before the PRACK has come: the call comes to be all the same", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Require: 100rel", a.sdp())
		p.want("incoming")
		ringing := d.Want(180)
		d.Want(200) // our 180 had no description: RFC 3262 §3 lets the 2xx go
		acknowledge(d, ringing)
		if m := a.Receive(time.Second); m == nil || m.Status != 200 && m.Status != 481 || !strings.HasSuffix(m.Get("CSeq"), " PRACK") {
			s.Errorf("the late PRACK gets\n%v", m)
		}
		d.Seq = 1
		d.Ack()
		p.want("answered")
		d.Seq = 2
		p.ended(d)
	})
	for _, lines := range [][]string{{"Supported: 100rel"}, {"k: timer, 100REL"}} {
		play(t, fmt.Sprintf("%q alone: the call works, reliably or not", lines[0]), func(s *stage) {
			p, a := s.phone(), s.peer()
			d := a.Call(p.addr, "agent")
			d.Request("INVITE", append(lines, a.sdp())...)
			p.want("incoming")
			if ringing := d.Want(180); ringing.Has("RSeq") {
				acknowledge(d, ringing)
				d.Want(200)
			}
			p.says("answer")
			d.Want(200)
			d.Seq = 1
			d.Ack()
			p.want("answered")
			d.Seq = 3
			p.ended(d)
		})
	}
	play(t, "a 180 without its PRACK is sent again at 0.5, 1.5, 3.5 and 7.5 s, and no more after it", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Require: 100rel", a.sdp())
		p.want("incoming")
		ringing := d.Want(180)
		s.copies(5, 180, "INVITE")
		acknowledge(d, ringing)
		d.Want(200)
		s.quiet(time.Second)
		s.wantRepeats(180, "INVITE", 0, 0.5, 1.5, 3.5, 7.5)
		d.Seq = 1
		d.Cancel()
		d.Want(200)
		d.AckRefusal(d.Want(487))
		p.wantEnded(487, "remote")
	})
	play(t, "a PRACK for something else: 481, and the 180 goes on", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Require: 100rel", a.sdp())
		p.want("incoming")
		ringing := d.Want(180)
		rseq, _ := strconv.Atoi(ringing.Get("RSeq"))
		for _, rack := range []string{fmt.Sprint(rseq+1, " 1 INVITE"), fmt.Sprint(rseq, " 2 INVITE"), fmt.Sprint(rseq, " 1 UPDATE"), "x y z", "99999999999999 1 INVITE"} {
			d.Request("PRACK", "RAck: "+rack)
			if m := d.Want(481); !strings.HasSuffix(m.Get("CSeq"), " PRACK") {
				s.Errorf("RAck %q gets\n%s", rack, m)
			}
		}
		d.Request("PRACK") // without RAck
		if m := a.WantAnswer(); m.Status != 481 && m.Status != 400 {
			s.Errorf("a PRACK without RAck gets\n%s", m)
		}
		acknowledge(d, ringing, "RAck: 0")
		d.Want(200)
		acknowledge(d, ringing) // a second one: nothing waits any more
		d.Want(481)
		p.says("reject 486")
		d.Seq = 1
		d.AckRefusal(d.Want(486))
		p.wantEnded(486, "local")
	})
	play(t, "no PRACK for 32 s: 5xx (RFC 3262 §3)", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Require: 100rel", a.sdp())
		p.want("incoming")
		d.Want(180)
		begin := time.Now()
		refused := a.WantAnswer()
		if after := time.Since(begin); refused.Status/100 != 5 || after < 31*time.Second || after > overdue {
			s.Errorf("after %v\n%s", after, refused)
		}
		d.AckRefusal(refused)
		if e := p.want("ended"); e.Status/100 != 5 || e.By != "local" {
			s.Errorf("told %s", e.line)
		}
	})
	play(t, "an offer in the PRACK while the first one is open: 500 with Retry-After, and the call goes on (RFC 3311 §5.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", "Require: 100rel", a.sdp())
		p.want("incoming")
		acknowledge(d, d.Want(180), a.sdp())
		if refused := a.WantAnswer(); refused.Status != 500 || !refused.Has("Retry-After") {
			s.Errorf("the PRACK gets\n%s", refused)
		}
		p.says("answer")
		d.Want(200)
		d.Seq = 1
		d.Ack()
		p.want("answered")
		d.Seq = 2
		p.ended(d)
	})
	play(t, "UPDATE before the answer: without an offer 200, with one 500 and Retry-After (RFC 3311 §5.2)", func(s *stage) {
		p, a := s.phone(), s.peer()
		d := p.rings(a)
		d.Request("UPDATE", "Contact: <sip:11@"+a.Addr.String()+">")
		d.Want(200)
		d.Request("UPDATE", "Contact: <sip:11@"+a.Addr.String()+">", a.sdp())
		if refused := d.Want(500); !refused.Has("Retry-After") {
			s.Errorf("refused with\n%s", refused)
		}
		p.says("answer")
		d.Want(200)
		d.Seq = 1
		d.Ack()
		p.want("answered")
		d.Seq = 3
		p.ended(d)
	})
}

// WantAnswer waits for a final response of whatever status; one to an earlier request that is repeated is passed over.
func (p *peer) WantAnswer() *uatest.Message {
	p.T.Helper()
	for {
		switch m := p.Receive(p.patience); {
		case m == nil || m.IsRequest():
			p.T.Fatalf("want a final response, got\n%v", m)
		case m.Status >= 200 && (p.copies(m) == 1 || m.Get("CSeq") == p.lastAsked(m.CallID())):
			return m
		}
	}
}

// lastAsked is the CSeq of the peer's last request in a dialog.
func (p *peer) lastAsked(callID string) string {
	for _, said := range slices.Backward(p.said()) {
		m, err := sip.Parse([]byte(said.text))
		if err == nil && !said.byPhone && said.peer == p.Addr && m.IsRequest() && m.Method != "ACK" && m.CallID() == callID {
			return m.Get("CSeq")
		}
	}
	return ""
}

func TestAcknowledging(t *testing.T) {
	t.Parallel()
	play(t, "the ACK is lost: 200 again at 0.5, 1.5, 3.5, 7.5 ... s, BYE after 32 s (RFC 3261 §13.3.1.4)", func(s *stage) {
		s.slow()
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		begin := time.Now()
		bye := a.WantBye()
		if after := time.Since(begin); after < 31500*time.Millisecond || after > overdue {
			s.Errorf("BYE after %v", after)
		}
		bye.Reply(200)
		s.wantTimes("200", s.heard(200, "INVITE"), 0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5)
		if e := p.want("ended"); e.By != "local" || e.Status != 408 {
			s.Errorf("told %s", e.line)
		}
		a.WantSilence(2 * time.Second)
	})
	everyWay(t, "ACK only after 3 retransmissions of the 200: the call is up, and they cease (RFC 3261 §13.3.1.4)", func(s *stage, p *phone, a *peer) {
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		s.copies(4, 200, "INVITE")
		p.wantNoEvent(10 * time.Millisecond)
		d.Ack()
		p.want("answered")
		d.Ack() // the answer to each copy
		s.quiet(4 * time.Second)
		s.wantRepeats(200, "INVITE", 0, 0.5, 1.5, 3.5)
		a.Forget()
		for a.Receive(time.Millisecond) != nil {
		}
		p.ended(d)
	})
	play(t, "ACKs for something else do not count", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		for _, bend := range []func(*sip.Message){
			func(m *sip.Message) { m.Set("CSeq", "2 ACK") },
			func(m *sip.Message) { m.Set("To", m.Get("To")+"x") },
			func(m *sip.Message) { m.Set("From", m.Get("From")+"x") },
			func(m *sip.Message) { m.Set("Call-ID", "other") },
		} {
			m := d.Build("ACK")
			bend(m)
			a.SendMessage(p.addr, m)
		}
		p.wantNoEvent(time.Second)
		d.Ack()
		p.want("answered")
		p.ended(d)
	})
	play(t, "BYE before the ACK: 200, the call is over, and so is the 200 (RFC 3261 §15)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		d.Request("BYE")
		d.Want(200)
		p.wantEnded(0, "remote")
		d.Seq = 1
		d.Ack()
		a.WantSilence(3 * time.Second)
	})
	play(t, "hung up before the ACK: BYE comes behind it, not before (RFC 3261 §15)", func(s *stage) {
		p, a := s.phone("-auto"), s.peer()
		d := a.Call(p.addr, "agent")
		d.Request("INVITE", a.sdp())
		p.want("incoming")
		d.Want(180)
		d.Want(200)
		p.says("hangup")
		a.hush(300 * time.Millisecond) // the 200 may come again
		d.Ack()
		a.WantRequest("BYE").Reply(200)
		p.want("ended")
	})
}

// WantBye waits for a BYE, whatever is sent again before it.
func (p *peer) WantBye() *uatest.Message {
	p.T.Helper()
	for {
		switch m := p.Receive(p.patience); {
		case m == nil:
			p.T.Fatal("no BYE came")
		case m.Method == "BYE":
			return m
		}
	}
}
