package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"intercom/ua/uatest"
)

// wantPrack waits for the PRACK of a reliable response, and answers it.
func (p *peer) wantPrack(invite *uatest.Message, rseq int, lines ...string) *uatest.Message {
	p.T.Helper()
	prack := p.WantRequest("PRACK")
	if want := fmt.Sprintf("%d %s", rseq, invite.Get("CSeq")); prack.Get("RAck") != want {
		p.T.Errorf("RAck is %q, want %q", prack.Get("RAck"), want)
	}
	prack.Reply(200, lines...)
	return prack
}

// reliable are the header fields of a reliable response.
func reliable(rseq int) []string { return []string{"Require: 100rel", fmt.Sprint("RSeq: ", rseq)} }

func TestEarlyMedia(t *testing.T) { // RFC 3960, RFC 3262
	t.Parallel()
	outward(t, "183 with SDP and RTP, 2 s later 200", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(183, a.sdp())
		if e := p.want("early"); e.Remote != a.rtp.LocalAddr().String() {
			s.Errorf("told %s", e.line)
		}
		a.speaks(invite).sound(20)
		a.WantSilence(2 * time.Second)
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		if e := p.status(); len(e.Calls) != 1 || !strings.Contains(e.line, `"received":20`) {
			s.Errorf("status %s", e.line)
		}
		p.hangsUp(a)
	})
	play(t, "the answer is only in the 183", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, a.sdp())
		p.want("early")
		invite.Reply(200)
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "another answer in the 200 than in the 183", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, a.sdp())
		p.want("early")
		invite.Reply(200, b.sdp("m=audio PORT RTP/AVP 0"))
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	outward(t, "183 with SDP, Require: 100rel, RSeq: PRACK", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(183, append(reliable(776656), a.sdp())...)
		a.wantPrack(invite, 776656)
		p.want("early")
		invite.Reply(180, reliable(776657)...)
		a.wantPrack(invite, 776657)
		p.want("ringing")
		invite.Reply(200)
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "the reliable 183 is repeated, and one is missing (RFC 3262 §4)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, append(reliable(1), a.sdp())...)
		invite.Reply(183, append(reliable(1), a.sdp())...)
		a.wantPrack(invite, 1)
		p.want("early")
		invite.Reply(183, append(reliable(1), a.sdp())...)
		invite.Reply(180, reliable(3)...) // the second is lost
		a.WantSilence(time.Second)
		invite.Reply(180, reliable(2)...)
		a.wantPrack(invite, 2)
		invite.Reply(180, reliable(3)...)
		a.wantPrack(invite, 3)
		invite.Reply(200)
		a.WantRequest("ACK")
		for e := p.next(s.patience); e.Event != "answered"; e = p.next(s.patience) {
			if e.Event != "ringing" {
				s.Fatalf("told %q", e.line)
			}
		}
		p.hangsUp(a)
	})
	play(t, "the PRACK is lost: repeated", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, append(reliable(9), a.sdp())...)
		p.want("early")
		a.swallow(2)
		a.wantPrack(invite, 9)
		invite.Reply(200)
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
		s.wantSent("PRACK", 0, 0.5, 1.5)
	})
	play(t, "the 200 comes before the PRACK is answered, and the PRACK gets 481", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, append(reliable(9), a.sdp())...)
		p.want("early")
		prack := a.WantRequest("PRACK")
		invite.Reply(200)
		a.WantRequest("ACK")
		prack.Reply(481)
		p.want("answered")
		p.wantNoEvent(time.Second)
		p.hangsUp(a)
	})
	play(t, "two forks with reliable responses of their own (RFC 3262 §4)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		for _, tag := range []string{"one", "two"} {
			invite.As(tag).Reply(183, append(reliable(5), a.sdp())...)
			if to, _ := a.wantPrack(invite, 5).To(); to.Tag() != tag {
				s.Errorf("PRACK to %q, want %q", to.Tag(), tag)
			}
		}
		invite.As("two").Reply(200)
		a.WantRequest("ACK")
		for e := p.next(s.patience); e.Event != "answered"; e = p.next(s.patience) {
			if e.Event != "early" {
				s.Fatalf("told %q", e.line)
			}
		}
		p.hangsUp(a)
	})
	play(t, "cancelled after a reliable 183", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, append(reliable(9), a.sdp())...)
		a.wantPrack(invite, 9)
		p.want("early")
		p.says("hangup")
		a.WantRequest("CANCEL").Reply(200)
		invite.Reply(487)
		a.WantRequest("ACK")
		p.want("ended")
	})
	play(t, "UPDATE with an offer in the early dialog (RFC 3311 §5.2)", func(s *stage) {
		p, a, b := s.phone(), s.peer(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(183, append(reliable(9), a.sdp())...)
		a.wantPrack(invite, 9)
		p.want("early")
		d := invite.Within()
		d.Request("UPDATE", "Contact: <"+a.uri("peer")+">", b.sdp("m=audio PORT RTP/AVP 0"))
		d.Want(200)
		p.want("early")
		invite.Reply(200)
		a.WantRequest("ACK")
		if e := p.want("answered"); e.Codec != "PCMU" || e.Remote != b.rtp.LocalAddr().String() {
			s.Errorf("told %s", e.line)
		}
		p.hangsUp(a)
	})
	play(t, "BYE of the called side in the early dialog changes nothing that matters (RFC 3261 §15)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		invite := a.WantRequest("INVITE")
		invite.Reply(180)
		p.want("ringing")
		d := invite.Within()
		d.Request("BYE")
		a.WantAnswer()
		invite.Reply(487)
		for m := a.Receive(time.Second); m != nil; m = a.Receive(time.Second) {
			if m.Method == "CANCEL" {
				m.Reply(481)
			}
		}
		p.want("ended")
	})
	for name, body := range map[string][]string{
		"media type with a parameter": {"Content-Type: Application/SDP;charset=utf-8"},
		"compact forms":               {"c: application/sdp", "k: 100rel,timer", "Contact: <URI>"},
		"multipart":                   {"Content-Type: multipart/mixed; boundary=\"x y\""},
	} {
		play(t, "200 with its session as "+name, func(s *stage) {
			p, a := s.phone(), s.peer()
			p.dial(a.uri("bob"))
			invite := a.WantRequest("INVITE")
			sdp := strings.TrimPrefix(a.sdp(), "body: ")
			if name == "multipart" {
				sdp = "preamble\r\n--x y\r\nContent-Type: text/plain\r\nContent-Disposition: render;handling=optional\r\n\r\nhello\r\n--x y\r\nContent-Type: application/sdp\r\nContent-Disposition: session\r\n\r\n" + sdp + "\r\n--x y--\r\n"
			}
			var lines []string
			for _, line := range body {
				lines = append(lines, strings.ReplaceAll(line, "URI", a.uri("peer")))
			}
			if !strings.Contains(strings.Join(lines, ""), "Contact") {
				lines = append(lines, "Contact: <"+a.uri("peer")+">")
			}
			head := fmt.Sprintf("SIP/2.0 200 \nv: %s\nf: %s\nt: %s;tag=peer\ni: %s\nCSeq: %s\n%s\nl: %d\n\n",
				invite.Get("Via"), invite.Get("From"), invite.Get("To"), invite.CallID(), invite.Get("CSeq"), strings.Join(lines, "\n"), len(sdp))
			a.SendBytes(invite.Source, []byte(strings.ReplaceAll(head, "\n", "\r\n")+sdp))
			a.WantRequest("ACK")
			p.want("answered")
			p.hangsUp(a)
		})
	}
}

func TestKeysThatThePhoneSends(t *testing.T) {
	t.Parallel()
	outward(t, "DTMF 4", func(s *stage, p *phone, a *peer, uri string) {
		p.dial(uri)
		invite := a.WantRequest("INVITE")
		invite.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.says("dtmf 4")
		a.WantSilence(time.Second)
		p.hangsUp(a)
		if a.drain(2*time.Second) < 20 { // of a hundred: a pause of the computer may cost some
			s.Error("hardly any RTP came")
		}
	})
	play(t, "by INFO: Signal and Duration (RFC 6086)", func(s *stage) {
		p, a := s.phone("-dtmf", "info"), s.peer()
		p.reaches(a)
		p.says("dtmf 4#")
		for _, key := range "4#" {
			info := a.WantRequest("INFO")
			if info.Get("Content-Type") != "application/dtmf-relay" || !strings.Contains(string(info.Body), fmt.Sprintf("Signal=%c", key)) || !strings.Contains(string(info.Body), "Duration=") {
				s.Errorf("sends\n%s", info)
			}
			info.Reply(200)
		}
		p.hangsUp(a)
	})
	for _, status := range []int{405, 415, 469, 500} {
		play(t, fmt.Sprintf("INFO is answered %d: the call goes on", status), func(s *stage) {
			p, a := s.phone("-dtmf", "info"), s.peer()
			p.reaches(a)
			p.says("dtmf 4")
			a.WantRequest("INFO").Reply(status)
			a.WantSilence(time.Second)
			if e := p.status(); len(e.Calls) != 1 {
				s.Errorf("status %s", e.line)
			}
			p.hangsUp(a)
		})
	}
}

func TestSessionTimersOut(t *testing.T) { // RFC 4028
	t.Parallel()
	for _, method := range []string{"INVITE", "UPDATE"} {
		allow := "Allow: INVITE, ACK, BYE, CANCEL"
		if method == "UPDATE" {
			allow += ", UPDATE"
		}
		play(t, "200 says Session-Expires 90;refresher=uac: refreshed by "+method+" at about 45 s (RFC 4028 §7.2)", func(s *stage) {
			s.slow()
			p, a := s.phone(), s.peer()
			invite := p.reaches(a, "Session-Expires: 90;refresher=uac", "Require: timer", "Supported: timer", allow)
			begun := time.Now()
			refresh := a.Receive(s.patience)
			if refresh == nil || refresh.Method != "INVITE" && refresh.Method != "UPDATE" || !strings.HasPrefix(refresh.Get("Session-Expires"), "90;refresher=uac") {
				s.Fatalf("refreshed with\n%v", refresh)
			}
			if method == "INVITE" && refresh.Method != "INVITE" {
				s.Errorf("refreshed with %s, which is not allowed", refresh.Method)
			}
			if d := refresh.At.Sub(begun); d < 35*time.Second || d > 50*time.Second {
				s.Errorf("refreshed after %v", d)
			}
			lines := []string{"Session-Expires: 90;refresher=uac", "Require: timer", "Contact: <" + a.uri("peer") + ">"}
			if len(refresh.Body) > 0 {
				lines = append(lines, a.sdp())
			}
			refresh.Reply(200, lines...)
			if refresh.Method == "INVITE" {
				a.WantRequest("ACK")
			}
			_ = invite
			p.wantNoEvent(time.Second)
			p.hangsUp(a)
		})
	}
	play(t, "200 says refresher=uas and the peer never refreshes: BYE after 58 to 90 s (RFC 4028 §10)", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		p.reaches(a, "Session-Expires: 90;refresher=uas", "Supported: timer")
		begun := time.Now()
		bye := a.WantRequest("BYE")
		if d := bye.At.Sub(begun); d < 57*time.Second || d > 91*time.Second {
			s.Errorf("hung up after %v", d)
		}
		bye.Reply(200)
		p.wantEnded(408, "local")
	})
	play(t, "the refresh gets no answer: BYE (RFC 4028 §10)", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		p.reaches(a, "x: 90;refresher=uac", "Require: timer", "Supported: timer")
		for m := a.Receive(s.patience); m == nil || m.Method != "BYE"; m = a.Receive(s.patience) {
			if m == nil || m.Method != "UPDATE" && m.Method != "INVITE" {
				s.Fatalf("want BYE, got\n%v", m)
			}
		}
		p.want("ended")
	})
	play(t, "200 without Session-Expires: nobody refreshes (RFC 4028 §7.2)", func(s *stage) {
		s.slow()
		p, a := s.phone(), s.peer()
		p.reaches(a)
		a.WantSilence(50 * time.Second)
		p.hangsUp(a)
	})
	play(t, "422 with Min-SE: 300: again with 300 or more (RFC 4028 §7.3)", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		first := a.WantRequest("INVITE")
		if !first.Has("Session-Expires") {
			s.Fatalf("asks for no session timer:\n%s", first)
		}
		first.Reply(422, "Min-SE: 7200")
		a.WantRequest("ACK")
		second := a.WantRequest("INVITE")
		if !strings.HasPrefix(second.Get("Session-Expires"), "7200") || second.Get("Min-SE") != "7200" || second.CallID() != first.CallID() {
			s.Errorf("asks again with\n%s", second)
		}
		second.Reply(200, a.sdp())
		a.WantRequest("ACK")
		p.want("answered")
		p.hangsUp(a)
	})
	play(t, "422 again and again, or without Min-SE: no loop", func(s *stage) {
		p, a := s.phone(), s.peer()
		p.dial(a.uri("bob"))
		n := 0
		for m := a.Receive(2 * time.Second); m != nil; m = a.Receive(2 * time.Second) {
			if m.Method == "INVITE" {
				n++
				m.Reply(422, fmt.Sprint("Min-SE: ", 1000*n))
			}
		}
		if n > 4 {
			s.Errorf("%d INVITEs", n)
		}
		p.wantEnded(422, "remote")
		p.dial(a.uri("bob"))
		a.WantRequest("INVITE").Reply(422)
		a.WantRequest("ACK")
		p.wantEnded(422, "remote")
	})
}
